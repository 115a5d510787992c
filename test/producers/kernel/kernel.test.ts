// The kernel: census, order, ticks, chains, and shards that do not matter.
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { NewRecord } from '../../../infra/event-log/event-log.ts'
import { cityDigest } from '../../../producers/contract/digest.ts'
import type { CityEvent, Partial, Tick } from '../../../producers/contract/records.ts'
import { createKernel } from '../../../producers/kernel/kernel.ts'
import type { Fault, Scenario } from '../../../seeds/contract.ts'
import { city, lamp, lampDescriptor, lampScenario, lamps, START } from '../lamp-city.ts'

const catalogue = lamps(60)

type Lane = { domain: string; partition: number; records: NewRecord[] }

function open(scenario: Scenario, shard = 0, shards = 1, over = catalogue) {
  const descriptor = lampDescriptor(scenario, over, shards)
  const kernel = createKernel({
    city,
    catalogue: over,
    scenario,
    descriptor,
    domains: [lamp],
    epoch: 41,
    shard,
    shards,
  })
  kernel.begin(scenario.start)
  return kernel
}

/** Runs a scenario to its end in uneven steps and returns every record by partition, and the truth. */
function run(scenario: Scenario, shards = 1, over = catalogue) {
  const lanes = new Map<number, NewRecord[]>()
  const truth: Partial[] = []
  const chains: { domain: string; partition: number; chain: string }[] = []
  for (let shard = 0; shard < shards; shard++) {
    const kernel = open(scenario, shard, shards, over)
    let to = START
    for (let step = 1; kernel.simulatedTo < START + scenario.durationMs; step++) {
      kernel.advance(to, (t) => t, 37)
      if (kernel.simulatedTo >= to) to += (step * 777) % 13_000
      const out = kernel.drain()
      for (const l of out.lanes as Lane[]) {
        lanes.set(l.partition, [...(lanes.get(l.partition) ?? []), ...l.records])
      }
      truth.push(...out.truth.map((t) => t.partial))
    }
    chains.push(...kernel.lanes)
  }
  return { lanes, truth, ...cityDigest(chains) }
}

const text = (r: NewRecord) => r.value!.toString()
const isEvent = (r: NewRecord) => r.key !== null
const ticksOf = (records: NewRecord[]) =>
  records.filter((r) => text(r).includes('"city.tick.v1"')).map((r) => JSON.parse(text(r)) as Tick)

