// Every city, small, in one process on the memory log: what is shown equals what is computed, poison or not.
import { describe, expect, it } from 'vitest'
import { readPublished } from '../audit/read-log.ts'
import { computeKpis } from '../commands/kpis.ts'
import { startOneProcess } from '../commands/wiring/one-process.ts'
import { openWorld, type World } from '../commands/wiring/world.ts'
import { realClock } from '../infra/clock.ts'
import type { EventLog, NewRecord } from '../infra/event-log/event-log.ts'
import { createLogger } from '../infra/logger.ts'
import { createMemoryLog } from '../infra/memory/memory-log.ts'
import { DAY_MS, isoTime } from '../infra/time.ts'
import { runFacts } from '../processor/contract/run-facts.ts'
import type { KpiReading, Rejected } from '../processor/contract/types.ts'
import type { RunEnd } from '../producers/contract/records.ts'
import { topicNames } from '../producers/contract/topics.ts'
import { CITIES, smallOptions } from './cities.ts'
import { replacingLog, writeForeignRecords } from './faults/foreign-records.ts'
import { collectIgnored } from './ignored.ts'

const topics = topicNames()
const valuesOf = (city: string) => ({ ...smallOptions(city), for: 'PT4M', speed: 'max' })
const WINDOWS = 4
const ONE_MEGABYTE = 1024 * 1024

/** Everything on a one-partition topic so far. */
async function read(log: EventLog, topic: string): Promise<{ key: string; value: unknown }[]> {
  const [{ latest }] = await log.offsets(topic)
  const out: { key: string; value: unknown }[] = []
  if (latest === 0n) return out
  await new Promise<void>((resolve) => {
    void log.tail({
      topic,
      from: 'earliest',
      batch({ records }) {
        for (const r of records) {
          out.push({ key: r.key?.toString() ?? '', value: parsed(r.value) })
          if (r.offset + 1n >= latest) resolve()
        }
      },
    })
  })
  return out
}

function parsed(value: Buffer | null): unknown {
  try {
    return JSON.parse(value!.toString()) ?? {}
  } catch {
    return {} // another program's
  }
}

const isEnd = (value: unknown) => (value as Partial<RunEnd>).reason === 'duration'

