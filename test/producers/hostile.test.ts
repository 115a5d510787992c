// Somebody writes thousands of unexpected records to `command` and `run`: nobody dies, nobody goes deaf, nothing piles up.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { virtualClock } from '../../infra/clock.ts'
import type { EventLog, LogRecord, NewRecord } from '../../infra/event-log/event-log.ts'
import { createIgnoredRecords } from '../../infra/event-log/ignored-records.ts'
import { readRange } from '../../infra/event-log/log-range.ts'
import { createMemoryLog } from '../../infra/memory/memory-log.ts'
import { isoTime } from '../../infra/time.ts'
import type { CommandResult, Horizon } from '../../producers/contract/records.ts'
import { topicNames, topicSpecs } from '../../producers/contract/topics.ts'
import { startConductor } from '../../producers/run/conductor/conductor.ts'
import { readRuns } from '../../producers/run/run-history.ts'
import { startShard } from '../../producers/run/shard/shard.ts'
import { commandRecord, endRecord, horizonRecord } from '../run-records.ts'
import { createChance } from '../simulation/chance.ts'
import { hostileCommand, hostileRunRecord } from './hostile.ts'
import { city, lamp, lampDescriptor, lampScenario, lamps, START } from './lamp-city.ts'

const topics = topicNames()
const WALL = 1_750_000_000_000
const catalogue = lamps(40)
const scenario = lampScenario({ durationMs: 3_600_000 })
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
function heapMB(): number {
  collect()
  return process.memoryUsage().heapUsed / 2 ** 20
}

/** With `kept` nothing is compacted away before it was read, as on Kafka. */
async function open({ kept = false } = {}) {
  const clock = virtualClock(WALL)
  const log = createMemoryLog()
  const specs = topicSpecs(topics, ['lamp'], scenario.partitions)
  const cleanup = 'delete' as const
  await log.ensureTopics(specs.map((s) => (kept && s.name === topics.run ? { ...s, cleanup } : s)))
  const warnings: string[] = []
  const problems: string[] = []
  const ignored = createIgnoredRecords({ clock, logger: { warn: (text) => warnings.push(text) } })
  const shared = { log, clock, topics, ignored }
  const shard = await startShard({
    ...{ ...shared, shard: 0, shards: 1, domains: [lamp] },
    worldOf: () => ({ city, catalogue, scenario }),
  })
  const conductor = await startConductor({
    ...{ ...shared, leadMs: 250 },
    descriptorOf: () => lampDescriptor(scenario, catalogue),
    domainOf: (id) => (catalogue.ids.includes(id) ? 'lamp' : undefined),
    onProblem: (text) => problems.push(text),
  })
  let died: unknown = null
  for (const part of [shard, conductor]) {
    part.done.catch((error: unknown) => {
      died = error
    })
  }
  async function pass(ms: number): Promise<void> {
    for (let t = 0; t < ms; t += 10) {
      clock.advance(10)
      for (let i = 0; i < 6; i++) await turn()
    }
  }
  return {
    ...{ log, pass, ignored, warnings, problems, died: () => died },
    put: (topic: string, ...records: NewRecord[]) => log.append(topic, 0, records),
    async close() {
      const stopping = Promise.all([conductor.stop(), shard.stop()])
      await pass(300)
      await stopping
      await log.close()
    },
  }
}

async function all(log: EventLog, topic: string): Promise<LogRecord[]> {
  const records: LogRecord[] = []
  for await (const batch of readRange(log, { topic, partition: 0 })) records.push(...batch)
  return records
}

async function answerTo(log: EventLog, id: string): Promise<CommandResult | undefined> {
  const record = (await all(log, topics.commandResult)).findLast((r) => `${r.key}` === id)
  return record && JSON.parse(record.value!.toString())
}

const ask = (id: string, name: string, args: object, target?: string): NewRecord => ({
  key: Buffer.from(id),
  value: Buffer.from(JSON.stringify({ id, name, args, by: 'test', target })),
  timestamp: 0,
})

it('takes 10,000 hostile messages on `command`, and a valid one behind them', async () => {
  const here = await open()
  const chance = createChance(1, 'hostile commands')
  await here.pass(300)
  const heaps: number[] = []
  for (let round = 0; round < 5; round++) {
    for (let i = 0; i < 20; i++) {
      const records = Array.from({ length: 100 }, (_, n) =>
        hostileCommand(chance, round * 2_000 + i * 100 + n),
      )
      await here.put(topics.command, ...records)
      await here.pass(150)
    }
    heaps.push(heapMB())
  }
  await here.put(topics.command, ask('good', 'clock.speed', { speed: 60 }))
  await here.put(topics.command, ask('off', 'lamp.off', {}, catalogue.ids[3]))
  await here.pass(1_500)
  expect(here.died()).toBeNull()
  expect(await answerTo(here.log, 'good')).toMatchObject({ ok: true })
  expect(await answerTo(here.log, 'off')).toMatchObject({ ok: true })
  const reported = here.ignored.list().reduce((sum, kind) => sum + kind.count, 0)
  const refused = (await all(here.log, topics.commandResult)).length - 2
  expect(reported).toBeGreaterThan(5_000)
  expect(reported + refused).toBe(10_000)
  // At most one line per reason and ten seconds, however many they are.
  expect(here.warnings.length).toBeLessThan(100)
  // Of the last three rounds nothing stays: the answers that are remembered are bounded, and met their bound.
  console.log(
    `10,000 hostile messages on command: ${reported} reported, ${refused} refused, ` +
      `${here.warnings.length} log lines; heap after each 2,000: ${heaps.map((mb) => mb.toFixed(1)).join(', ')} MB`,
  )
  expect(heaps[4] - heaps[2]).toBeLessThan(12)
  await here.close()
})

