// A producer that died goes on where each partition ended, whenever it died.
import { describe, expect, it } from 'vitest'
import { virtualClock } from '../../../../infra/clock.ts'
import type { EventLog } from '../../../../infra/event-log/event-log.ts'
import { createMemoryLog } from '../../../../infra/memory/memory-log.ts'
import { topicNames, topicSpecs } from '../../../../producers/contract/topics.ts'
import { createKernel } from '../../../../producers/kernel/kernel.ts'
import { startConductor } from '../../../../producers/run/conductor/conductor.ts'
import { LaneFilter, readLaneTail } from '../../../../producers/run/shard/resume.ts'
import { startShard } from '../../../../producers/run/shard/shard.ts'
import type { Fault } from '../../../../seeds/contract.ts'
import { noneIgnored } from '../../../ignored.ts'
import { city, lamp, lampDescriptor, lampScenario, lamps, START } from '../../lamp-city.ts'

const catalogue = lamps(40)
const topics = topicNames()
const turn = () => new Promise((resolve) => setImmediate(resolve))

function fault(kind: 'duplicate' | 'late'): Fault {
  return { kind, domain: 'lamp', share: 0.2, fromMs: 0, forMs: 120_000, delayMs: 15_000 }
}

/** All values of the lamp topic by partition. */
async function lanesOf(log: EventLog): Promise<string[][]> {
  const lanes: string[][] = [[], [], [], []]
  const tail = await log.tail({
    topic: topics.domain('lamp'),
    from: 'earliest',
    batch({ partition, records }) {
      for (const r of records) lanes[partition].push(r.value!.toString())
    },
  })
  for (let i = 0; i < 100; i++) await turn()
  await tail.close()
  return lanes
}

/** What an undisturbed run writes. */
function undisturbed(faults: Fault[]): string[][] {
  const scenario = lampScenario({ faults })
  const descriptor = lampDescriptor(scenario, catalogue)
  const options = { city, catalogue, scenario, descriptor, domains: [lamp], epoch: 0 }
  const kernel = createKernel({ ...options, shard: 0, shards: 1 })
  kernel.begin(START)
  kernel.advance(START + scenario.durationMs, (t) => t)
  const lanes: string[][] = [[], [], [], []]
  for (const { partition, records } of kernel.drain().lanes) {
    lanes[partition] = records.map((r) => r.value!.toString())
  }
  return lanes
}

/** One life of a producer process on `log`, which sees it as `own`: it dies at its `deadline`-th append to a domain topic. */
async function live(log: EventLog, faults: Fault[], deadline: number, own = log) {
  const scenario = lampScenario({ faults })
  const clock = virtualClock(1_750_000_000_000)
  let appends = 0
  const killable: EventLog = {
    ...own,
    append(topic, partition, records) {
      if (topic === topics.domain('lamp') && ++appends > deadline) {
        return Promise.reject(new Error('the process died here'))
      }
      return log.append(topic, partition, records)
    },
  }
  const shard = await startShard({
    log: killable,
    clock,
    topics,
    shard: 0,
    shards: 1,
    domains: [lamp],
    worldOf: () => ({ city, catalogue, scenario }),
    ignored: noneIgnored,
  })
  const conductor = await startConductor({
    log,
    clock,
    topics,
    descriptorOf: () => lampDescriptor(scenario, catalogue),
    domainOf: () => undefined,
    leadMs: 250,
    ignored: noneIgnored,
  })
  let died = false
  shard.done.catch(() => {
    died = true
  })
  for (let i = 0; i < 2_000 && !died; i++) {
    clock.advance(10)
    for (let k = 0; k < 3; k++) await turn()
    if (clock.now() - 1_750_000_000_000 > 9_000) break
  }
  const stopping = [conductor.stop(), shard.stop().catch(() => {})]
  for (let i = 0; i < 20; i++) {
    clock.advance(50)
    await turn()
  }
  await Promise.all(stopping)
  return died
}

async function liveUntilTheEnd(
  faults: Fault[],
  deadlines: number[],
  after: (log: EventLog) => Promise<void> = async () => {},
) {
  const log = createMemoryLog()
  await log.ensureTopics(topicSpecs(topics, ['lamp'], 4))
  let deaths = 0
  for (const deadline of deadlines) {
    if (await live(log, faults, deadline)) deaths++
    await after(log)
  }
  const lanes = await lanesOf(log)
  const [{ latest }] = await log.offsets(topics.run)
  await log.close()
  return { lanes, deaths, latest }
}

