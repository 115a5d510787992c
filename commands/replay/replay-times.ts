// Times that options of a replay name, held against what its recording has.
import { Problem, problemText } from '../../infra/problem.ts'
import { isoTime } from '../../infra/time.ts'
import type { Span } from '../../replay/player/positions.ts'

/** `time` (ms) where the recording holds it; throws a Problem that says from when to when it reaches. */
export function instantWithin(
  option: string,
  time: number | undefined,
  { from, to }: Span,
): number | undefined {
  if (time === undefined || (time >= from && time <= to)) return time
  const expected = `an instant from ${isoTime(from)} to ${isoTime(to)}, which the recording holds`
  throw new Problem(problemText(option, isoTime(time), expected))
}