it('takes 1,000 hostile records on `run`: the city goes on, and can be read from its beginning', async () => {
  const here = await open({ kept: true })
  const chance = createChance(1, 'hostile run records')
  await here.pass(300)
  for (let i = 0; i < 20; i++) {
    const records = Array.from({ length: 50 }, (_, n) => hostileRunRecord(chance, i * 50 + n))
    await here.put(topics.run, ...records)
    await here.pass(50)
  }
  await here.put(topics.command, ask('off', 'lamp.off', {}, catalogue.ids[3]))
  await here.pass(1_500)
  expect(here.died()).toBeNull()
  expect(await answerTo(here.log, 'off')).toMatchObject({ ok: true })
  const found: string[] = []
  const runs = await readRuns(here.log, topics.run, (r) => found.push(r.reason))
  expect(runs).toHaveLength(1)
  expect(runs[0].commands.map((c) => c.id)).toEqual(['off'])
  // Conductor and shard have both read and reported every one; so does whoever reads the history.
  expect(found).toHaveLength(1_000)
  expect(here.ignored.list().reduce((sum, kind) => sum + kind.count, 0)).toBe(2_000)
  const kinds = here.ignored.list().map((k) => `${k.reason} ${k.count}`)
  console.log(`1,000 hostile records on run, read by two: ${kinds.join(', ')}`)
  await here.close()
})

it('deletes a command that came too late for everybody, so that compaction cannot bring it back', async () => {
  const here = await open()
  await here.pass(1_000)
  const command = { id: 'past', name: 'lamp.off', args: {}, by: 'x', target: catalogue.ids[1] }
  await here.put(topics.run, commandRecord(0, { ...command, effectiveAt: isoTime(START), term: 0 }))
  await here.pass(1_000)
  const records = (await all(here.log, topics.run)).filter((r) => `${r.key}`.includes('|past|'))
  expect(records.map((r) => r.value)).toEqual([null])
  expect(await answerTo(here.log, 'past')).toBeUndefined()
  await here.put(topics.command, ask('past', 'lamp.off', {}, catalogue.ids[1]))
  await here.pass(1_000)
  expect(await answerTo(here.log, 'past')).toMatchObject({ ok: true })
  await here.close()
})

it('follows a horizon that somebody else wrote in its name, and says so; nothing accepted later is before it', async () => {
  const here = await open({ kept: true })
  await here.pass(500)
  const h = isoTime(START + 1_800_000)
  await here.put(
    topics.run,
    horizonRecord(0, { h, simAnchor: isoTime(START), wallAnchor: WALL, speed: 1, term: 0 }),
  )
  await here.pass(300)
  await here.put(topics.command, ask('off', 'lamp.off', {}, catalogue.ids[3]))
  await here.pass(300)
  expect(here.problems).toEqual([expect.stringContaining('somebody else wrote a horizon')])
  const [run] = await readRuns(here.log, topics.run, () => {})
  expect((run.horizon as Horizon).h >= h).toBe(true)
  expect(run.commands).toMatchObject([{ id: 'off', effectiveAt: run.horizon!.h }])
  await here.put(topics.run, endRecord(0, { at: h, reason: 'stop', term: 0 }))
  await here.pass(300)
  expect(here.problems[1]).toContain('somebody else ended run')
  await here.put(topics.command, ask('p', 'clock.pause', {}))
  await here.pass(300)
  expect(await answerTo(here.log, 'p')).toMatchObject({ ok: false })
  await here.close()
})

it('ends conductor and shard when a reader of theirs has died, each with its error', async () => {
  const clock = virtualClock(WALL)
  const memory = createMemoryLog()
  await memory.ensureTopics(topicSpecs(topics, ['lamp'], scenario.partitions))
  for (const broken of [topics.run, topics.command, topics.commandResult]) {
    const { promise: dead, reject } = Promise.withResolvers<void>()
    dead.catch(() => {})
    const log: EventLog = {
      ...memory,
      async tail(options) {
        const tail = await memory.tail(options)
        return options.topic === broken ? { done: dead, close: () => tail.close() } : tail
      },
    }
    const shared = { log, clock, topics, ignored: createIgnoredRecords({ clock, logger: console }) }
    const conductor = await startConductor({
      ...{ ...shared, leadMs: 250 },
      descriptorOf: () => lampDescriptor(scenario, catalogue),
      domainOf: () => undefined,
    })
    const shard = await startShard({
      ...{ ...shared, shard: 0, shards: 1, domains: [lamp] },
      worldOf: () => ({ city, catalogue, scenario }),
    })
    const parts = broken === topics.command ? [conductor] : [conductor, shard]
    reject(new Error(`${broken} cannot be read any more`))
    for (const part of parts) await expect(part.done).rejects.toThrow(/cannot be read any more/)
    const stopping = Promise.all([conductor.stop(), shard.stop()])
    for (let i = 0; i < 20; i++) {
      clock.advance(100)
      await turn()
    }
    await stopping
  }
  await memory.close()
})
