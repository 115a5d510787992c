// How an expectation is said: how soon a domain shows an incident, and by how much which KPIs change; and those that several kinds share.
import { HOUR_MS } from '../../../infra/time.ts'
import type { ConditionKind } from '../../../producers/simulation/conditions.ts'
import type { Heard } from '../../effects/heard.ts'

/** `most` at most: of minutes, or of the KPI's change. */
export type ExpectedSize = { least: number; most: number; source: string }

/** Minutes until an asset shows it. */
export type Delay = ExpectedSize & {
  /** The bounds are those of this share of the assets; the slowest others are ill for reasons of their own. */
  of: number
  what: string
  /** The incident begins or ends, or a condition is this strong at the asset. */
  since: 'begin' | 'end' | { condition: ConditionKind; from: number }
  shows(event: Heard & { isLate: boolean; body: string }): boolean
}

/** Of the assets in its place, against the same run without it. */
export type KpiMove = ExpectedSize & {
  kpi: string
  /** What 1 is: all of the usual reading, or one of the KPI. */
  unit: 'reading' | 'kpi'
  /** The mean over so long, from so long after its beginning. */
  afterMs: number
  forMs: number
  /** The same in words. */
  when: string
}

/** `seldom`: it reports so rarely that nothing of it may fall into the incident. */
export type ExpectedMove = { domain: string; delay: Delay; kpis: KpiMove[]; seldom?: true }

export type Hours = { from: number; to: number }

export const ASSUMED = 'demo assumption'
export const CYCLE = 'a step of 5 min and a cycle of 150 s'
export const FEW_CARS = 'a small lot sees a car an hour'
export const named = ({ body }: { body: string }) => body.includes('"cause":')
const isLate = (event: { isLate: boolean }) => event.isLate

export const first = (
  [least, most]: [number, number],
  since: Delay['since'],
  what: string,
  source = ASSUMED,
): Delay => ({ least, most, since, what, source, of: 1, shows: named })

/** Some junctions and sites are lost to the hub, asleep or out, and say nothing meanwhile. */
export const mostly = (delay: Delay): Delay => ({ ...delay, of: 0.95, what: `${delay.what}, 95 %` })

const over = (hours: [number, number]) => ({
  afterMs: hours[0] * HOUR_MS,
  forMs: (hours[1] - hours[0]) * HOUR_MS,
  when: `${hours[0]}–${hours[1]} h after its beginning`,
})

export const change = (
  kpi: string,
  unit: KpiMove['unit'],
  [least, most]: [number, number],
  hours: [number, number],
  source = ASSUMED,
): KpiMove => ({ kpi, unit, least, most, source, ...over(hours) })

/** Any at all. */
const SOME = 1e-6
export const rain = { condition: 'rain', from: SOME } as const
export const crowd = { condition: 'crowd', from: SOME } as const
export const mains = { condition: 'mains', from: 1 } as const

/** Not who is sent on from elsewhere. */
export const reported = (
  minutes: [number, number],
  since: Delay['since'],
  what: string,
): Delay => ({
  ...first(minutes, since, what, 'a step and a report of 5 min'),
  shows: (event) => named(event) && event.type.includes('.status.'),
})

/** A step of five minutes may pass before it is seen. */
export const outOfPower = ({ from, to }: Hours): Delay => ({
  ...first([60 * from, 60 * to + 6], mains, 'mains lost → out', `batteries of ${from}–${to} h`),
  shows: (event) => named(event) && event.data.state === 'out',
})

/** A gateway keeps what a domain reports for an hour. */
export const held = (domain: string, kpi: string | null, lost: [number, number]): ExpectedMove => ({
  domain,
  delay: {
    ...{ least: 0, most: 10 / 60, since: 'end', of: 1, shows: isLate },
    ...{ what: 'back → all that was kept is there', source: 'one burst, at the next tick' },
  },
  kpis:
    kpi === null
      ? []
      : [change(kpi, 'reading', lost, [0.75, 1], 'who is not heard is not counted')],
})

export const HEAVY_RAIN =
  'HCM ch. 11: heavy rain takes 5–17 % of the capacity; closed roads besides: demo assumption'
export const SIZE_OF_CONTROL =
  'Hangzhou −10.56 % by adaptive control, coordination 5–15 %: the reverse'

export const ofRoads = (delay: [number, number], hours: [number, number], source: string) =>
  change('traffic-signal.delay', 'reading', delay, hours, source)
