// Incidents in the kernel: conditions step, simulators react, commands start and stop them, and the number of shards changes nothing.
import { Type } from 'typebox'
import { describe, expect, it } from 'vitest'
import { cityDigest } from '../../../producers/contract/digest.ts'
import type { CityEvent } from '../../../producers/contract/records.ts'
import type { IncidentKind } from '../../../producers/incidents/incident.ts'
import { createKernel, type Kernel, type KernelOptions } from '../../../producers/kernel/kernel.ts'
import type {
  Domain,
  SimulationContext,
  Simulator,
} from '../../../producers/simulation/simulator.ts'
import type { PlannedIncident } from '../../../seeds/contract.ts'
import { city, lamp, lampDescriptor, lampScenario, lamps, START } from '../lamp-city.ts'

const both = (en: string) => ({ zh: en, en })
const SECOND = 1_000
const catalogue = lamps(60)
const NORTH = { district: '990001' }

/** Mains are lost at every place of its area while it lasts; asked anew every 20 s. */
const dark: IncidentKind = {
  kind: 'dark',
  label: both('Dark'),
  about: both('No mains'),
  parameters: Type.Object({}, { additionalProperties: false }),
  route: false,
  stepMs: 20 * SECOND,
  aftermathMs: 10 * SECOND,
  effects: ({ from, until }) => [{ condition: 'mains', from, until, at: () => 1 }],
}
const gate: IncidentKind = {
  ...dark,
  kind: 'gate',
  effects: ({ from, until }) => [{ condition: 'gateway', from, until, at: () => 1 }],
}

type Reaction = { id: string; time: number }

/** Lamps report every 40 s in step, and when the mains change: lit = mains are there. */
function reactingLamps(reactions: Reaction[] = []): Domain {
  const createSimulator = (context: SimulationContext): Simulator => {
    const { assets, conditions } = context
    const reports = Float64Array.from(assets, (n) => START - 40_000 + n * 100)
    const told = assets.map(() => 0)
    const at = (i: number, time: number) => conditions.at('mains', time, i)
    return {
      first: (i) => reports[i],
      wake(i, time, emit) {
        const mains = at(i, time)
        told[i] = mains === null ? 0 : 1
        emit(reports[i] <= time ? 0 : 1, { lit: mains === null, watts: 60 }, mains?.cause)
        if (reports[i] <= time) reports[i] += 40_000
        return reports[i]
      },
      react(i, time) {
        reactions.push({ id: context.catalogue.ids[assets[i]], time: time - START })
        const isOther = told[i] !== (at(i, time) === null ? 0 : 1)
        return isOther ? time : reports[i]
      },
      state(walk) {
        walk.numbers(reports)
        walk.numbers(told)
      },
    }
  }
  return { ...lamp, createSimulator }
}

const planned = (over: Partial<PlannedIncident> = {}): PlannedIncident => ({
  ...{ id: 'cut-1', kind: 'dark', fromMs: 30 * SECOND, forMs: 45 * SECOND },
  ...{ place: NORTH, severity: 'red', parameters: {} },
  ...over,
})

type Town = { domain?: Domain; incidents?: PlannedIncident[]; shard?: number; shards?: number }

function openTown({ domain = reactingLamps(), incidents = [], shard = 0, shards = 1 }: Town) {
  const scenario = lampScenario({ incidents })
  const options: KernelOptions = {
    ...{ city, catalogue, scenario, epoch: 3, shard, shards },
    descriptor: lampDescriptor(scenario, catalogue),
    domains: [domain],
    incidents: [dark, gate],
  }
  const kernel = createKernel(options)
  kernel.begin(START)
  return kernel
}

function take(kernel: Kernel, to = 180 * SECOND) {
  kernel.advance(START + to, (time) => time)
  const { lanes, incidents } = kernel.drain()
  const records = lanes.flatMap((lane) => lane.records.map((record) => ({ ...record, lane })))
  const events = records
    .filter(({ key }) => key !== null)
    .map(({ value }) => JSON.parse(value!.toString()) as CityEvent<{ lit: boolean }>)
  return { events, incidents, records }
}

const secondsOf = ({ time }: { time: string }) => (Date.parse(time) - START) / SECOND
const isNorth = ({ district }: { district: string }) => district === '990001'