async function until(what: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 600; i++) {
    if (await what()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('waited 30 s in vain')
}

type Poison = (domain: string, partition: number, world: World) => NewRecord[]

/** Runs a small city to its end; `poison` is appended to every domain partition once the census is over. */
async function live(
  id: string,
  poison: Poison = () => [],
  elsewhere: (log: EventLog) => Promise<unknown> = async () => {},
  over: (log: EventLog) => EventLog = (log) => log,
) {
  const world = openWorld(valuesOf(id), { truth: true })
  const { domains, partitions } = world.scenario
  const log = over(createMemoryLog())
  const parts = await startOneProcess({
    log,
    clock: realClock,
    topics,
    world,
    logger: createLogger({ level: 'error' }),
  })
  let died: unknown = null
  parts.failed.catch((error: unknown) => {
    died = error
  })
  // Before a partition's run-started there is no run that a record could be foreign to.
  await until(async () => parts.processor.watermark() !== null)
  let poisoned = 0
  // All at once: a run that has ended says no more of what comes later.
  const appended = domains.flatMap((domain) =>
    Array.from({ length: partitions }, async (_, p) => {
      const records = poison(domain, p, world)
      poisoned += records.length
      if (records.length > 0) await log.append(topics.domain(domain), p, records)
    }),
  )
  await Promise.all(appended)
  await elsewhere(log)
  const hasEnded = async () =>
    (await read(log, topics.run)).some((r) => r.key === '0|end|0' && isEnd(r.value))
  await until(hasEnded)
  await elsewhere(log)
  // Whoever comes later finds it, too.
  await until(hasEnded)
  const facts = runFacts(0, world.descriptor, world.city)
  const told = () => readPublished(log, topics, facts, collectIgnored())
  const expected = Object.values(world.descriptor.declarations).flatMap((d) => d.measures).length
  await until(async () => {
    const windows = (await told()).readings!.filter((r) => r.window.kind === 'window')
    return windows.length >= expected * WINDOWS
  })
  await parts.stop()
  const { readings: finals, ledgers } = await told()
  const ledger = [...ledgers!.values()]
  const rejected = (await read(log, topics.deadLetter)).map((r) => r.value as Rejected)
  await log.close()
  return { finals: finals!, rejected, ledger, poisoned, died, world }
}

const nameOf = (r: KpiReading) => `${r.kpi} ${r.window.kind} ${r.window.start} ${r.window.end}`
const byName = (a: KpiReading, b: KpiReading) => (nameOf(a) < nameOf(b) ? -1 : 1)
const windowsOf = (readings: KpiReading[]) =>
  readings.filter((r) => r.window.kind === 'window').sort(byName)

function offline(id: string): KpiReading[] {
  const readings: KpiReading[] = []
  computeKpis(openWorld(valuesOf(id), { truth: true }), (r) => readings.push(r))
  return windowsOf(readings)
}

describe.each(CITIES)('%s in one process', (id) => {
  const expected = offline(id)
  const { domains, partitions } = openWorld(valuesOf(id), { truth: true }).scenario
  const lanes = domains.length * partitions

  it('shows the finals that the command line computes, equal to truth in every cell', async () => {
    const { finals, ledger, rejected } = await live(id)
    expect(expected.every((r) => r.truth === 'equal')).toBe(true)
    expect(windowsOf(finals)).toEqual(expected)
    expect(rejected).toEqual([])
    expect(ledger).toHaveLength(lanes)
    expect(
      ledger.every((l) => l.unexplained === 0 && l.chainEqual && l.produced === l.folded),
    ).toBe(true)
  })

  it('sends poison in every topic to dead-letter with its reason and shows the same readings', async () => {
    const foreign = '/huacheng/r-ffffffffffff'
    const { finals, rejected, ledger, poisoned } = await live(id, (domain, partition, world) => {
      const { start } = world.scenario
      const district = world.city.districts[0].code
      const subject = `x-${district}-00001`
      const tomorrow = isoTime(start + DAY_MS + 60_000)
      const envelope = (source: string, more: object) =>
        Buffer.from(
          JSON.stringify({
            ...{ specversion: '1.0', id: `${subject}:1`, source },
            ...{ type: `city.${domain}.status.v1`, subject, time: isoTime(start + 60_000) },
            ...{ seq: 1, district, data: {}, ...more },
          }),
        )
      const record = (value: Buffer | null, key: Buffer | null = Buffer.from(subject)) => ({
        ...{ key, value, timestamp: 0 },
      })
      return [
        record(Buffer.from('{"half')),
        record(envelope(`/huacheng/r-000/${domain}`, { data: 7 })),
        record(Buffer.alloc(ONE_MEGABYTE - 512, 0x61)),
        record(null),
        record(envelope(`${foreign}/${domain}`, {})),
        record(
          envelope(`${foreign}/producers`, {
            id: `tick-${domain}-${partition}-${tomorrow}`,
            type: 'city.tick.v1',
            time: tomorrow,
            data: { epoch: 0, partition, count: 1, injected: {}, chain: '' },
          }),
          null,
        ),
        record(Buffer.from('{"specversion":"1.0"}')),
      ]
    })
    expect(windowsOf(finals)).toEqual(expected)
    expect(rejected).toHaveLength(poisoned)
    const reasons = new Map<string, number>()
    for (const r of rejected) reasons.set(r.reason, (reasons.get(r.reason) ?? 0) + 1)
    expect(Object.fromEntries(reasons)).toEqual({
      'not-json': lanes,
      'foreign-run': 3 * lanes,
      'too-large': lanes,
      null: lanes,
      schema: lanes,
    })
    expect(ledger.reduce((sum, l) => sum + l.deadLetter, 0)).toBe(poisoned)
    expect(ledger.every((l) => l.unexplained === 0)).toBe(true)
  })

  it('shows the same readings whatever other programs write into the topics downstream', async () => {
    let written = 0
    const { finals, ledger, died } = await live(
      id,
      (domain, partition, world) => {
        const time = isoTime(world.scenario.start + 60_000)
        const tick = (at: string) => ({
          ...{ key: null, timestamp: 0 },
          value: Buffer.from(
            JSON.stringify({
              ...{ specversion: '1.0', id: `tick-${domain}-${partition}-${at}`, time: at },
              ...{ source: `/huacheng/${world.descriptor.run}/producers`, type: 'city.tick.v1' },
              data: {
                ...{ epoch: 0, partition, count: 0, chain: '0'.repeat(64) },
                injected: { drop: 0, duplicate: 0, late: 0, corrupt: 0, held: 0 },
              },
            }),
          ),
        })
        return [
          tick('2099-01-01T00:00:00.000Z'),
          tick(time),
          tick(time.replace('00.000Z', '00.001Z')),
        ]
      },
      async (log) => {
        written += await writeForeignRecords(log, topics)
      },
    )
    expect(written).toBeGreaterThan(500)
    expect(died).toBeNull()
    expect(windowsOf(finals)).toEqual(expected)
    expect(ledger).toHaveLength(lanes)
    expect(ledger.every((l) => l.unexplained === 0)).toBe(true)
    const letters = ledger.reduce((sum, l) => sum + l.deadLetter, 0)
    // The tick that lies in the run is ignored as a copy where its time has come already.
    expect(letters).toBeGreaterThanOrEqual(2 * lanes)
    expect(letters).toBeLessThanOrEqual(3 * lanes)
  })

  it('loses nothing when somebody replaces what the city last wrote on `run` before it was read', async () => {
    const { finals, ledger, died } = await live(id, undefined, undefined, (log) =>
      replacingLog(log, topics),
    )
    expect(died).toBeNull()
    expect(windowsOf(finals)).toEqual(expected)
    expect(ledger.every((l) => l.unexplained === 0 && l.chainEqual)).toBe(true)
  })
})
