// Cases: their steps in order and against their limits, no more crews than there are, a steady board, and what conditions add.
import { describe, expect, it } from 'vitest'
import { MINUTE_MS } from '../../../../infra/time.ts'
import { casework } from '../../../../producers/domains/casework/domain.ts'
import {
  CASE_NOTED,
  type CaseClosed,
  type CaseDispatched,
  type CaseHandled,
  type CaseRegistered,
  type CaseVerified,
  CLOSED,
  DISPATCHED,
  DUTY_OF,
  HANDLED,
  REGISTERED,
  UNIT_STATUS,
  type UnitState,
  VERIFIED,
} from '../../../../producers/domains/casework/event.ts'
import type { CaseworkParameters } from '../../../../producers/domains/casework/parameters.ts'
import type { Conditions } from '../../../../producers/simulation/conditions.ts'
import { keepsTheDomainPromises } from '../../domain-promises.ts'
import { linesOf, type Seen, seedParameters } from '../../simulated-city.ts'
import { type Act, CREWS, dataOf, drivenUnits, options, START, units } from './units.ts'

const HOUR_MS = 3_600_000
const parameters = () => seedParameters(casework) as unknown as CaseworkParameters
const shareOf = <T>(list: T[], is: (one: T) => boolean) => list.filter(is).length / list.length
const ofEvent = <T>(seen: Seen[], event: number) =>
  seen.filter((s) => s.event === event).map(dataOf<T>)

/** Events of each case that was registered in the run, in order. */
function casesOf(seen: Seen[]): Map<string, Seen[]> {
  const cases = new Map<string, Seen[]>()
  for (const s of seen) {
    if (s.event === UNIT_STATUS || s.event === CASE_NOTED) continue
    const id = String(s.data.case)
    if (s.event === REGISTERED) cases.set(id, [s])
    else cases.get(id)?.push(s)
  }
  return cases
}

