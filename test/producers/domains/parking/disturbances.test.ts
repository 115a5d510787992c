// What incidents make of lots: a crowd's cars, closed entrances, dark signs; by how much, whose doing events say it is, and that
// nothing else moves.
import { describe, expect, it } from 'vitest'
import { HOUR_MS, MINUTE_MS } from '../../../../infra/time.ts'
import type { LotExit } from '../../../../producers/domains/parking/event.ts'
import type { Conditions } from '../../../../producers/simulation/conditions.ts'
import { type OneCondition, pairOf, type Told } from '../../one-condition.ts'
import { simulatedCity } from '../../simulated-city.ts'
import { lots, options, START_MS, simulate } from './lots.ts'

const AT = { domain: 'parking', from: 30, until: 150, minutes: 200 }
const pair = (condition: OneCondition['condition'], value: number, over = {}) =>
  pairOf<LotExit>({ ...AT, condition, value, ...over })

type Events = Told<LotExit>[]
const named = (events: Events, name: string) =>
  events.filter(({ type }) => type === `city.parking.${name}.v1`)
const earlier = (events: Events) => events.filter(({ minute }) => minute < 30)
const during = (events: Events) => events.filter(({ minute }) => minute >= 30 && minute < 150)
const textsOf = (events: Events) => events.map(({ text }) => text)

describe.each([
  ['crowd', 1],
  ['ponding', 40],
  ['mains', 1],
] as const)('%s', (condition, value) => {
  it('moves nothing before, nothing elsewhere, and names itself in its district only', () => {
    const { moved, usual } = pair(condition, value)
    expect(moved.outside.length).toBeGreaterThan(500)
    expect(moved.outside).toEqual(usual.outside)
    expect(textsOf(earlier(moved.inside))).toEqual(textsOf(earlier(usual.inside)))
    expect(usual.caused).toHaveLength(0)
    expect(moved.caused.length).toBeGreaterThan(50)
    for (const { district, minute } of moved.caused) {
      expect(district).toBe('990101')
      expect(minute).toBeGreaterThanOrEqual(30)
    }
  })
})

describe('a crowd', () => {
  const large = { ...options, assets: lots(24, 1000), alike: true as const }
  const third: Conditions = {
    none: false,
    at: (kind, time) =>
      kind === 'crowd' && time >= START_MS && time < START_MS + HOUR_MS
        ? { value: 0.3, cause: 'it' }
        : null,
  }
  const runWith = (conditions?: Conditions) => {
    const entries: { id: string; time: number }[] = []
    const context = simulatedCity({ ...large, conditions })
    const simulator = simulate(context, 2, ({ event, id, time }) => {
      if (event === 0) entries.push({ id, time })
    })
    const offered = large.assets.reduce((sum, _, i) => sum + simulator.tally(i).offered, 0)
    return { entries, offered }
  }

  it('of 0.3 of the usual demand brings 0.3 of the usual cars besides, and the usual ones come as always', () => {
    const usual = runWith()
    const moved = runWith(third)
    const inFirstHour = usual.entries.filter(({ time }) => time < START_MS + HOUR_MS).length
    const extra = moved.offered - usual.offered
    console.log(`${inFirstHour} usual cars in the hour, ${extra} extra`)
    // The lots look at their first status within 5 min; four sigma.
    const mean = 0.3 * inFirstHour
    const spread = 4 * Math.sqrt(mean + 0.09 * inFirstHour)
    expect(extra).toBeLessThan(mean + spread)
    expect(extra).toBeGreaterThan((mean * 55) / 60 - spread)
    const keys = new Set(moved.entries.map(({ id, time }) => `${id} ${time}`))
    // But for those who found the lot full.
    const same = usual.entries.filter(({ id, time }) => keys.has(`${id} ${time}`)).length
    expect(same / usual.entries.length).toBeGreaterThan(0.8)
  })

  it('is named by the entries and, later, the exits of those who came with it', () => {
    const { moved } = pair('crowd', 1)
    const [entries, exits] = ['entry', 'exit'].map((name) => named(moved.caused, name))
    expect(entries.length + exits.length).toBe(moved.caused.length)
    // Later ones are cars that a full lot sent on: it would have had room without the crowd.
    expect(during(entries).length / entries.length).toBeGreaterThan(0.8)
    expect(exits.length).toBeGreaterThan(20)
    expect(exits.length).toBeLessThan(entries.length)
    const median = exits.map(({ data }) => data.stayMin).sort((a, b) => a - b)[exits.length >> 1]
    // Who stays longer than until the end of the run is not among them.
    expect(median).toBeGreaterThan(50)
    expect(median).toBeLessThan(130)
  })

  it('fills what is free, never more', () => {
    const { moved, usual } = pair('crowd', 4)
    const taken = (events: Events) =>
      named(during(events), 'status').reduce((sum, { data }) => sum + data.occupied, 0)
    const ratio = taken(moved.inside) / taken(usual.inside)
    console.log(`occupied × ${ratio.toFixed(2)}`)
    expect(ratio).toBeGreaterThan(1.1)
    for (const { data } of moved.events) expect(data.occupied).toBeLessThanOrEqual(data.capacity)
  })
})

describe('water', () => {
  it('of 30 cm closes entrances: nobody comes in, who is inside may leave, and the status says so', () => {
    const { moved, usual } = pair('ponding', 30)
    expect(named(during(usual.inside), 'entry').length).toBeGreaterThan(100)
    expect(named(during(moved.inside), 'entry')).toHaveLength(0)
    expect(named(during(moved.inside), 'exit').length).toBeGreaterThan(100)
    const statuses = named(during(moved.inside), 'status')
    expect(statuses.length).toBeGreaterThan(100)
    expect(statuses.every(({ cause }) => cause === 'it')).toBe(true)
    const after = moved.inside.filter(({ minute }) => minute >= 150)
    expect(named(after, 'entry').length).toBeGreaterThan(30)
    expect(named(after, 'status').some(({ cause }) => cause !== undefined)).toBe(false)
  })

  it('of less than that closes none', () => {
    const { moved, usual } = pair('ponding', 29)
    expect(textsOf(moved.events)).toEqual(textsOf(usual.events))
  })

  it('leaves raised lots open', () => {
    const conditions: Conditions = {
      none: false,
      at: (kind) => (kind === 'ponding' ? { value: 90, cause: 'it' } : null),
    }
    const entriesAt = (type: string) => {
      let entries = 0
      const context = simulatedCity({ ...options, assets: lots(12, 200, type), conditions })
      simulate(context, 2, ({ event, time }) => {
        if (event === 0 && time >= START_MS + 5 * MINUTE_MS) entries++
      })
      return entries
    }
    expect(entriesAt('mall')).toBe(0)
    expect(entriesAt('transport')).toBeGreaterThan(50)
  })
})

describe('lost mains', () => {
  it('leave the guidance signs dark, and the gates open', () => {
    const { moved, usual } = pair('mains', 1)
    expect(during(usual.inside).some(({ data }) => data.guided)).toBe(true)
    expect(during(moved.inside).some(({ data }) => data.guided)).toBe(false)
    const guided = new Set(
      usual.inside.filter(({ data }) => data.guided).map(({ subject }) => subject),
    )
    for (const { subject, cause } of during(moved.inside)) {
      if (cause !== undefined) expect(guided).toContain(subject)
      else expect(guided).not.toContain(subject)
    }
    const entries = named(during(moved.inside), 'entry').length
    expect(entries / named(during(usual.inside), 'entry').length).toBeGreaterThan(0.95)
  })
})