describe('kernel', () => {
  it('stops at its budget, to the event, and goes on from there', () => {
    const kernel = open(lampScenario())
    const end = START + lampScenario().durationMs
    for (const budget of [1, 7, 40]) {
      const before = kernel.events
      expect(kernel.advance(end, (t) => t, budget)).toBeLessThan(end)
      expect(kernel.events - before).toBe(budget)
    }
    expect(kernel.advance(end, (t) => t)).toBe(end)
  })

  it('writes the same bytes for any number of shards and any step size', () => {
    const one = run(lampScenario())
    for (const shards of [2, 3, 4]) {
      const many = run(lampScenario(), shards)
      expect(many.digest).toBe(one.digest)
      for (const [p, records] of one.lanes) {
        expect(many.lanes.get(p)!.map(text)).toEqual(records.map(text))
      }
    }
  })

  it('gives another digest for another seed', () => {
    expect(run(lampScenario({ seed: 8 })).digest).not.toBe(run(lampScenario()).digest)
  })

  it('opens each partition with the run-started marker, the census and the tick at start', () => {
    for (const [p, records] of run(lampScenario()).lanes) {
      expect(text(records[0])).toBe(
        `{"specversion":"1.0","id":"run-started-lamp-${p}-41","source":"/huacheng/r-0123456789ab/producers","type":"city.run-started.v1","time":"2025-06-18T08:30:00.000Z","data":{"epoch":41,"run":"r-0123456789ab","seed":7,"scenarioDigest":"${'d'.repeat(64)}","start":"2025-06-18T08:30:00.000Z","partition":${p}}}`,
      )
      const firstTick = records.findIndex((r) => text(r).includes('"city.tick.v1"'))
      const census = records.slice(1, firstTick).map((r) => JSON.parse(text(r)) as CityEvent)
      const here = catalogue.ids.filter(
        (_, n) => catalogue.cell[n] % 4 === p && catalogue.commissionedAt[n] <= START,
      )
      expect(census.map((e) => e.subject).sort()).toEqual(here)
      expect(census.every((e) => e.seq === 1 && Date.parse(e.time) < START)).toBe(true)
      expect(ticksOf(records)[0].time).toBe('2025-06-18T08:30:00.000Z')
    }
  })

  it('numbers each asset from 1 without gaps and orders a partition by (time, subject, seq)', () => {
    for (const records of run(lampScenario()).lanes.values()) {
      const events = records.filter(isEvent).map((r) => JSON.parse(text(r)) as CityEvent)
      const seen = new Map<string, number>()
      let last = ''
      for (const [i, e] of events.entries()) {
        expect(e.seq).toBe((seen.get(e.subject) ?? 0) + 1)
        seen.set(e.subject, e.seq)
        expect(e.id).toBe(`${e.subject}:${e.seq}`)
        expect(records.filter(isEvent)[i].key!.toString()).toBe(e.subject)
        const order = `${e.time}|${e.subject}|${String(e.seq).padStart(9, '0')}`
        expect(order > last).toBe(true)
        last = order
      }
    }
  })

  it('writes exactly one tick per distinct T with the running count and a recomputable chain', () => {
    const scenario = lampScenario({ durationMs: 175_000 })
    for (const records of run(scenario).lanes.values()) {
      const times = ticksOf(records).map((t) => Date.parse(t.time) - START)
      expect(times).toEqual([...Array.from({ length: 18 }, (_, k) => k * 10_000), 175_000])
      let chain: Buffer = Buffer.alloc(32)
      let hash = createHash('sha256').update(chain)
      let count = 0
      for (const r of records.slice(1)) {
        if (isEvent(r)) {
          hash.update(r.value!).update('\n')
          count++
          continue
        }
        const tick = JSON.parse(text(r)) as Tick
        chain = hash.digest()
        expect(tick.data.chain).toBe(chain.toString('hex'))
        expect(tick.data.count).toBe(count)
        hash = createHash('sha256').update(chain)
      }
      expect(count).toBeGreaterThan(10)
    }
  })

  it('leaves the other assets unchanged when one is added', () => {
    const idOf = (r: NewRecord) => r.key!.toString()
    const events = (n: number) =>
      [...run(lampScenario(), 1, lamps(n)).lanes.values()].flat().filter(isEvent)
    const before = events(59)
    const kept = new Set(lamps(59).ids.slice(0, -1))
    const more = events(60).filter((r) => kept.has(idOf(r)))
    const less = before.filter((r) => kept.has(idOf(r)))
    expect(new Set(more.map(text))).toEqual(new Set(less.map(text)))
  })

  it('starts an asset that is commissioned during the run at its commissioning', () => {
    const late = catalogue.ids[59]
    const events = [...run(lampScenario()).lanes.values()]
      .flat()
      .filter((r) => r.key?.toString() === late)
      .map((r) => JSON.parse(text(r)) as CityEvent)
    expect(Date.parse(events[0].time)).toBe(START + 90_000)
  })

  it('applies a command at the simulated time and refuses nobody else’s asset', () => {
    const kernel = open(lampScenario())
    kernel.advance(START + 30_000, (t) => t)
    expect(kernel.command('lamp-990001-99999', 'lamp.off', {})).toBeUndefined()
    const target = catalogue.ids[3]
    expect(kernel.command(target, 'lamp.off', {})).toBeNull()
    kernel.advance(START + 180_000, (t) => t)
    const after = kernel
      .drain()
      .lanes.flatMap((l) => l.records)
      .filter((r) => r.key?.toString() === target)
      .map((r) => JSON.parse(text(r)) as CityEvent<{ lit: boolean }>)
      .filter((e) => Date.parse(e.time) >= START + 30_000)
    expect(after.length).toBeGreaterThan(2)
    expect(after.every((e) => e.data.lit === false)).toBe(true)
  })

  it('emits one truth per partition and window, before the tick that ends it', () => {
    const { truth } = run(lampScenario())
    expect(truth).toHaveLength(4 * 3)
    const city = (name: string, start: string) =>
      truth
        .filter((t) => t.start === start)
        .flatMap((t) => Object.values(t.measures[name].window))
        .reduce((sum, cell) => sum + cell[0], 0)
    const events = [...run(lampScenario()).lanes.values()]
      .flat()
      .filter(isEvent)
      .map((r) => JSON.parse(text(r)) as CityEvent)
    const flashes = events.filter(
      (e) =>
        e.type.includes('flash') &&
        e.time >= '2025-06-18T08:31:00.000Z' &&
        e.time < '2025-06-18T08:32:00.000Z',
    )
    expect(city('flashes', '2025-06-18T08:31:00.000Z')).toBe(flashes.length)
  })
})

describe('kernel under faults', () => {
  const fault = (over: object): Fault => ({
    kind: 'drop',
    domain: 'lamp',
    share: 0.3,
    fromMs: 20_000,
    forMs: 100_000,
    delayMs: 15_000,
    ...over,
  })
  const clean = run(lampScenario())

  it.each(['drop', 'duplicate', 'corrupt', 'late', 'gateway-outage'] as const)(
    '%s changes what is written and nothing that is counted, hashed or true',
    (kind) => {
      const faulty = run(lampScenario({ faults: [fault({ kind })] }))
      expect(faulty.digest).toBe(clean.digest)
      expect(faulty.truth).toEqual(clean.truth)
      const last = [...faulty.lanes.values()].map((records) => ticksOf(records).at(-1)!)
      const column = kind === 'gateway-outage' ? 'late' : kind
      const injected = last.reduce((sum, t) => sum + t.data.injected[column], 0)
      expect(injected).toBeGreaterThan(20)
      const written = [...faulty.lanes.values()].flat().filter(isEvent).length
      const produced = last.reduce((sum, t) => sum + t.data.count, 0)
      const held = last.reduce((sum, t) => sum + t.data.injected.held, 0)
      const change = { drop: -injected, duplicate: injected, corrupt: 0, late: -held }[column]
      expect(written).toBe(produced + change)
    },
  )

  it('cuts a corrupt value in half, so that it never parses', () => {
    const faulty = run(lampScenario({ faults: [fault({ kind: 'corrupt' })] }))
    const broken = [...faulty.lanes.values()].flat().filter((r) => !text(r).endsWith('}}'))
    expect(broken.length).toBeGreaterThan(20)
    for (const r of broken) expect(() => JSON.parse(text(r))).toThrow()
  })

  it('writes late events after their delay, in order of their due time', () => {
    const { lanes } = run(lampScenario({ faults: [fault({ kind: 'late' })] }))
    for (const records of lanes.values()) {
      let watermark = 0
      for (const r of records) {
        if (!isEvent(r)) {
          if (text(r).includes('city.tick.v1'))
            watermark = Date.parse((JSON.parse(text(r)) as Tick).time)
          continue
        }
        const behind = watermark - Date.parse((JSON.parse(text(r)) as CityEvent).time)
        expect(behind).toBeLessThanOrEqual(15_000)
      }
    }
  })
})