describe('resume', () => {
  it.each([
    ['without faults', []],
    ['with duplicated events', [fault('duplicate')]],
    ['with held-back events', [fault('late')]],
  ])('goes on where each partition ended, whenever the process died, %s', async (_, faults) => {
    const expected = undisturbed(faults)
    // Deaths inside the very first appends (marker and census), in between, and a last life without one.
    const { lanes, deaths } = await liveUntilTheEnd(faults, [0, 2, 5, 37, 60, 111, 10_000])
    expect(deaths).toBe(6)
    expect(lanes).toEqual(expected)
  })

  it('goes on where each partition ended when somebody else wrote behind it', async () => {
    const strange = new Set<string>()
    const { lanes, deaths } = await liveUntilTheEnd([], [2, 5, 37, 60, 10_000], async (log) => {
      const held = await lanesOf(log)
      for (const [partition, values] of held.entries()) {
        const tick = values.findLast((v) => v.includes('"city.tick.v1"') && !strange.has(v))
        const redated = (to: string) => tick?.replace(/"time":"[^"]+"/, `"time":"${to}"`) ?? []
        const poison = [
          ...['hello', '{', '{"source":"/huacheng/r-000000000001/producers"}'],
          ...[`"/huacheng/${lampDescriptor(lampScenario(), catalogue).run}/producers"`],
          ...[redated('2099-01-01T00:00:00.000Z'), redated('2025-06-18T08:31:20.000Z')].flat(),
        ]
        for (const text of poison) {
          strange.add(text)
          const record = { key: null, value: Buffer.from(text), timestamp: 0 }
          await log.append(topics.domain('lamp'), partition, [record])
        }
      }
    })
    expect(deaths).toBe(4)
    expect(strange.size).toBeGreaterThan(8)
    expect(lanes.map((l) => l.filter((v) => !strange.has(v)))).toEqual(undisturbed([]))
  })

  it.each([
    ['goes on behind its progress in a topic-partition of which retention took everything', true],
    ['begins a topic-partition anew in which nothing ever was', false],
  ])('%s', async (_, isTaken) => {
    const log = createMemoryLog()
    await log.ensureTopics(topicSpecs(topics, ['lamp'], 4))
    expect(await live(log, [], 60)).toBe(true)
    const before = await lanesOf(log)
    const emptied: EventLog = {
      ...log,
      offsets: async (topic) =>
        (await log.offsets(topic)).map((bounds) => {
          if (topic !== topics.domain('lamp') || bounds.partition !== 1) return bounds
          const end = isTaken ? bounds.latest : 0n
          return { ...bounds, earliest: end, latest: end }
        }),
    }
    expect(await live(log, [], 10_000, emptied)).toBe(false)
    const lanes = await lanesOf(log)
    const expected = undisturbed([])
    for (const p of [0, 2, 3]) expect(lanes[p]).toEqual(expected[p])
    const added = lanes[1].slice(before[1].length)
    const from = expected[1].length - added.length
    expect(added).toEqual(expected[1].slice(from))
    if (!isTaken) expect(from).toBe(0)
    else {
      // Behind what had been reported, and without a gap: what was written after that stands twice.
      expect(from).toBeGreaterThan(0)
      expect(from).toBeLessThanOrEqual(before[1].length)
    }
    await log.close()
  })

  it('finds its place whatever two processes on one shard left behind the newest tick', () => {
    // The bytes of a run: a tick at 10 s, then four events, the third of them doubled.
    const tick = Buffer.from('{"type":"city.tick.v1","time":"2025-06-18T08:30:10.000Z"}')
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((text) => Buffer.from(text))
    const run = [Buffer.from('marker'), Buffer.from('census'), tick, a, b, c, c, d]
    const left = (...after: Buffer[]) => {
      const filter = new LaneFilter({ tickTime: START + 10_000, tick, after }, 'city.lamp/3')
      const written = run.flatMap((value) => filter.filter([{ key: null, value, timestamp: 0 }]))
      return written.map((r) => r.value!.toString()).join('')
    }
    expect(left()).toBe('abccd')
    expect(left(a, b)).toBe('ccd')
    // The other process was behind, and wrote older records last.
    expect(left(a, b, c, c, tick, a, b)).toBe('d')
    expect(left(a, a, b, b, c)).toBe('cd')
    expect(left(a, b, c, c, d)).toBe('')
    // Somebody copied an old record, as the very last one: it is behind us, and holds nothing up.
    expect(left(Buffer.from('census'))).toBe('abccd')
    expect(left(a, b, Buffer.from('census'))).toBe('ccd')
    expect(left(a, b, a)).toBe('ccd')
  })

  it('says where a topic-partition begins that retention emptied after it was asked for its bounds', async () => {
    // Else what held the run's ticks would look as if the run had not begun there.
    let asked = 0
    const log = {
      offsets: async () => [{ partition: 3, earliest: asked++ === 0 ? 0n : 55n, latest: 55n }],
    } as Partial<EventLog> as EventLog
    const times = { start: START, tickMs: 5_000, end: START + 60_000 }
    const tail = await readLaneTail(log, 'city.lamp', 3, { id: 'r-000000000001', epoch: 0, times })
    expect(tail).toMatchObject({ after: null, earliest: 55n })
  })

  it('refuses to go on when the simulation and the log disagree', () => {
    const tick = (chain: string) =>
      Buffer.from(
        JSON.stringify({
          type: 'city.tick.v1',
          time: '2025-06-18T08:30:10.000Z',
          data: { count: 3, chain },
        }),
      )
    const found = tick('aa')
    const filter = new LaneFilter(
      { tickTime: START + 10_000, tick: found, after: [] },
      'city.lamp/3',
    )
    expect(() => filter.filter([{ key: null, value: tick('bb'), timestamp: 0 }])).toThrow(
      /city\.lamp\/3: the log has count 3 and chain aa at 2025-06-18T08:30:10.000Z, the simulation count 3 and chain bb/,
    )
  })
})
