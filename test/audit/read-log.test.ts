// An audit of what a whole city wrote to a log: producers, processor and merge in one process, dirty and with an operator at work.
import { describe, expect, it } from 'vitest'
import { type AuditResult, audit } from '../../audit/audit.ts'
import type { AuditInput } from '../../audit/input.ts'
import {
  lastFinalOf,
  publishedUpTo,
  readPublished,
  readRun,
  recordsNow,
} from '../../audit/read-log.ts'
import { runWorld } from '../../commands/audit/lane-simulation.ts'
import { startOneProcess } from '../../commands/wiring/one-process.ts'
import { openWorld } from '../../commands/wiring/world.ts'
import { realClock, sleep } from '../../infra/clock.ts'
import type { EventLog } from '../../infra/event-log/event-log.ts'
import { createLogger } from '../../infra/logger.ts'
import { createMemoryLog } from '../../infra/memory/memory-log.ts'
import { runFacts } from '../../processor/contract/run-facts.ts'
import type { Command } from '../../producers/contract/records.ts'
import type { Fault, FaultKind } from '../../seeds/contract.ts'
import { noneIgnored } from '../ignored.ts'
import { descriptorRecord } from '../run-records.ts'
import { topics } from './small-run.ts'

const values = { scale: '0.02', for: 'PT4M', partitions: '4', speed: 'max' }
const PATIENCE = 2_400

async function auditLog(log: EventLog, more: Partial<AuditInput> = {}): Promise<AuditResult> {
  const run = await readRun(log, topics, noneIgnored)
  const { note: _, facts, ...world } = runWorld(run)
  const published = await readPublished(log, topics, facts, noneIgnored)
  return audit({
    ...run,
    ...world,
    topicOf: topics.domain,
    published,
    upTo: run.endedAt ?? publishedUpTo(run.descriptor, published.readings ?? []),
    records: await recordsNow(log, topics, Object.keys(run.descriptor.declarations)),
    resimulate: true,
    ...more,
  })
}

/** Runs the small city to its end; `meddle` is called once the census has been read. */
async function live(faults: Fault[], meddle: (log: EventLog) => Promise<void>) {
  const opened = openWorld(values, { truth: true })
  const world = { ...opened, scenario: { ...opened.scenario, faults } }
  const log = createMemoryLog()
  const logger = createLogger({ level: 'error' })
  const parts = await startOneProcess({ log, clock: realClock, topics, world, logger })
  await until(async () => parts.processor.watermark() !== null)
  await meddle(log)
  await until(async () => {
    const run = await readRun(log, topics, noneIgnored)
    const { endedAt, descriptor } = run
    if (endedAt === null) return false
    const facts = runFacts(run.epoch, descriptor, world.city)
    const { readings } = await readPublished(log, topics, facts, noneIgnored)
    return publishedUpTo(descriptor, readings ?? []) >= lastFinalOf(descriptor, endedAt)
  })
  await parts.stop()
  return { log, world }
}

async function until(what: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < PATIENCE; i++) {
    if (await what()) return
    await sleep(realClock, 50)
  }
  throw new Error('waited two minutes in vain')
}

const append = (
  log: EventLog,
  topic: string,
  partition: number,
  key: string | null,
  value: string,
) =>
  log.append(topic, partition, [
    { key: key === null ? null : Buffer.from(key), value: Buffer.from(value), timestamp: 0 },
  ])

describe('the audit of a log', () => {
  it('proves a run with faults, unexpected records and an operator’s commands, simulated again byte by byte', async () => {
    const kinds: FaultKind[] = ['drop', 'duplicate', 'late', 'corrupt', 'gateway-outage']
    const faults = kinds.map((kind) => ({
      kind,
      domain: 'parking',
      share: 0.05,
      fromMs: 0,
      forMs: 180_000,
      delayMs: 45_000,
    }))
    const { log, world } = await live(faults, async (log) => {
      const { ids } = openWorld(values, { truth: false }).catalogue
      const command: Command = {
        id: 'c-1',
        name: 'signal.switch-plan',
        target: ids.find((id) => id.startsWith('sig-'))!,
        args: { plan: 2 },
        by: 'test',
      }
      await append(log, topics.command, 0, command.id, JSON.stringify(command))
      await append(log, topics.domain('parking'), 1, 'x', 'garbage')
      await append(
        log,
        topics.domain('parking'),
        2,
        'x',
        '{"source":"/huacheng/r-ffffffffffff/parking"}',
      )
    })
    const run = await readRun(log, topics, noneIgnored)
    expect(run.commands).toMatchObject([{ id: 'c-1' }])
    // The descriptor does not carry the faults: the scenario at hand must be the one that was run.
    const { simulate } = runWorld(run, { ...world.scenario })
    const result = await auditLog(log, { simulate })
    const lanes = world.scenario.domains.length * world.scenario.partitions
    expect(result.places).toEqual([])
    expect(result).toMatchObject({ verdict: 'pass', ended: true, windows: 4, resimulated: lanes })
    const { total } = result
    expect(total.cells).toBeGreaterThan(500)
    expect(total.partialCells).toBe(total.truthCells)
    expect(total).toMatchObject({ differing: 0, unexplained: 0, foreign: 1, ledgers: lanes })
    expect(total.deadLettered).toBeGreaterThan(1)
    expect(total.truthDiffering).toBeGreaterThan(0)
    expect(total.truthExplained).toBe(total.truthDiffering)

    // Without the command the same bytes cannot come about.
    const forgetful = runWorld({ ...run, commands: [] }, { ...world.scenario })
    const other = await auditLog(log, { simulate: forgetful.simulate })
    expect(other.verdict).toBe('fail')
    expect(new Set(other.places.map((p) => p.topic))).toEqual(new Set(['city.traffic-signal']))
    await log.close()
  })

  it('names what somebody appended by hand after the end', async () => {
    const { log } = await live([], async () => {})
    const topic = topics.domain('parking')
    const records = await recordsNow(log, topics, ['parking'])
    let copied = ''
    for await (const batch of records('parking', 3)) {
      const event = batch.find((r) => r.key !== null)
      if (!event || copied !== '') continue
      copied = `${event.key}`
      await log.append(topic, 3, [
        { ...event, key: Buffer.from(event.key!), value: Buffer.from(event.value!) },
      ])
    }
    const result = await auditLog(log, { resimulate: false })
    expect(result).toMatchObject({ verdict: 'fail', resimulated: 1 })
    expect(result.places.filter((p) => p.kind === 'doubled')).toMatchObject([
      { topic, partition: 3, asset: copied, seq: 1 },
    ])
    await log.close()
  })

  it('says which runs there are when it is asked for another one', async () => {
    const log = createMemoryLog()
    await log.ensureTopics([{ name: topics.run, partitions: 1, cleanup: 'compact' }])
    await expect(readRun(log, topics, noneIgnored)).rejects.toThrow(/no run, expected one; start/)
    const { descriptor } = openWorld(values, { truth: true })
    await log.append(topics.run, 0, [descriptorRecord(descriptor)])
    await expect(readRun(log, topics, noneIgnored, 7)).rejects.toThrow(
      /no run of epoch 7, expected one of 0 \(r-[0-9a-f]{12}\)/,
    )
    await log.close()
  })
})
