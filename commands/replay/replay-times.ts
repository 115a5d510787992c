// Times that options of a replay name, held against what its recording has.
import { allOf, Problem, problemText } from '../../infra/problem.ts'
import { isoTime, parseInstant } from '../../infra/time.ts'
import type { Span } from '../../replay/player/positions.ts'
import type { OptionValues } from '../options/options.ts'

/** From when and up to when (sim ms) two options say, either of which may be left out; a Problem where the second is not later. */
export function stretchOf(
  command: string,
  values: OptionValues,
  last: 'to' | 'until',
): { from: number | undefined; to: number | undefined } {
  const instant = (name: string) =>
    values[name] === undefined ? undefined : parseInstant(values[name] as string, `--${name}`)
  const { from, to } = allOf(`huacheng ${command}`, {
    from: () => instant('from'),
    to: () => instant(last),
  })
  if (from !== undefined && to !== undefined && from >= to) {
    throw new Problem(problemText(`--${last}`, String(values[last]), `later than ${values.from}`))
  }
  return { from, to }
}

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
