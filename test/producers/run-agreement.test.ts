// Six readers of `run`, one opinion: processor, console, audit, recordings (digest, kpis, events), shard and conductor.
import pino from 'pino'
import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { readRun } from '../../audit/read-log.ts'
import { createConsoleMetrics } from '../../console/server/metrics.ts'
import { Snapshot } from '../../console/server/state/snapshot.ts'
import { virtualClock } from '../../infra/clock.ts'
import type { EventLog, LogRecord } from '../../infra/event-log/event-log.ts'
import { readRange } from '../../infra/event-log/log-range.ts'
import { createMemoryLog } from '../../infra/memory/memory-log.ts'
import { watchRuns } from '../../processor/runtime/runs.ts'
import type { AcceptedCommand, CommandResult } from '../../producers/contract/records.ts'
import { topicNames, topicSpecs } from '../../producers/contract/topics.ts'
import { startConductor } from '../../producers/run/conductor/conductor.ts'
import { readRuns } from '../../producers/run/run-history.ts'
import { startShard } from '../../producers/run/shard/shard.ts'
import { collectIgnored, noneIgnored } from '../ignored.ts'
import { createChance } from '../simulation/chance.ts'
import { city, lamp, lampDescriptor, START } from './lamp-city.ts'
import {
  catalogue,
  createStory,
  type ExpectedRun,
  randomStory,
  type Story,
  scenario,
} from './run-story.ts'

const topics = topicNames()
const STORIES = 40
const WALL = 1_750_000_000_000
const ids = (commands: { id: string }[]) => commands.map((c) => c.id)
const isForAsset = (c: AcceptedCommand) => c.target !== undefined

async function logOf(story: Story): Promise<EventLog> {
  const log = createMemoryLog()
  const specs = topicSpecs(topics, ['lamp'], scenario.partitions)
  // As it lies on Kafka until compaction comes: an unexpected record under a key of ours does not replace ours at once.
  const cleanup = 'delete' as const
  await log.ensureTopics(specs.map((s) => (s.name === topics.run ? { ...s, cleanup } : s)))
  for (const record of story.records) await log.append(topics.run, 0, [record])
  return log
}

async function recordsOf(log: EventLog, topic: string): Promise<LogRecord[]> {
  const all: LogRecord[] = []
  for await (const batch of readRange(log, { topic, partition: 0 })) all.push(...batch)
  return all
}

/** Recordings: digest, kpis and events on a log choose their run here. */
async function history(log: EventLog) {
  const ignored = collectIgnored()
  const runs = await readRuns(log, topics.run, ignored.report)
  const found = runs.map((r) => ({
    epoch: r.epoch,
    commands: ids(r.commands),
    ended: r.end !== null,
  }))
  return { runs: found, ignored: ignored.found.length }
}

async function audit(log: EventLog, epochs: number[]) {
  const ignored = collectIgnored()
  const runs = []
  for (const epoch of epochs) {
    const run = await readRun(log, topics, ignored, epoch)
    runs.push({ epoch, commands: ids(run.commands), ended: run.endedAt !== null })
  }
  return { runs, ignored: ignored.found.length / epochs.length }
}

async function processor(log: EventLog, epochs: number[]) {
  const ignored = collectIgnored()
  const runs = await watchRuns({
    ...{ log, topics, ignored, cityOf: () => city, catalogueOf: () => catalogue },
    onNewest() {},
  })
  const found = []
  for (const epoch of epochs) if (await runs.find(epoch)) found.push(epoch)
  while (runs.newest() === null) await new Promise((resolve) => setImmediate(resolve))
  await runs.subscription.close()
  return { found, newest: runs.newest(), ignored: ignored.found.length }
}

async function consoleOf(log: EventLog) {
  const ignored = collectIgnored()
  const snapshot = new Snapshot({
    ...{ topics, ignored, clock: virtualClock(WALL), logger: pino({ level: 'silent' }) },
    metrics: createConsoleMetrics(new Registry()),
    cityOf: () => city,
    catalogueOf: () => catalogue,
  })
  for (const record of await recordsOf(log, topics.run)) snapshot.take('run', record)
  const run = snapshot.current()!
  return {
    epochs: snapshot
      .runs()
      .map((r) => r.epoch)
      .reverse(),
    interventions: run.interventions,
    ended: run.clock.status() === 'ended',
    horizon: run.clock.horizonMs(),
    ignored: ignored.found.length,
  }
}

