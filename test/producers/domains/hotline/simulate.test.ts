// The hotline: a week's items and their ways, times against limits, a steady backlog, the day's rhythm, and the command.
import { describe, expect, it } from 'vitest'
import { REINFORCE } from '../../../../producers/domains/hotline/declaration.ts'
import { hotline } from '../../../../producers/domains/hotline/domain.ts'
import {
  CLOSED,
  FORWARDED,
  type HotlineClosed,
  type HotlineForwarded,
  type HotlineReceived,
  type HotlineStatus,
  RECEIVED,
  STATUS,
} from '../../../../producers/domains/hotline/event.ts'
import type { HotlineParameters } from '../../../../producers/domains/hotline/parameters.ts'
import { keepsTheDomainPromises } from '../../domain-promises.ts'
import {
  type CityOptions,
  drive,
  type FakeAsset,
  type Seen,
  seedParameters,
  simulatedCity,
} from '../../simulated-city.ts'

/** A Monday. */
const START = '2025-06-16T00:00:00+08:00'
const HOUR_MS = 3_600_000
/** Published: about 36.5 million items in 2023, 61.9 % of them by internet. */
const ITEMS_A_DAY = 100_000
const BY_INTERNET = 0.619
/** Units of the whole city. */
const UNITS = 188

const units = (count: number) =>
  Array.from(
    { length: count },
    (_, n): FakeAsset => ({
      id: `hot-440106-${String(n).padStart(5, '0')}`,
      attributes: { kind: n % 15 === 0 ? 'bureau' : 'street' },
    }),
  )

const options: CityOptions = { domain: hotline, assets: units(20), start: START }
const data = <T>(s: Seen) => s.data as unknown as T

function simulate(city: CityOptions, hours: number, see: (seen: Seen) => void): void {
  const context = simulatedCity(city)
  const simulator = hotline.createSimulator(context)
  drive(simulator, context, context.scenario.start + hours * HOUR_MS, see)
}