describe('an incident of the scenario', () => {
  it('moves its area while it lasts, and names itself in the events that it changed', () => {
    const { events } = take(openTown({ incidents: [planned()] }))
    const caused = events.filter(({ cause }) => cause !== undefined)
    expect(caused.length).toBeGreaterThan(30)
    for (const event of caused) {
      expect([event.cause, isNorth(event), event.data.lit]).toEqual(['cut-1', true, false])
      expect(secondsOf(event)).toBeGreaterThanOrEqual(30)
      expect(secondsOf(event)).toBeLessThan(75)
    }
    // Both at once for all of the area: when it begins and when it is over.
    const flashes = events.filter(({ type }) => type.includes('flash'))
    expect(new Set(flashes.map(secondsOf))).toEqual(new Set([30, 75]))
    expect(flashes.filter((e) => secondsOf(e) === 30)).toHaveLength(30)
  })

  it('changes nothing elsewhere', () => {
    const south = (incidents: PlannedIncident[]) =>
      take(openTown({ incidents })).events.filter((event) => !isNorth(event))
    expect(south([planned()])).toEqual(south([]))
  })

  it('is asked anew at each step, at its end and when what it left behind is over', () => {
    const reactions: Reaction[] = []
    take(openTown({ domain: reactingLamps(reactions), incidents: [planned()] }))
    const times = [...new Set(reactions.map(({ time }) => time / SECOND))]
    expect(times).toEqual([30, 50, 70, 75, 85])
    const ids = reactions.filter(({ time }) => time === 30 * SECOND).map(({ id }) => id)
    expect(ids).toEqual([...ids].sort())
    // The lamp that goes into service after 90 s has nothing to react to before.
    expect(reactions.some(({ id }) => id === catalogue.ids[59])).toBe(false)
  })

  it('is published as it begins and as it ends', () => {
    const { incidents } = take(openTown({ incidents: [planned()] }))
    expect(incidents.map(({ timestamp }) => timestamp - START)).toEqual([30_000, 75_000])
    expect(incidents[0].record).toEqual({
      ...{ epoch: 3, id: 'cut-1', kind: 'dark', place: NORTH, severity: 'red', parameters: {} },
      ...{ by: 'scenario', from: '2025-06-18T08:30:30.000Z', until: '2025-06-18T08:31:15.000Z' },
    })
  })

  it.each([2, 4, 8])('gives the same bytes with %i shards', (shards) => {
    const incidents = [
      planned(),
      planned({ id: 'gate-1', kind: 'gate', place: { district: '990000' } }),
    ]
    const chains = (count: number) =>
      Array.from({ length: count }, (_, shard) => {
        const kernel = openTown({ incidents, shard, shards: count })
        take(kernel)
        return kernel.lanes.map(({ domain, partition, chain }) => ({ domain, partition, chain }))
      }).flat()
    expect(cityDigest(chains(shards))).toEqual(cityDigest(chains(1)))
  })

  it('with a gateway that is down holds what happens behind it back, and sends it in one burst', () => {
    const gateway = planned({ id: 'gate-1', kind: 'gate' })
    const { records, events } = take(openTown({ incidents: [gateway] }))
    const undisturbed = take(openTown({}))
    expect(events.map((e) => e.id).sort()).toEqual(undisturbed.events.map((e) => e.id).sort())
    const late = records.filter(({ key, value, timestamp }) => {
      if (key === null) return false
      return timestamp - Date.parse(JSON.parse(value!.toString()).time) > SECOND
    })
    expect(late.length).toBeGreaterThan(20)
    // Released with the first tick after the gateway is back.
    expect(new Set(late.map(({ timestamp }) => timestamp - START))).toEqual(new Set([80_000]))
  })
})

describe('an incident by command', () => {
  const start = (id: string, over: object = {}) => ({
    ...{ id, name: 'incident.start', by: 'operator' },
    args: { kind: 'dark', place: NORTH, for: 'PT45S', ...over },
  })
  const stop = (id: string) => ({
    ...{ id: 'stop-1', name: 'incident.stop', by: 'operator' },
    args: { id },
  })

  it('does what one of the scenario does from its sim time on', () => {
    const kernel = openTown({})
    const before = take(kernel, 30 * SECOND)
    expect(kernel.obey(start('cut-1', { severity: 'red' }))).toBeNull()
    const after = take(kernel)
    const bySchedule = take(openTown({ incidents: [planned()] }))
    const byId = (events: { id: string }[]) => events.sort((a, b) => (a.id < b.id ? -1 : 1))
    expect(byId([...before.events, ...after.events])).toEqual(byId(bySchedule.events))
    expect(after.incidents[0].record.by).toBe('operator')
  })

  it('ends when it is stopped', () => {
    const kernel = openTown({})
    take(kernel, 30 * SECOND)
    kernel.obey(start('cut-1'))
    take(kernel, 55 * SECOND)
    expect(kernel.obey(stop('cut-1'))).toBeNull()
    const { events, incidents } = take(kernel)
    expect(events.filter(({ cause }) => cause !== undefined)).toEqual([])
    const back = events.filter(({ type }) => type.includes('flash'))
    expect(new Set(back.map(secondsOf))).toEqual(new Set([55]))
    expect(incidents.at(-1)!.record.until).toBe('2025-06-18T08:30:55.000Z')
  })

  it('that is a gateway’s outage sends its burst when it is stopped, not when it would have ended', () => {
    const kernel = openTown({})
    take(kernel, 30 * SECOND)
    expect(kernel.obey(start('cut-1', { kind: 'gate', for: 'PT2M' }))).toBeNull()
    const until = take(kernel, 72 * SECOND)
    expect(kernel.obey(stop('cut-1'))).toBeNull()
    const late = take(kernel).records.filter(({ key, value, timestamp }) => {
      if (key === null) return false
      return timestamp - Date.parse(JSON.parse(value!.toString()).time) > SECOND
    })
    expect(until.events.filter((e) => isNorth(e) && secondsOf(e) > 30)).toEqual([])
    expect(late.length).toBeGreaterThan(20)
    // The first tick after it.
    expect(new Set(late.map(({ timestamp }) => timestamp - START))).toEqual(new Set([80_000]))
  })

  it('is refused in words', () => {
    const kernel = openTown({ incidents: [planned()] })
    kernel.advance(START + SECOND, (time) => time)
    expect(kernel.obey(start('cut-1'))).toMatch(/id: "cut-1" twice/)
    expect(kernel.obey(start('x', { kind: 'flood' }))).toMatch(
      /kind: "flood", expected one of dark/,
    )
    expect(kernel.obey(stop('nothing'))).toMatch(/id: "nothing", expected one of cut-1/)
    take(kernel, 100 * SECOND)
    expect(kernel.obey(stop('cut-1'))).toMatch(/which is over/)
  })
})
