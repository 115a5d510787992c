// What holds for whatever comes: random streams, cuts, batches and interleavings, each from a printed seed.
import { describe, expect, it } from 'vitest'
import { virtualClock } from '../../infra/clock.ts'
import type { EventLog, LogRecord, NewRecord } from '../../infra/event-log/event-log.ts'
import { createMemoryLog } from '../../infra/memory/memory-log.ts'
import { below, stream } from '../../infra/random.ts'
import { isoTime } from '../../infra/time.ts'
import { readingKey } from '../../processor/contract/keys.ts'
import { Merge } from '../../processor/merge/merge.ts'
import { compileRun } from '../../processor/program/program.ts'
import { createOutbox } from '../../processor/runtime/outbox.ts'
import type { Runs } from '../../processor/runtime/runs.ts'
import { TaskRunner } from '../../processor/runtime/tasks/task-runner.ts'
import type { Effects } from '../../processor/task/outcome.ts'
import { createTask, restoreTask, type Task } from '../../processor/task/task.ts'
import type { Cell, Partial as KpiPartial } from '../../producers/contract/records.ts'
import { topicNames, topicSpecs } from '../../producers/contract/topics.ts'
import { noneIgnored } from '../ignored.ts'
import { CITY, EPOCH, lampDeclaration, lampDescriptor, MEASURES, MINUTE, START } from './lamp.ts'
import { catalogue, descriptor, randomStream } from './random-stream.ts'

const SEEDS = Array.from({ length: 40 }, (_, i) => 1000 + i)
const topics = topicNames()
const program = compileRun(descriptor, catalogue, CITY).get('lamp')!
const options = { program, partition: 0, epoch: EPOCH, topic: topics.domain('lamp') }

function dice(seed: number, purpose: string): (n: number) => number {
  const words = stream(seed, purpose, 'property')
  return (n) => below(words, 0, n)
}

const fresh = (): Effects => ({ finals: [], rejected: [] })

describe('a task', () => {
  it.each(SEEDS)(
    'has the same state bytes after any cuts, restores and replays, seed %i',
    (seed) => {
      const { records } = randomStream(seed)
      const draw = dice(seed, 'cuts')
      const whole = createTask(options)
      const effects = fresh()
      /** State bytes at each offset, as they must be. */
      const expected = records.map((record) => {
        const bytes = whole.checkpoint()
        whole.record(record, effects)
        return bytes
      })
      let task: Task = createTask(options)
      let at = 0
      const again = new Map<string, KpiPartial>()
      while (at < records.length) {
        // Reads on a little, is cut, goes back to a checkpoint that may be older than the last one.
        const end = Math.min(records.length, at + 1 + draw(60))
        const produced = fresh()
        for (; at < end; at++) {
          expect(task.checkpoint().equals(expected[at]), `offset ${at}`).toBe(true)
          task.record(records[at], produced)
        }
        for (const final of produced.finals) {
          const before = again.get(final.start)
          if (before) expect(final).toEqual(before)
          again.set(final.start, final)
        }
        if (at === records.length) break
        at = Math.max(0, at - draw(30))
        const restored = restoreTask(options, expected[at])
        if (typeof restored === 'string') throw new Error(restored)
        task = restored
      }
      expect([...again.values()]).toEqual(effects.finals)
      expect(task.checkpoint().equals(whole.checkpoint())).toBe(true)
    },
  )
})

/** What a task runner of the memory log needs of `runs`: one run. */
const runs = {
  newest: () => EPOCH,
  find: async () => ({
    epoch: EPOCH,
    descriptor,
    city: CITY,
    domains: new Map([['lamp', program]]),
  }),
} as unknown as Runs

/** Every value that was ever appended, by topic and key. */
function remember(log: EventLog) {
  const written = new Map<string, string[]>()
  return {
    written,
    log: {
      ...log,
      append(topic: string, partition: number, records: NewRecord[]) {
        for (const { key, value } of records) {
          const name = `${topic} ${key}`
          written.set(name, [...(written.get(name) ?? []), value!.toString('latin1')])
        }
        return log.append(topic, partition, records)
      },
    },
  }
}

async function turns(): Promise<void> {
  for (let i = 0; i < 12; i++) await new Promise((resolve) => setImmediate(resolve))
}

/** Feeds the records in random batches to runners that die at random and are replaced. */
async function feed(seed: number, records: LogRecord[]) {
  const draw = dice(seed, 'batches')
  const clock = virtualClock(0)
  const memory = createMemoryLog({ clock })
  await memory.ensureTopics(topicSpecs(topics, ['lamp'], 1))
  await memory.append(options.topic, 0, records)
  const { log, written } = remember(memory)
  const place = { topic: options.topic, partition: 0 }
  let lives = 0
  let at = 0
  while (at < records.length) {
    lives++
    const outbox = createOutbox(log)
    const logger = { info: () => {}, warn: () => {} }
    const ignored = noneIgnored
    const parts = { log, clock, topics, runs, outbox, logger, ignored }
    const runner = new TaskRunner({ ...parts, onFailure: (error) => expect.fail(`${error}`) })
    const { handler } = runner
    const assigned = handler.assigned([place])
    await turns()
    const [{ offset }] = await assigned
    at = offset === 'earliest' ? 0 : Number(offset)
    const until = draw(4) === 0 ? records.length : at + draw(records.length)
    while (at < Math.min(until, records.length)) {
      const size = 1 + draw(draw(3) === 0 ? 200 : 12)
      const batch = records.slice(at, at + size)
      await handler.batch({
        ...place,
        records: batch,
        next: batch.at(-1)!.offset + 1n,
        end: BigInt(records.length),
      })
      at += batch.length
      clock.advance(draw(1500))
      if (draw(3) === 0) await runner.pulse()
      if (draw(2) === 0) await runner.frames()
      await turns()
    }
    if (draw(2) === 0) {
      const revoked = handler.revoked([place])
      await turns()
      await revoked
    }
  }
  await memory.close()
  return { written, lives }
}

