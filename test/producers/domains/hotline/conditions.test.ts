// The hotline in rain, water, dark and crowds: what comes besides, about what, how urgent, and that the usual items stay.
import { describe, expect, it } from 'vitest'
import { hotline } from '../../../../producers/domains/hotline/domain.ts'
import { RECEIVED } from '../../../../producers/domains/hotline/event.ts'
import { ASKING, type HotlineParameters } from '../../../../producers/domains/hotline/parameters.ts'
import type { Conditions } from '../../../../producers/simulation/conditions.ts'
import type { Simulator } from '../../../../producers/simulation/simulator.ts'
import { eventsOf, idsWithin, type SeenEvent, worldOf } from '../../incident-runs.ts'
import { drive, seedParameters, simulatedCity } from '../../simulated-city.ts'

const parameters = seedParameters(hotline) as HotlineParameters
const PLACE = { lon: 113.265, lat: 23.13, km: 6 }
const run = { domains: 'hotline', from: '12:00', for: 'PT6H', scale: '0.3' }
const dark = {
  ...{ id: 'dark-1', kind: 'power-loss', at: 'PT20M', for: 'PT1H', place: PLACE, severity: 'red' },
  parameters: { repairHours: 1 },
}
const is = (name: string) => (e: SeenEvent) => e.type.includes(`.${name}.`)

/** An item as it came; how many waited then aside. */
const itself = ({ subject, time, type, data: { waiting: _, overdue: __, ...data } }: SeenEvent) =>
  JSON.stringify([subject, time, type, data])

describe('hotline units without mains', () => {
  const world = worldOf({ ...run, incidents: [dark] })
  const events = eventsOf(world)
  const usual = eventsOf(worldOf(run))
  const caused = events.filter(({ cause }) => cause !== undefined)
  const received = caused.filter(is('received'))

  it('get what they usually get, and more beside it that names the cause, in the area only', () => {
    expect(events.filter(({ cause }) => cause === undefined).map(itself)).toEqual(usual.map(itself))
    const inside = idsWithin(world, PLACE)
    expect(received.length).toBeGreaterThan(200)
    for (const { subject, cause, time } of caused) {
      expect([inside.has(subject), cause]).toEqual([true, 'dark-1'])
      expect(time >= '2025-06-18T04:20:00.000Z').toBe(true)
    }
    const untouched = (list: SeenEvent[]) =>
      list.filter(({ subject }) => !inside.has(subject)).map((e) => JSON.stringify(e.data))
    expect(untouched(events)).toEqual(untouched(usual))
  })

  it('forward what came because of it and was not answered, each once', () => {
    const kept = received.filter(({ data }) => data.answered === false).length
    const forwarded = caused.filter(is('forwarded')).length
    expect(forwarded).toBeGreaterThan(0.8 * kept)
    expect(forwarded).toBeLessThanOrEqual(kept)
  })

  it('get no more of it when the mains are back', () => {
    // Of a median of 1 h (sigma 0.4) nothing lasts for five.
    expect(received.filter(({ time }) => time > '2025-06-18T09:30:00.000Z')).toEqual([])
  })
})

/** A day of thirty units at which one condition holds, and what came because of it. */
function dayWith(kind: (typeof ASKING)[number], value: number) {
  const found = { value, cause: 'c-1' }
  const conditions: Conditions = { none: false, at: (asked) => (asked === kind ? found : null) }
  const assets = Array.from({ length: 30 }, (_, n) => ({
    id: `hot-440106-${n}`,
    attributes: { kind: 'street' },
  }))
  const start = '2025-06-18T00:00:00+08:00'
  const context = simulatedCity({ domain: hotline, assets, start, conditions })
  const units = hotline.createSimulator(context)
  const reacted = new Set<number>()
  const causes: (string | undefined)[] = []
  const reacting: Simulator = {
    first: (i) => units.first(i),
    state: (walk) => units.state(walk),
    wake(i, time, emit) {
      if (time >= context.scenario.start && !reacted.has(i)) {
        reacted.add(i)
        units.react!(i, time)
      }
      return units.wake(i, time, (event, data, cause) => {
        causes.push(cause)
        emit(event, data)
      })
    },
  }
  const events: { event: number; data: Record<string, unknown> }[] = []
  drive(reacting, context, context.scenario.start + 24 * 3_600_000, (s) => events.push(s))
  const received = events.flatMap(({ event, data }, k) =>
    event === RECEIVED ? [{ data, cause: causes[k] }] : [],
  )
  const asked = received.filter(({ cause }) => cause === 'c-1').map(({ data }) => data)
  return { asked, usual: received.length - asked.length }
}

describe('items that come besides', () => {
  it.each([
    ['rain', 40, 0.4],
    ['rain', 100, 0.8],
    ['ponding', 20, 1.2],
    ['ponding', 80, 2],
    ['mains', 1, 1.5],
    ['crowd', 2, 0.3],
  ] as const)('are in %s of %d so many: %d of the usual', (kind, value, added) => {
    const { asked, usual } = dayWith(kind, value)
    const { categories, urgent } = parameters.asking[kind]
    const sigma = Math.sqrt(asked.length * (1 + added))
    expect(Math.abs(asked.length - added * usual)).toBeLessThan(3.5 * sigma)
    const about = new Set(asked.map(({ category }) => category))
    expect([...about].sort()).toEqual(Object.keys(categories).sort())
    const share = asked.filter((item) => item.urgent).length / asked.length
    const error = Math.sqrt((urgent * (1 - urgent)) / asked.length)
    expect(Math.abs(share - urgent)).toBeLessThan(3.5 * error)
  })

  it('are more urgent in water than in anything else', () => {
    const { ponding, ...others } = parameters.asking
    for (const kind of ASKING) {
      if (kind !== 'ponding') expect(ponding.urgent).toBeGreaterThan(2 * others[kind].urgent)
    }
    expect(ponding.urgent).toBeGreaterThan(parameters.urgent)
  })
})
