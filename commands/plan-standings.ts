// Where every plan target stands on some days of a scenario: the days' last readings, by both 5G counting rules.
import { CITY_OFFSET_MS, isoTime } from '../infra/time.ts'
import type { KpiReading } from '../processor/contract/types.ts'
import { computeRun } from './wiring/computed-run.ts'
import type { World } from './wiring/world.ts'

export type TargetOnDay = {
  /** City date. */
  date: string
  target: string
  due: string
  grade: string
  kpi: string
  value: number | null
  /** What the plan's line asks for then, in the same unit; the target itself from the due date on. */
  line: number | null
  status: string | null
}

/** City date of a sim time (ms). */
export const dateOf = (time: number) => isoTime(time + CITY_OFFSET_MS).slice(0, 10)

/** Every target on every date (`2022-12-31`), in the plan's order; runs the scenario up to the last of them. */
export function standingsOf(world: World, dates: string[]): TargetOnDay[] {
  const { city, plan } = world
  const wanted = new Set(dates)
  const latest = new Map<string, KpiReading>()
  let reached = ''
  computeRun(world, {
    reading(reading) {
      if (reading.window.kind !== 'day' || reading.target === null) return
      const date = dateOf(Date.parse(reading.window.start))
      if (date > reached) reached = date
      if (wanted.has(date)) latest.set(`${date} ${reading.target}`, reading)
    },
    isEnough: () => dates.every((date) => date < reached),
  })
  return dates.flatMap((date) =>
    plan.targets.map(({ id, due, grade, kpi }) => {
      const reading = latest.get(`${date} ${id}`)
      return {
        ...{ date, target: id, due, grade, kpi },
        value: reading?.scopes[city.code].value ?? null,
        line: reading?.expected ?? null,
        status: reading?.status ?? null,
      }
    }),
  )
}

/** One line of the table: the reading, and by how much of the line it is above or below it. */
export function standingLine({ target, due, grade, value, line, status }: TargetOnDay): string {
  const gap = value !== null && line ? (100 * (value - line)) / line : null
  const distance = gap === null ? '' : `${gap < 0 ? '−' : '+'}${Math.abs(gap).toFixed(1)} %`
  const cells = [target.padEnd(30), `due ${due}`, grade.padEnd(15)]
  const reading = [value ?? 'no reading', line ?? ''].map((n) => String(n).padStart(20))
  return [...cells, ...reading, distance.padStart(9), status ?? ''].join('  ').trimEnd()
}
