// The attribute `source`: `/huacheng/<run>/<domain>` of events, `/huacheng/<run>/producers` of ticks and markers.
import { problemText } from '../../infra/problem.ts'
import type { Decoded } from './decoded.ts'
import { show } from './schema-problem.ts'

const SOURCE = /^\/huacheng\/([^/]+)\/([^/]+)$/

/** The run of a marker's source; null when it is no such source. */
export function markerRun(source: unknown): string | null {
  const match = typeof source === 'string' ? SOURCE.exec(source) : null
  return match?.[2] === 'producers' ? match[1] : null
}

/** Foreign when the source is well-formed and names another run; else not a source at all. */
export function wrongSource(out: Decoded, got: unknown, expected: string, run: string): Decoded {
  const match = typeof got === 'string' ? SOURCE.exec(got) : null
  if (match && match[1] !== run) {
    return out.reject('foreign-run', problemText('/source', show(got), `run ${run}`))
  }
  return out.wrong('/source', got, `"${expected}"`)
}
