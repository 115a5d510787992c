// Arguments that several domains' commands share.
import { type TString, Type } from 'typebox'
import { Problem } from '../../infra/problem.ts'
import { HOUR_MS, MINUTE_MS, parseDuration } from '../../infra/time.ts'

/** A command's argument that is an ISO 8601 duration; forms ask for a number of minutes, hours or days within its bounds. */
export const durationArgument = (
  title: string,
  first: string,
  { least, most } = { least: 'PT1M', most: 'PT24H' },
): TString =>
  Type.String({
    title,
    default: first,
    duration: { least, most },
  })

/** A command's `for` in ms, or a text that says why it is refused. */
export function shortDuration(value: unknown): number | string {
  try {
    const ms = parseDuration(String(value), 'for')
    if (ms >= MINUTE_MS && ms <= 24 * HOUR_MS) return ms
  } catch (error) {
    if (!(error instanceof Problem)) throw error
  }
  return `for: got "${value}", expected an ISO 8601 duration from PT1M to PT24H such as PT2H`
}