describe('hotline simulator', () => {
  keepsTheDomainPromises({ domain: hotline, assets: units(8), start: START, hours: 3 })

  it('receives as many items as are published, by the ways that are published, and answers most at once', () => {
    const seen: HotlineReceived[] = []
    simulate({ ...options, assets: units(40), alike: true }, 7 * 24, (s) => {
      if (s.event === RECEIVED) seen.push({ ...data<HotlineReceived>(s) })
    })
    const aDay = (seen.length / 7 / 40) * UNITS
    const share = (of: (r: HotlineReceived) => boolean) => seen.filter(of).length / seen.length
    const online = share((r) => r.channel === 'internet')
    console.log(`${Math.round(aDay)} items a day, ${(100 * online).toFixed(1)} % by internet`)
    expect(aDay / ITEMS_A_DAY).toBeGreaterThan(0.97)
    expect(aDay / ITEMS_A_DAY).toBeLessThan(1.03)
    expect(Math.abs(online - BY_INTERNET)).toBeLessThan(0.01)
    const { urgent, answered } = seedParameters(hotline) as unknown as HotlineParameters
    expect(share((r) => r.urgent)).toBeCloseTo(urgent, 2)
    expect(share((r) => r.answered)).toBeCloseTo((1 - urgent) * answered, 2)
    expect(seen.filter((r) => r.urgent && r.answered)).toEqual([])
  })

  it('conserves items: waiting = at the census + received and not answered − closed, at every event', () => {
    const waiting = new Map<string, number>()
    const broken: Seen[] = []
    simulate(options, 24, (s) => {
      const now = data<HotlineStatus>(s).waiting
      const before = waiting.get(s.id)
      waiting.set(s.id, now)
      const comes = s.event === RECEIVED && !data<HotlineReceived>(s).answered
      const change = comes ? 1 : s.event === CLOSED ? -1 : 0
      if (before === undefined ? s.event !== STATUS : now !== before + change) broken.push({ ...s })
    })
    expect(broken).toEqual([])
    expect(waiting.size).toBe(20)
  })

  it('begins with the backlog that it goes on with: a week changes it by less than a tenth', () => {
    const days = new Map<number, number>()
    const from = Date.parse(START)
    simulate({ ...options, assets: units(40), alike: true }, 7 * 24, (s) => {
      if (s.event !== STATUS) return
      const day = Math.floor((s.time - from) / (24 * HOUR_MS))
      days.set(day, (days.get(day) ?? 0) + data<HotlineStatus>(s).waiting / (12 * 24))
    })
    const perDay = [...days].filter(([day]) => day >= 0).map(([, waiting]) => waiting)
    console.log(`waiting by day: ${perDay.map(Math.round).join(' ')}`)
    expect(perDay).toHaveLength(7)
    // Fewer items come at the weekend; the mean of the days is the state of the week.
    const mean = perDay.reduce((a, b) => a + b, 0) / 7
    for (const waiting of perDay) expect(Math.abs(waiting / mean - 1)).toBeLessThan(0.1)
  })

  it('forwards most urgent items within a quarter of an hour, and says so by the limit', () => {
    const { forwarding } = seedParameters(hotline) as unknown as HotlineParameters
    const urgent: HotlineForwarded[] = []
    simulate({ ...options, assets: units(40) }, 24, (s) => {
      const one = data<HotlineForwarded>(s)
      if (s.event === FORWARDED && one.urgent) urgent.push({ ...one })
    })
    expect(urgent.length).toBeGreaterThan(300)
    const inTime = urgent.filter((one) => one.inTime)
    for (const { tookMin, inTime } of urgent) {
      if (inTime) expect(tookMin).toBeLessThanOrEqual(forwarding.urgentLimitMin)
      else expect(tookMin).toBeGreaterThanOrEqual(forwarding.urgentLimitMin)
    }
    expect(inTime.length / urgent.length).toBeGreaterThan(0.85)
    expect(inTime.length / urgent.length).toBeLessThan(1)
  })

  it('closes most items within the limit of their category, and says so by the hours', () => {
    const { categories } = seedParameters(hotline) as unknown as HotlineParameters
    let closed = 0
    let inTime = 0
    const wrong: HotlineClosed[] = []
    simulate(options, 48, (s) => {
      if (s.event !== CLOSED) return
      const one = data<HotlineClosed>(s)
      closed++
      if (one.inTime) inTime++
      const { limitH } = categories[one.category]
      if (one.inTime ? one.tookH > limitH : one.tookH < limitH) wrong.push({ ...one })
    })
    expect(wrong).toEqual([])
    expect(inTime / closed).toBeGreaterThan(0.88)
    expect(inTime / closed).toBeLessThan(0.97)
  })

  it('is busy at ten in the morning and quiet at four at night, by phone more than by internet', () => {
    const byHour = { phone: new Array(24).fill(0), internet: new Array(24).fill(0) }
    const from = Date.parse(START)
    simulate({ ...options, assets: units(40) }, 24, (s) => {
      if (s.event !== RECEIVED) return
      byHour[data<HotlineReceived>(s).channel][Math.floor((s.time - from) / HOUR_MS)]++
    })
    const swing = ({ 4: night, 10: morning }: number[]) => morning / Math.max(1, night)
    expect(swing(byHour.phone)).toBeGreaterThan(10)
    expect(swing(byHour.internet)).toBeGreaterThan(5)
    const evening = ({ 10: morning, 20: late }: number[]) => late / morning
    expect(evening(byHour.internet)).toBeGreaterThan(1.5 * evening(byHour.phone))
  })

  it('has half the times while a unit is reinforced, and refuses what is no duration', () => {
    const context = simulatedCity({ ...options, assets: units(1) })
    const meanTookMin = (reinforced: boolean) => {
      const simulator = hotline.createSimulator(context)
      const { start } = context.scenario
      if (reinforced) simulator.command!(0, REINFORCE, { for: 'PT24H' }, start)
      let [sum, n] = [0, 0]
      drive(simulator, context, start + 20 * HOUR_MS, (s) => {
        if (s.event !== FORWARDED || s.time < start + 12 * HOUR_MS) return
        sum += data<HotlineForwarded>(s).tookMin
        n++
      })
      return sum / n
    }
    expect(meanTookMin(true) / meanTookMin(false)).toBeGreaterThan(0.4)
    expect(meanTookMin(true) / meanTookMin(false)).toBeLessThan(0.6)
    const simulator = hotline.createSimulator(context)
    expect(simulator.command!(0, REINFORCE, { for: 'soon' }, context.scenario.start)).toMatch(
      /^hotline\.reinforce for: got "soon"/,
    )
    expect(simulator.command!(0, 'hotline.close', {}, context.scenario.start)).toBe(
      'hotline.close: unknown, expected hotline.reinforce',
    )
  })
})
