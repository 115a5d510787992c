// `--match`: where a record at the sink carries the event's id: `$.a.b` in its JSON, its key, or a header.
import type { NewRecord } from '../../infra/event-log/event-log.ts'
import { Problem, problemText } from '../../infra/problem.ts'

const PATH = /^\$((?:\.[\w-]+|\[\d+\]|\['[^']+'\])+)$/
const PART = /\.([\w-]+)|\[(\d+)\]|\['([^']+)'\]/g
const HEADER = /^header:([\w.-]+)$/

/** The id that a record carries, null where it has none there. */
export type IdReader = (record: Pick<NewRecord, 'key' | 'value' | 'headers'>) => string | null

export function idReader(match: string): IdReader {
  if (match === 'key') return ({ key }) => key?.toString() ?? null
  const [, header] = HEADER.exec(match) ?? []
  if (header !== undefined) {
    return ({ headers = [] }) => headers.find(([name]) => name === header)?.[1]?.toString() ?? null
  }
  const [, path] = PATH.exec(match) ?? []
  if (path === undefined) {
    const expected = "a path such as $.id, $.data.order or $['order-id'], header:<name>, or key"
    throw new Problem(problemText('--match', `"${match}"`, expected))
  }
  const parts = [...path.matchAll(PART)].map(([, name, index, quoted]) => name ?? index ?? quoted)
  return ({ value }) => {
    if (value === null) return null
    let found: unknown
    try {
      found = JSON.parse(value.toString())
    } catch {
      return null
    }
    for (const part of parts) {
      if (found === null || typeof found !== 'object') return null
      found = (found as Record<string, unknown>)[part]
    }
    return typeof found === 'string' || typeof found === 'number' ? String(found) : null
  }
}
