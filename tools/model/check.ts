// What a check of the model is. To write one for a domain: a file `tools/model/domains/<domain>.ts` that exports an `OpenCheck`, and its
// line in checks.ts. The command simulates the domain's assets from 00:00 of a Monday on (`--days`, default 7; `--scale`) and
// calls `on` with each event in order of time, the opening census included; afterwards it asks for rows and plots.
//
//   export const openSampleCheck: OpenCheck = (subject) => {
//     const perHour = new Buckets(subject.start, HOUR_MS, subject.days * 24)
//     return {
//       on: ({ event, time }) => {
//         if (event === RECEIVED) perHour.add(time, 1)
//       },
//       rows: () => [within('items a day', 'published, 2023', mean(perHour.sums()) * 24, 97_000, 103_000)],
//       plots: () => [{ name: 'hotline', title, unit, lines: [{ name, points: perHour.points() }] }],
//     }
//   }
import type { SimulationContext, Simulator } from '../../producers/simulation/simulator.ts'
import type { Text } from '../../seeds/contract.ts'

/** What is simulated and checked: one domain's assets, all in one shard. */
export type Subject = {
  context: SimulationContext
  simulator: Simulator
  /** Start of the run (ms), 00:00 of a Monday unless asked otherwise. */
  start: number
  days: number
}

/** One event: `i` is the asset's index in `context.assets`; `data` is filled anew for the next one, so copy what you keep. */
export type SeenEvent = { event: number; i: number; time: number; data: object }

export type ModelRow = {
  check: string
  /** Where the expected value comes from, or `demo assumption`. */
  source: string
  expected: string
  measured: string
  ok: boolean
}

export type ModelPlot = {
  /** Name of the file in docs/plots/, without its ending. */
  name: string
  title: Text
  /** What the vertical axis counts. */
  unit: Text
  /** At most five; points are (time in ms, value) in order of time. */
  lines: { name: Text; points: [time: number, value: number][] }[]
}

export type ModelCheck = {
  on(seen: SeenEvent): void
  rows(): ModelRow[]
  plots(): ModelPlot[]
}

export type OpenCheck = (subject: Subject) => ModelCheck

/** A row that is good when low ≤ value ≤ high. */
export function within(
  check: string,
  source: string,
  value: number,
  low: number,
  high: number,
  unit = '',
): ModelRow {
  const digits = digitsFor(Math.max(Math.abs(low), Math.abs(high)), high - low)
  const text = (x: number) => `${x.toFixed(digits)}${unit}`
  const expected =
    low === Number.NEGATIVE_INFINITY
      ? `≤ ${text(high)}`
      : high === Number.POSITIVE_INFINITY
        ? `≥ ${text(low)}`
        : `${low.toFixed(digits)} to ${text(high)}`
  return { check, source, expected, measured: text(value), ok: value >= low && value <= high }
}

/** As many decimals as show a fortieth of what lies between the bounds, at most four. */
function digitsFor(size: number, span: number): number {
  if (span === 0 && Number.isInteger(size)) return 0
  const step =
    Number.isFinite(span) && span > 0 ? span / 40 : (Number.isFinite(size) ? size : 1) / 100
  let digits = 0
  while (digits < 4 && step < 0.5 * 10 ** -digits) digits++
  return digits
}