describe('casework simulator', () => {
  keepsTheDomainPromises({ domain: casework, assets: units(12), start: START, hours: 3 })
  const day = drivenUnits(options(36), 24)

  it('takes each case through its steps, one after the other, again to a crew where it did not pass', () => {
    let done = 0
    for (const steps of casesOf(day.seen).values()) {
      const words = steps.map(({ event, data }) => (event === VERIFIED ? `${data.passed}` : event))
      const whole = words.join(' ')
      const once = `${REGISTERED} ${DISPATCHED} ${HANDLED} true ${CLOSED}`
      const twice = `${REGISTERED} ${DISPATCHED} ${HANDLED} false ${HANDLED} true ${CLOSED}`
      expect(
        [once, twice].some((way) => way.startsWith(whole)),
        whole,
      ).toBe(true)
      if (steps.at(-1)!.event === CLOSED) done++
      for (const { event, time, data } of steps) {
        if (event === REGISTERED) continue
        expect(data.tookMin).toBe(Math.round((time - steps[0].time) / 60_000))
      }
    }
    expect(done).toBeGreaterThan(500)
  })

  it('conserves cases: open = before + registered − closed, at every event', () => {
    const open = new Map<string, number>()
    for (const s of day.seen) {
      const now = dataOf<UnitState>(s).open
      const before = open.get(s.id)
      const change = s.event === REGISTERED ? 1 : s.event === CLOSED ? -1 : 0
      if (before !== undefined) expect(now).toBe(before + change)
      open.set(s.id, now)
    }
    expect(open.size).toBe(36)
  })

  it('has no more crews at work than there are, and lets a case wait only while all of them are', () => {
    const free = day.seen.map((s) => dataOf<UnitState>(s).free)
    expect(Math.min(...free)).toBe(0)
    expect(Math.max(...free)).toBe(CREWS)
    const wait = (casesPerCrewDay: number) => {
      const { seen } = drivenUnits({ ...options(12), parameters: { casesPerCrewDay } }, 24)
      const handled = ofEvent<CaseHandled>(seen, HANDLED)
      return handled.reduce((sum, one) => sum + one.waitedMin, 0) / handled.length
    }
    expect(wait(0.5)).toBeLessThan(0.5)
    expect(wait(5)).toBeGreaterThan(1)
    expect(wait(14)).toBeGreaterThan(30)
  })

  it('sends a free crew to an urgent case first', () => {
    const busy = { ...options(24), parameters: { casesPerCrewDay: 14, urgent: 0.1 } }
    const handled = ofEvent<CaseHandled>(drivenUnits(busy, 24).seen, HANDLED)
    const meanWait = (list: CaseHandled[]) =>
      list.reduce((sum, one) => sum + one.waitedMin, 0) / list.length
    const [urgent, usual] = [true, false].map((is) => handled.filter((one) => one.urgent === is))
    expect(urgent.length).toBeGreaterThan(50)
    expect(meanWait(urgent)).toBeLessThan(0.5 * meanWait(usual))
  })

  it('opens as many cases a day as its crews are given, urgent and from the hotline as often as is said', () => {
    const { seen } = drivenUnits({ ...options(36), alike: true }, 5 * 24)
    const { casesPerCrewDay, hotline, urgent } = parameters()
    const registered = ofEvent<CaseRegistered>(seen, REGISTERED)
    expect(registered.length / (5 * 36 * CREWS * casesPerCrewDay)).toBeGreaterThan(0.95)
    expect(registered.length / (5 * 36 * CREWS * casesPerCrewDay)).toBeLessThan(1.05)
    expect(shareOf(registered, (r) => r.origin === 'hotline')).toBeCloseTo(hotline, 1)
    expect(shareOf(registered, (r) => r.urgent)).toBeCloseTo(urgent, 1)
    for (const s of seen) expect(s.cause).toBeUndefined()
  })

  it('gives a unit cases of its own duty, and those that are anybody’s', () => {
    const drainage = drivenUnits(options(6, ['drainage']), 24)
    const kinds = new Set(ofEvent<CaseRegistered>(drainage.seen, REGISTERED).map((r) => r.kind))
    for (const kind of kinds) expect([null, 'drainage']).toContain(DUTY_OF[kind])
    expect(kinds).toContain('drain')
  })

  it('begins with the board that it goes on with: no slope from the start', () => {
    const { seen, start } = drivenUnits({ ...options(60), alike: true }, 3 * 24 + 1)
    const openAt = [0, 24, 48, 72].map((hour) => {
      const from = start + hour * HOUR_MS
      const now = seen.filter((s) => s.event === UNIT_STATUS && s.time >= from)
      return ofEvent<UnitState>(
        now.filter((s) => s.time < from + HOUR_MS),
        UNIT_STATUS,
      )
        .map((s) => s.open / 12)
        .reduce((a, b) => a + b)
    })
    const mean = openAt.reduce((a, b) => a + b) / openAt.length
    console.log(`open at 8 on four days: ${openAt.map(Math.round).join(' ')}`)
    for (const open of openAt) expect(Math.abs(open / mean - 1)).toBeLessThan(0.2)
  })

  it('is on time: urgent ones within a quarter of an hour, most within the limit of their kind, and says so by it', () => {
    const { dispatch, kinds } = parameters()
    const urgent = ofEvent<CaseDispatched>(day.seen, DISPATCHED).filter((one) => one.urgent)
    expect(urgent.length).toBeGreaterThan(15)
    expect(shareOf(urgent, (one) => one.inTime)).toBeGreaterThan(0.9)
    for (const { tookMin, inTime } of urgent) {
      if (inTime) expect(tookMin).toBeLessThanOrEqual(dispatch.urgentLimitMin)
      else expect(tookMin).toBeGreaterThanOrEqual(dispatch.urgentLimitMin)
    }
    const closed = ofEvent<CaseClosed>(day.seen, CLOSED)
    expect(shareOf(closed, (one) => one.inTime)).toBeGreaterThan(0.95)
    expect(shareOf(closed, (one) => one.inTime)).toBeLessThan(1)
    for (const { kind, urgent, tookMin, inTime } of closed) {
      const limitMin = 60 * (urgent ? kinds[kind].urgentLimitH : kinds[kind].limitH)
      if (inTime) expect(tookMin).toBeLessThanOrEqual(limitMin)
      else expect(tookMin).toBeGreaterThanOrEqual(limitMin)
    }
  })

  it('says by when the next step is due, and is in time by that', () => {
    const { dispatch } = parameters()
    for (const { time, event, data } of day.seen) {
      const { due, urgent, inTime } = data as CaseClosed
      if (event === REGISTERED) {
        const limitMin = urgent ? dispatch.urgentLimitMin : dispatch.limitMin
        expect(Date.parse(due)).toBe(time + limitMin * MINUTE_MS)
      }
      if (event === CLOSED) expect(inTime).toBe(time <= Date.parse(due))
    }
  })

  it('verifies what was handled, and sends as many back as is said', () => {
    const verified = ofEvent<CaseVerified>(day.seen, VERIFIED)
    const { redo } = parameters()
    expect(shareOf(verified, (one) => !one.passed)).toBeGreaterThan(redo / 2)
    expect(shareOf(verified, (one) => !one.passed)).toBeLessThan(redo * 2)
  })

  it('opens a case by rule, at every unit of the district whose kind it is, and at no other', () => {
    const rule = { afterMin: 90, district: '440103', kind: 'drain', urgent: true, note: '巡查' }
    const drainage = { ...options(6), parameters: { rules: [rule] } }
    const inDistrict = drainage.assets.map((a, n) => ({ ...a, district: n < 4 ? 1 : 2 }))
    const { seen, start } = drivenUnits({ ...drainage, assets: inDistrict }, 3)
    const byRule = seen.filter((s) => s.event === REGISTERED && s.data.origin === 'rule')
    expect(byRule.map((s) => [s.id, s.time - start, s.data.case, s.data.note])).toEqual([
      ['case-440106-00002', 90 * 60_000, 'c-440106-00002-r1', '巡查'],
    ])
  })
})