/** The ids that the shard answers, so those that it lets happen. */
async function shardOn(log: EventLog) {
  const ignored = collectIgnored()
  const clock = virtualClock(WALL)
  const shard = await startShard({
    ...{ log, clock, topics, ignored, shard: 0, shards: 1, domains: [lamp] },
    worldOf: () => ({ city, catalogue, scenario }),
  })
  for (let i = 0; i < 60; i++) {
    clock.advance(20)
    for (let k = 0; k < 6; k++) await new Promise((resolve) => setImmediate(resolve))
  }
  const stopping = shard.stop()
  for (let i = 0; i < 5; i++) {
    clock.advance(50)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await stopping
  const results = (await recordsOf(log, topics.commandResult)).map(
    (r) => JSON.parse(r.value!.toString()) as CommandResult,
  )
  return { answered: ids(results), ignored: ignored.found.length }
}

/** What the shard of the newest run must have let happen. */
function happened({ commands, reached }: ExpectedRun): string[] {
  if (reached === null) return []
  return ids(commands.filter((c) => isForAsset(c) && Date.parse(c.effectiveAt) <= START + reached))
}

async function expectAgreement(story: Story): Promise<void> {
  const log = await logOf(story)
  const runs = story.expected()
  const epochs = runs.map((run) => run.epoch)
  const newest = runs.at(-1)!
  const expected = runs.map((run) => ({
    epoch: run.epoch,
    commands: ids(run.commands),
    ended: run.ended,
  }))
  const ignored = story.unexpectedCount()
  expect(await history(log)).toEqual({ runs: expected, ignored })
  expect(await audit(log, epochs)).toEqual({ runs: expected, ignored })
  expect(await processor(log, epochs)).toEqual({
    ...{ found: epochs, newest: newest.epoch, ignored },
  })
  const onAssets = newest.commands.filter(isForAsset)
  expect(await consoleOf(log)).toEqual({
    epochs,
    interventions: { count: onAssets.length, first: onAssets[0]?.effectiveAt ?? null },
    ended: newest.ended,
    horizon: START + (newest.reached ?? 0),
    ignored,
  })
  expect(await shardOn(log)).toEqual({ answered: happened(newest), ignored })
  await log.close()
}

/** Three runs; in the last one a second conductor takes over, and the first one goes on writing for a while. */
function twoConductors(): Story {
  const story = createStory()
  for (let run = 0; run < 3; run++) {
    story.begin()
    story.horizon(10_000)
    story.command()
    story.pause()
    for (const record of story.unexpected()) story.addUnexpected(record)
    story.takeOver()
    story.late('horizon')
    story.late('command')
    story.command()
    story.repeat()
    story.late('end')
    story.horizon(20_000)
    story.ahead(30_000)
    story.command()
    if (run < 2) story.end()
  }
  story.horizon(60_000)
  return story
}

describe('two conductors, three runs, one log', () => {
  it('processor, console, audit, recordings and shard agree on which commands count', async () => {
    const story = twoConductors()
    expect(story.expected().map((run) => run.commands.length)).toEqual([5, 5, 5])
    expect(story.unexpectedCount()).toBeGreaterThan(90)
    await expectAgreement(story)
  })

  it('the third conductor takes every one of them for done, and a void one for new', async () => {
    const story = twoConductors()
    const log = await logOf(story)
    const clock = virtualClock(WALL)
    const ignored = collectIgnored()
    const newest = story.expected().at(-1)!
    const descriptor = { ...lampDescriptor(scenario, catalogue), run: 'r-000000000002' }
    const conductor = await startConductor({
      ...{ log, clock, topics, ignored, leadMs: 250 },
      descriptorOf: () => descriptor,
      domainOf: (id) => (catalogue.ids.includes(id) ? 'lamp' : undefined),
    })
    const before = (await recordsOf(log, topics.run)).length
    const send = (command: AcceptedCommand) => {
      const { effectiveAt: _, term: __, ...asked } = command
      const value = Buffer.from(JSON.stringify(asked))
      return log.append(topics.command, 0, [{ key: Buffer.from(asked.id), value, timestamp: 0 }])
    }
    for (const command of newest.commands) await send(command)
    const voided = story.voided.at(-1)!
    await send(voided)
    for (let i = 0; i < 30; i++) {
      clock.advance(100)
      for (let k = 0; k < 6; k++) await new Promise((resolve) => setImmediate(resolve))
    }
    const stopping = conductor.stop()
    clock.advance(200)
    await stopping
    const written = (await recordsOf(log, topics.run)).slice(before).filter((r) => r.value)
    const commands = written.map((r) => String(r.key)).filter((key) => key.includes('|command|'))
    expect(commands).toEqual([expect.stringContaining(`|command|${voided.id}|`)])
    await log.close()
  })
})

describe('any history', () => {
  it(`is read alike by all, ${STORIES} of them`, async () => {
    let commands = 0
    let unexpected = 0
    for (let seed = 1; seed <= STORIES; seed++) {
      const story = randomStory(createChance(seed, 'stories'))
      commands += story.expected().flatMap((run) => run.commands).length
      unexpected += story.unexpectedCount()
      await expectAgreement(story).catch((error: Error) => {
        error.message = `seed ${seed}: ${error.message}`
        throw error
      })
    }
    console.log(
      `${STORIES} histories: ${commands} commands that count, ${unexpected} unexpected records`,
    )
    expect(commands).toBeGreaterThan(300)
    expect(unexpected).toBeGreaterThan(200)
  })

  it('without unexpected records has nothing to be reported', async () => {
    const story = createStory()
    story.begin()
    story.horizon(1_000)
    story.command()
    const log = await logOf(story)
    expect(await readRuns(log, topics.run, noneIgnored.report)).toHaveLength(1)
    await log.close()
  })
})