describe('a task runner', () => {
  it.each(SEEDS.slice(0, 15))(
    'writes the same finals in any batches and lives, seed %i',
    async (seed) => {
      const { records } = randomStream(seed)
      const whole = createTask(options)
      const effects = fresh()
      for (const record of records) whole.record(record, effects)
      const { written, lives } = await feed(seed, records)
      expect(lives).toBeGreaterThan(0)
      const finals = new Map(
        [...written].filter(
          ([name]) => name.startsWith(topics.partial) && name.split('|').length === 4,
        ),
      )
      expect([...finals.keys()].sort()).toEqual(
        effects.finals.map((f) => `${topics.partial} ${EPOCH}|lamp|0|${f.start}`).sort(),
      )
      for (const final of effects.finals) {
        const copies = finals.get(`${topics.partial} ${EPOCH}|lamp|0|${final.start}`)!
        expect(new Set(copies)).toEqual(new Set([JSON.stringify(final)]))
      }
      const refused = [...written].filter(([name]) => /city\.(late|dead-letter) /.test(name))
      expect(refused.map(([name]) => name.split('/').at(-1)).sort()).toEqual(
        effects.rejected.map((r) => r.offset).sort(),
      )
      for (const [, copies] of refused) expect(new Set(copies).size).toBe(1)
    },
  )

  it('was killed and replaced on the way', async () => {
    const lives = await Promise.all(
      SEEDS.slice(0, 5).map(async (seed) => (await feed(seed, randomStream(seed).records)).lives),
    )
    expect(Math.max(...lives)).toBeGreaterThan(2)
  })
})

const P = 3
const WINDOWS = 12
const LOW = { below: 0.5, windows: 2, severity: 'critical' as const, scope: 'city' as const }
const measures = MEASURES.map((m) => (m.name === 'auto' ? { ...m, thresholds: [LOW] } : m))
const run = lampDescriptor({
  partitions: P,
  truth: true,
  declarations: { lamp: lampDeclaration({ measures }) },
})

type Published = { side: 'partial' | 'truth'; partial: KpiPartial }

/** What each task publishes in order, provisionals between finals, and what the truth says of each partition. */
function lists(seed: number): Published[][] {
  const draw = dice(seed, 'partials')
  const published: Published[][] = Array.from({ length: 2 * P }, () => [])
  for (let p = 0; p < P; p++) {
    for (let k = 0; k < WINDOWS; k++) {
      const cells = (): Record<string, Cell> => ({
        '990001': [draw(2), 1, 1],
        '990002': [draw(2), 1, 1],
      })
      const start = START + k * MINUTE
      const of = { epoch: EPOCH, domain: 'lamp', partition: p, start: isoTime(start) }
      const final: KpiPartial = {
        ...of,
        end: isoTime(start + MINUTE),
        measures: Object.fromEntries(
          MEASURES.map((m) => [m.name, { window: cells(), day: cells() }]),
        ),
      }
      for (let i = 0; i < draw(3); i++) {
        const watermark = isoTime(start + 10_000 * (i + 1))
        const offset = String(k * 100 + i)
        published[p].push({
          side: 'partial',
          partial: { ...final, provisional: true, offset, watermark },
        })
      }
      published[p].push({ side: 'partial', partial: final })
      const truth = draw(10) === 0 ? { ...final, measures: {} } : final
      published[P + p].push({ side: 'truth', partial: truth })
    }
  }
  return published
}

function merged(seed: number, published: Published[][], repeat: boolean) {
  const draw = dice(seed, 'interleaving')
  const merge = new Merge(run, CITY, EPOCH)
  const rest = published.map((list) => [...list])
  const finals = new Map<string, string>()
  const alerts: string[] = []
  let shown = ''
  while (rest.some((list) => list.length > 0)) {
    const list = rest[draw(rest.length)]
    const next = list.shift()
    if (!next) continue
    merge[next.side](next.partial)
    // A restarted task publishes its last windows again.
    if (repeat && draw(4) === 0) list.unshift(next)
    const taken = merge.take()
    for (const r of taken.readings) {
      const text = JSON.stringify(r)
      if (r.window.kind === 'window') expect(finals.get(readingKey(r)) ?? text).toBe(text)
      finals.set(readingKey(r), text)
      if (r.watermark > shown) shown = r.watermark
    }
    alerts.push(...taken.alerts.map((a) => JSON.stringify(a)))
    for (const r of merge.provisional()) {
      expect(r.watermark >= shown, `${r.watermark} after ${shown}`).toBe(true)
      shown = r.watermark
    }
  }
  return { finals: [...finals].sort(), alerts }
}

describe('the merge', () => {
  it.each(SEEDS)(
    'gives the same readings and alerts for any interleaving of tasks and truth, seed %i',
    (seed) => {
      const published = lists(seed)
      const expected = merged(0, published, false)
      expect(expected.finals).toHaveLength((WINDOWS + 1) * MEASURES.length)
      for (let n = 1; n <= 5; n++)
        expect(merged(100 * seed + n, published, n > 2)).toEqual(expected)
    },
  )
})