describe('casework under a condition of the place', () => {
  const from = Date.parse(START) + HOUR_MS
  const storm: Conditions = {
    none: false,
    at: (kind, time) =>
      kind === 'ponding' && time >= from && time < from + 2 * HOUR_MS
        ? { value: 40, cause: 'storm-1' }
        : null,
  }
  const acts: Act[] = [HOUR_MS, 3 * HOUR_MS].flatMap((afterMs) =>
    units(12).map((_, i) => ({ afterMs, i })),
  )
  const calm = drivenUnits(options(12), 12)
  const wet = drivenUnits({ ...options(12), conditions: storm }, 12, acts)
  const extra = wet.seen.filter((s) => s.event === REGISTERED && s.cause !== undefined)

  it('brings cases of its kind to the units for it, while it lasts, and names the incident in each of their steps', () => {
    // 0.12 an hour for each of 40 cm, two units for two hours.
    expect(extra.length).toBeGreaterThan(10)
    expect(extra.length).toBeLessThan(32)
    const ids = new Set(extra.map((s) => s.data.case))
    for (const { id, time, data } of extra) {
      expect(['case-440106-00002', 'case-440106-00008']).toContain(id)
      expect(data.kind).toBe('ponding')
      expect(time).toBeGreaterThan(from)
      expect(time).toBeLessThan(from + 2 * HOUR_MS)
    }
    for (const s of wet.seen) {
      if (s.event !== UNIT_STATUS)
        expect(s.cause).toBe(ids.has(s.data.case) ? 'storm-1' : undefined)
    }
  })

  it('leaves what is usual as it was: the same cases, dispatched at the same times, and other units to the byte', () => {
    const usual = (seen: Seen[]) =>
      seen
        .filter((s) => s.event === REGISTERED || s.event === DISPATCHED)
        .filter((s) => s.cause === undefined)
        .map((s) => [s.time, s.data.case, s.data.kind, s.data.urgent])
    expect(usual(wet.seen)).toEqual(usual(calm.seen))
    const touched = new Set(extra.map((s) => s.id))
    const others = (seen: Seen[]) => linesOf(seen.filter((s) => !touched.has(s.id)))
    expect(touched.size).toBe(2)
    expect(others(wet.seen)).toEqual(others(calm.seen))
  })

  it('makes cases wait at those units', () => {
    const most = (seen: Seen[]) =>
      Math.max(...seen.filter((s) => s.id.endsWith('2')).map((s) => dataOf<UnitState>(s).open))
    expect(most(wet.seen)).toBeGreaterThan(most(calm.seen) + 4)
  })
})
