// The processor on a log: tasks, checkpoints, takeover and the merge together.
// Long because it is the one list of what a processor on a log promises.
import { afterEach, describe, expect, it } from 'vitest'
import { virtualClock } from '../../infra/clock.ts'
import type { EventLog, LogRecord } from '../../infra/event-log/event-log.ts'
import { createIgnoredRecords } from '../../infra/event-log/ignored-records.ts'
import { createMemoryLog } from '../../infra/memory/memory-log.ts'
import { createMetrics } from '../../infra/metrics.ts'
import { isoTime } from '../../infra/time.ts'
import { decodeFrame, type Frame } from '../../processor/contract/frame.ts'
import { partialKey } from '../../processor/contract/keys.ts'
import type { Alert, KpiReading, LedgerReading, Rejected } from '../../processor/contract/types.ts'
import { createInProcessProcessor } from '../../processor/in-process.ts'
import { type ProcessorOptions, type RunningProcessor, runProcessor } from '../../processor/run.ts'
import { checkpointPosition } from '../../processor/task/checkpoint.ts'
import type { Descriptor, Partial as KpiPartial } from '../../producers/contract/records.ts'
import { topicNames, topicSpecs } from '../../producers/contract/topics.ts'
import { descriptorRecord } from '../run-records.ts'
import {
  CITY,
  createTape,
  lampCatalogue,
  lampDescriptor,
  MEASURES,
  MINUTE,
  RUN,
  START,
} from './lamp.ts'

const P = 2
const topics = topicNames()
const catalogue = lampCatalogue(8)

/** One log with its virtual clock, and as many processors as a test starts. */
function world() {
  const clock = virtualClock(1_000_000)
  const log = createMemoryLog({ clock })
  const warnings: string[] = []
  const logger = { info: () => {}, warn: (text: string) => void warnings.push(text) }
  const ignored = createIgnoredRecords({ clock, logger })
  const running: RunningProcessor[] = []

  async function settle(): Promise<void> {
    // Memory appends and readers need only turns of the event loop.
    for (let i = 0; i < 60; i++) await new Promise((resolve) => setImmediate(resolve))
  }

  return {
    clock,
    log,
    warnings,
    ignored: () => ignored.list(),
    settle,
    async open() {
      await log.ensureTopics(topicSpecs(topics, ['lamp'], P))
    },
    async start(options: Partial<ProcessorOptions> = {}) {
      const processor = await runProcessor({
        log,
        clock,
        topics,
        cityOf: () => CITY,
        catalogueOf: async () => catalogue,
        logger,
        ignored,
        ...options,
      })
      running.push(processor)
      await settle()
      return processor
    },
    /** Lets `ms` of wall time pass in pulses. */
    async pass(ms: number) {
      for (let i = 0; i < ms; i += 250) {
        clock.advance(250)
        await settle()
      }
    },
    /** Time for the checkpoints that were cut to be packed and written. */
    async pack() {
      for (let i = 0; i < P; i++) {
        clock.advance(10)
        await settle()
      }
    },
    async describeRun(change: Partial<Descriptor> = {}) {
      const descriptor = lampDescriptor({ partitions: P, ...change })
      const epoch = Number(await log.append(topics.run, 0, [descriptorRecord(descriptor)]))
      return { descriptor, epoch }
    },
    async write(partition: number, ...records: LogRecord[]) {
      await log.append(topics.domain('lamp'), partition, records)
      await settle()
    },
    async read(topic: string): Promise<{ key: string | null; value: Buffer }[]> {
      const found: { key: string | null; value: Buffer }[] = []
      const tail = await log.tail({
        topic,
        from: 'earliest',
        batch({ records }) {
          for (const r of records) found.push({ key: r.key && `${r.key}`, value: r.value! })
        },
      })
      await settle()
      await tail.close()
      return found
    },
    async readJson<T>(topic: string): Promise<Map<string, T>> {
      const all = await this.read(topic)
      return new Map(all.map(({ key, value }) => [key!, JSON.parse(value.toString()) as T]))
    },
    async close() {
      for (const p of running) await p.stop()
      await log.close()
    },
  }
}

let w = world()
afterEach(async () => {
  await w.close()
  w = world()
})

/** Two tapes of the same run: even cells go to partition 0, odd ones to 1. */
function tapes(epoch: number, run = RUN) {
  return [0, 1].map((partition) => createTape({ partition, epoch, run }))
}

type Tapes = ReturnType<typeof tapes>

/** Census, then one status and one pulse per lamp and minute. */
function minutes(t: Tapes, from: number, to: number, seqs: number[]): LogRecord[][] {
  const out: LogRecord[][] = [[], []]
  if (from === 0) {
    for (let lamp = 0; lamp < 8; lamp++) {
      seqs[lamp] = 1
      out[lamp % 2].push(t[lamp % 2].event({ lamp, seq: 1, time: START - 1000 * (lamp + 1) }))
    }
    for (const p of [0, 1]) out[p].push(t[p].tick(START))
  }
  for (let m = from; m < to; m++) {
    for (let lamp = 0; lamp < 8; lamp++) {
      const time = START + m * MINUTE + 1000 * lamp
      const p = lamp % 2
      const watts = (m * 8 + lamp) % 50
      out[p].push(t[p].event({ lamp, seq: ++seqs[lamp], time, data: { watts } }))
      out[p].push(t[p].event({ lamp, seq: ++seqs[lamp], time: time + 1, type: 'pulse' }))
    }
    for (const p of [0, 1]) out[p].push(t[p].tick(START + (m + 1) * MINUTE))
  }
  return out
}

function inProcessFinals(descriptor: Descriptor, epoch: number, records: LogRecord[][]) {
  const processor = createInProcessProcessor(descriptor, catalogue, CITY, epoch)
  records.forEach((list, p) => {
    for (const r of list) processor.record('lamp', p, r)
  })
  return processor.takeReadings()
}

const frameOf = (bytes: Buffer) => decodeFrame(bytes) as Frame

describe('the processor on a log', () => {
  it('writes the finals that the in-process processor computes, with keys of the contract', async () => {
    await w.open()
    const processor = await w.start()
    expect(processor.watermark()).toBeNull()
    const { descriptor, epoch } = await w.describeRun()
    const t = tapes(epoch)
    const seqs: number[] = []
    const records = [0, 1].map((p) => [t[p].started()])
    minutes(t, 0, 3, seqs).forEach((list, p) => {
      records[p].push(...list)
    })
    for (const p of [0, 1]) await w.write(p, ...records[p])
    await w.pass(1000)

    expect(processor.watermark()).toBe(START + 3 * MINUTE)
    const kpi = await w.readJson<KpiReading>(topics.kpi)
    const expected = inProcessFinals(descriptor, epoch, records)
    expect(expected).toHaveLength(3 * 2 * 5)
    for (const reading of expected.filter((r) => r.window.kind === 'window')) {
      expect(kpi.get(`${epoch}|${reading.kpi}|${reading.window.start}`)).toEqual(reading)
    }
    const lastDay = expected.filter((r) => r.window.kind === 'day').slice(-5)
    for (const reading of lastDay) {
      expect(kpi.get(`${epoch}|${reading.kpi}|day|2025-06-18`)).toEqual(reading)
    }
    const ledger = kpi.get(`${epoch}|ledger|lamp|1`) as unknown as LedgerReading
    expect(ledger).toMatchObject({ folded: 28, produced: 28, unexplained: 0, chainEqual: true })
    expect(await w.readJson<Alert>(topics.alert)).toEqual(new Map())
  })

  it('publishes provisionals and frames between closes, a keyframe first', async () => {
    await w.open()
    await w.start()
    const { epoch } = await w.describeRun()
    const t = tapes(epoch)
    for (const p of [0, 1]) await w.write(p, t[p].started(), t[p].tick(START))
    await w.write(0, t[0].event({ lamp: 0, seq: 1, time: START + 1000, type: 'pulse' }))
    await w.pass(500)
    const partials = await w.readJson<KpiPartial>(topics.partial)
    expect(partials.get(`${epoch}|lamp|0`)).toMatchObject({
      provisional: true,
      offset: '2',
      measures: { pulses: { window: { '990001': [1, null, 1] } } },
    })
    await w.pass(500)
    const kpi = await w.readJson<KpiReading>(topics.kpi)
    expect(kpi.get(`${epoch}|lamp.pulses`)).toMatchObject({ final: false, truth: 'pending' })
    await w.write(0, t[0].event({ lamp: 2, seq: 1, time: START + 2000 }))
    await w.pass(500)
    const frames = (await w.read(topics.map))
      .filter((r) => r.key === 'lamp|0')
      .map((r) => frameOf(r.value))
    expect(frames.map((f) => [f.keyframe, [...f.number]])).toEqual([
      [true, [0, 2, 4, 6]],
      [false, [2]],
    ])
    await w.pass(30_000)
    const last = (await w.read(topics.map)).filter((r) => r.key === 'lamp|0').at(-1)!
    expect(frameOf(last.value).keyframe).toBe(true)
  })

  it('waits for the truth and says when it differs', async () => {
    await w.open()
    await w.start()
    const { epoch } = await w.describeRun({ truth: true })
    const t = tapes(epoch)
    for (const p of [0, 1]) await w.write(p, t[p].started(), t[p].tick(START + MINUTE))
    await w.pass(1000)
    const key = `${epoch}|lamp.pulses|${isoTime(START)}`
    expect((await w.readJson(topics.kpi)).has(key)).toBe(false)
    for (const p of [0, 1]) {
      const partial = (await w.readJson<KpiPartial>(topics.partial)).get(
        `${epoch}|lamp|${p}|${isoTime(START)}`,
      )!
      if (p === 1) partial.measures.pulses.window['990002'] = [1, null, 1]
      const value = Buffer.from(JSON.stringify(partial))
      const key = Buffer.from(partialKey(partial))
      await w.log.append(topics.truth, 0, [{ key, value, timestamp: 0 }])
    }
    await w.pass(250)
    const kpi = await w.readJson<KpiReading>(topics.kpi)
    expect(kpi.get(key)).toMatchObject({ truth: 'differs' })
    expect(kpi.get(`${epoch}|lamp.auto|${isoTime(START)}`)).toMatchObject({ truth: 'equal' })
  })

  it('goes on from its checkpoint after a stop, as if nothing had happened', async () => {
    await w.open()
    const { descriptor, epoch } = await w.describeRun()
    const t = tapes(epoch)
    const seqs: number[] = []
    const records = [0, 1].map((p) => [t[p].started()])
    const parts = [minutes(t, 0, 2, seqs), minutes(t, 2, 5, seqs)]
    for (const part of parts) for (const p of [0, 1]) records[p].push(...part[p])

    const first = await w.start()
    for (const p of [0, 1]) await w.write(p, records[p][0], ...parts[0][p])
    // Half of a window, so that the checkpoint at the stop is not aligned to a tick.
    const half = parts[1].map((list) => list.slice(0, 5))
    for (const p of [0, 1]) await w.write(p, ...half[p])
    await first.stop()
    const checkpoints = await w.read(topics.checkpoint)
    expect(new Set(checkpoints.map((c) => c.key))).toEqual(new Set(['lamp|0', 'lamp|1']))

    const second = await w.start()
    await w.settle()
    const before = second.stats().records
    expect(before.folded + before.tick).toBe(0)
    for (const p of [0, 1]) await w.write(p, ...parts[1][p].slice(5))
    await w.pass(1000)
    const kpi = await w.readJson<KpiReading>(topics.kpi)
    const finals = inProcessFinals(descriptor, epoch, records).filter(
      (r) => r.window.kind === 'window',
    )
    expect(finals).toHaveLength(5 * 5)
    for (const r of finals) expect(kpi.get(`${epoch}|${r.kpi}|${r.window.start}`)).toEqual(r)
    expect(kpi.get(`${epoch}|ledger|lamp|0`)).toMatchObject({ chainEqual: true, unexplained: 0 })
    expect(w.warnings).toEqual([])
  })

  it('marks readings incomplete, loudly, when neither checkpoint nor first record are there', async () => {
    await w.open()
    const { epoch } = await w.describeRun()
    const t = tapes(epoch)
    const records = minutes(t, 0, 2, [])
    // What retention leaves of partition 1 begins in the middle of the run.
    await w.write(0, t[0].started(), ...records[0])
    await w.write(1, ...records[1])
    await w.start()
    await w.pass(1000)
    const kpi = await w.readJson<KpiReading>(topics.kpi)
    expect(kpi.get(`${epoch}|lamp.pulses`)).toMatchObject({ final: false, incomplete: true })
    expect([...kpi.values()].filter((r) => r.final)).toEqual([])
    expect(kpi.get(`${epoch}|ledger|lamp|1`)).toMatchObject({ incomplete: true, unexplained: 0 })
    expect(w.warnings.join()).toMatch(/city\.lamp\/1: the first record of run .* is gone/)
  })

  it('publishes each day once when it takes the merge over, as of its newest window, and again later', async () => {
    await w.open()
    const first = await w.start()
    const { epoch } = await w.describeRun()
    const t = tapes(epoch)
    const records = minutes(t, 0, 4, [])
    for (const p of [0, 1]) await w.write(p, t[p].started(), ...records[p])
    await w.pass(500)
    await first.stop()
    const [{ latest: from }] = await w.log.offsets(topics.kpi)
    const published: KpiReading[] = []
    const tail = await w.log.tail({
      topic: topics.kpi,
      from: { offset: from },
      batch({ records }) {
        for (const { value } of records) published.push(JSON.parse(value!.toString()) as KpiReading)
      },
    })
    await w.start()
    await w.pass(1000)
    const days = () =>
      published.filter((r) => r.kpi === 'lamp.pulses' && r.final && r.window.kind === 'day')
    expect(days().map((r) => r.window.end)).toEqual([isoTime(START + 4 * MINUTE)])
    await w.pass(30_000)
    expect(days().map((r) => r.window.end)).toEqual(Array(2).fill(isoTime(START + 4 * MINUTE)))
    await tail.close()
  })

  it('shows what tasks say once while the merge is rebuilt behind them: nothing more comes where the clock stands', async () => {
    await w.open()
    const first = await w.start()
    const { epoch } = await w.describeRun({ truth: true })
    const t = tapes(epoch)
    for (const p of [0, 1]) await w.write(p, t[p].started(), t[p].tick(START + MINUTE))
    await w.pass(500)
    const partials = await w.readJson<KpiPartial>(topics.partial)
    for (const p of [0, 1]) {
      const partial = partials.get(`${epoch}|lamp|${p}|${isoTime(START)}`)!
      const value = Buffer.from(JSON.stringify(partial))
      const key = Buffer.from(partialKey(partial))
      await w.log.append(topics.truth, 0, [{ key, value, timestamp: 0 }])
    }
    await w.pass(500)
    const newest = START + MINUTE + 30_000
    for (const p of [0, 1]) await w.write(p, t[p].tick(newest))
    // No pulse comes in between: this watermark has not been shown.
    await first.stop()
    const truths = Promise.withResolvers<void>()
    const log: EventLog = {
      ...w.log,
      tail: (tail) =>
        w.log.tail({
          ...tail,
          async batch(batch) {
            if (tail.topic === topics.truth) await truths.promise
            await tail.batch(batch)
          },
        }),
    }
    await w.start({ log })
    await w.pass(1000)
    truths.resolve()
    await w.pass(1000)
    const kpi = await w.readJson<KpiReading>(topics.kpi)
    expect(kpi.get(`${epoch}|lamp.pulses`)).toMatchObject({ watermark: isoTime(newest) })
  })

  it('writes a checkpoint at a window close, at most one per task and 4 s, aligned to the tick', async () => {
    await w.open()
    await w.start()
    const { epoch } = await w.describeRun()
    const t = tapes(epoch)
    const closes = async (m: number) => {
      for (const p of [0, 1]) await w.write(p, t[p].tick(START + m * MINUTE))
      await w.pack()
      return (await w.read(topics.checkpoint)).length
    }
    for (const p of [0, 1]) await w.write(p, t[p].started())
    expect(await closes(1)).toBe(0)
    await w.pass(4000)
    expect(await closes(2)).toBe(2)
    // The topic is compacted: a second one would replace the first, so the offset shows it.
    const [before] = await w.log.offsets(topics.checkpoint)
    await closes(3)
    expect((await w.log.offsets(topics.checkpoint))[0]).toEqual(before)
    await w.pass(4000)
    await closes(4)
    expect((await w.log.offsets(topics.checkpoint))[0].latest).toBe(before.latest + 1n)
    const { value } = (await w.read(topics.checkpoint))[0]
    expect(checkpointPosition(value)).toEqual({ epoch, nextOffset: 5 })
  })

  it('drops a checkpoint that waits for acknowledgements when its run is over meanwhile', async () => {
    await w.open()
    let held: Promise<void> | null = null
    const log = {
      ...w.log,
      append: async (...args: Parameters<typeof w.log.append>) => {
        if (args[0] === topics.partial) await held
        return w.log.append(...args)
      },
    }
    await w.start({ log })
    const first = await w.describeRun()
    const a = tapes(first.epoch)
    await w.write(0, a[0].started(), a[0].tick(START))
    await w.pass(4000)
    const { promise, resolve: release } = Promise.withResolvers<void>()
    held = promise
    await w.write(0, a[0].tick(START + MINUTE))
    const run = 'r-00000000000c'
    const second = await w.describeRun({ run })
    await w.write(0, tapes(second.epoch, run)[0].started())
    held = null
    release()
    await w.settle()
    expect(await w.read(topics.checkpoint)).toEqual([])
  })

  it('discards a checkpoint that does not fit, loudly, and starts from the first record', async () => {
    await w.open()
    const { epoch } = await w.describeRun()
    const t = tapes(epoch)
    const value = Buffer.alloc(64, 7)
    const key = Buffer.from('lamp|0')
    await w.log.append(topics.checkpoint, 0, [{ key, value, timestamp: 0 }])
    const records = minutes(t, 0, 1, [])
    for (const p of [0, 1]) await w.write(p, t[p].started(), ...records[p])
    await w.start()
    await w.pass(1000)
    expect(w.warnings.join()).toMatch(
      /city.checkpoint\/0\/0: ignored, schema: discarded, lamp\|0: not a checkpoint/,
    )
    const kpi = await w.readJson<KpiReading>(topics.kpi)
    expect(kpi.get(`${epoch}|lamp.pulses|${isoTime(START)}`)).toMatchObject({ final: true })
  })

  it('follows a restart: the task is new at the run’s first record, older records stay behind', async () => {
    await w.open()
    const processor = await w.start()
    const first = await w.describeRun()
    const a = tapes(first.epoch)
    for (const p of [0, 1]) await w.write(p, a[p].started())
    const before = minutes(a, 0, 2, [])
    for (const p of [0, 1]) await w.write(p, ...before[p])
    await w.pass(500)
    expect(processor.watermark()).toBe(START + 2 * MINUTE)

    const run = 'r-00000000000c'
    const second = await w.describeRun({ run })
    await w.settle()
    expect(processor.watermark()).toBeNull()
    const b = tapes(second.epoch, run)
    const started = b.map((tape) => tape.started())
    const after = minutes(b, 0, 1, [])
    for (const p of [0, 1]) await w.write(p, started[p], ...after[p])
    await w.pass(1000)
    expect(second.epoch).toBeGreaterThan(first.epoch)
    expect(processor.watermark()).toBe(START + MINUTE)
    const kpi = await w.readJson<KpiReading>(topics.kpi)
    expect(kpi.get(`${second.epoch}|lamp.pulses|${isoTime(START)}`)).toMatchObject({
      epoch: second.epoch,
      scopes: { '990000': { value: 8 } },
    })
    // What still comes from the first run is no watermark.
    await w.write(0, a[0].tick(START + 9 * MINUTE))
    await w.pass(250)
    expect(processor.watermark()).toBe(START + MINUTE)
    const letters = [...(await w.readJson<Rejected>(topics.deadLetter)).values()]
    expect(letters.map((l) => l.reason)).toEqual(['foreign-run'])
  })

  it('dead-letters a run that no descriptor explains, and reports poison in its own topics', async () => {
    await w.open()
    const processor = await w.start()
    const { epoch } = await w.describeRun()
    const t = tapes(epoch)
    for (const p of [0, 1]) await w.write(p, t[p].started(), t[p].tick(START))
    await w.write(0, t[0].started({ epoch: 9999, run: 'r-00000000000d' }))
    const measure = { window: {}, day: {} }
    const measures = Object.fromEntries(MEASURES.map((m) => [m.name, measure]))
    const [start, end] = [isoTime(START), isoTime(START + MINUTE)]
    const truth = { epoch, domain: 'lamp', partition: 0, start, end, measures }
    const injected = { drop: 0, duplicate: 0, late: 0, corrupt: 0, held: 0 }
    const counts = { read: 0, folded: 0, duplicate: 0, late: 0, deadLetter: 0, produced: 0 }
    const right = { ...truth, ledger: { ...counts, injected, unexplained: 0 } }
    const poison: [object | string | null, string?][] = [
      ['{'],
      [{ epoch: 'x' }],
      [null],
      [right, '0|lamp|0|x'],
      [{ ...right, partition: P }],
      [{ ...right, domain: 'lantern' }],
      [{ ...right, start: isoTime(START + 1), end: isoTime(START + MINUTE + 1) }],
      [{ ...right, measures: {} }],
      [{ ...right, measures: { ...measures, lit: { window: { 123456: [1, null, 1] }, day: {} } } }],
      [
        {
          ...right,
          measures: { ...measures, lit: { window: { 990001: [1e300, null, 1] }, day: {} } },
        },
      ],
      [{ ...right, epoch: epoch + 1000 }],
    ]
    for (const [value, key] of poison) {
      const text = value === null ? null : typeof value === 'string' ? value : JSON.stringify(value)
      const own = value !== null && typeof value !== 'string' ? partialKey(value as KpiPartial) : ''
      const record = {
        key: Buffer.from(key ?? own),
        value: text === null ? null : Buffer.from(text),
      }
      await w.log.append(topics.partial, 0, [{ ...record, timestamp: 0 }])
      // Read before a newer one of its key takes its place.
      await w.settle()
    }
    for (const p of [0, 1]) await w.write(p, t[p].tick(START + MINUTE))
    await w.pass(500)
    const letters = await w.readJson<Rejected>(topics.deadLetter)
    expect(letters.get('city.lamp/0/2')).toMatchObject({ reason: 'foreign-run' })
    expect(letters.size).toBe(1)
    expect(w.ignored().map((k) => [k.topic, k.reason, k.count])).toEqual([
      [topics.partial, 'not-json', 1],
      [topics.partial, 'schema', 1],
      [topics.partial, 'null', 1],
      [topics.partial, 'key', 1],
      [topics.partial, 'bounds', 6],
      [topics.partial, 'foreign', 1],
    ])
    expect(processor.watermark()).toBe(START + MINUTE)
    expect((await w.readJson(topics.kpi)).has(`${epoch}|lamp.auto|${isoTime(START)}`)).toBe(true)
  })

  it('builds the catalogue before its groups wait for it', async () => {
    await w.open()
    const order: string[] = []
    await w.start({
      async catalogueOf() {
        await w.settle()
        order.push('catalogue')
        return catalogue
      },
      log: {
        ...w.log,
        group(options) {
          order.push(`join ${options.group}`)
          return w.log.group(options)
        },
      },
    })
    expect(order).toEqual([])
    await w.describeRun()
    await w.settle()
    await w.settle()
    expect(order).toEqual(['catalogue', 'join city.merge', 'join city.processor'])
  })

  it('fails with the problem when a declaration is wrong', async () => {
    await w.open()
    const processor = await w.start()
    await w.describeRun({ catalogue: 'a'.repeat(64) })
    await expect(processor.done).rejects.toThrow(/catalogue 0+8, expected a{64}/)
  })
  it('goes on without figures of its lag while the log does not give them, and says so', async () => {
    await w.open()
    let answers = true
    const lag = () => (answers ? w.log.lag(topics.taskGroup) : Promise.reject(new Error('away')))
    const metrics = createMetrics({ defaults: false })
    const processor = await w.start({ log: { ...w.log, lag }, metrics })
    const { epoch } = await w.describeRun()
    const t = tapes(epoch)
    for (const p of [0, 1]) await w.write(p, t[p].started(), t[p].tick(START))
    answers = false
    await w.pass(3000)
    expect(w.warnings).toEqual(['lag of city.processor not known: away'])
    for (const p of [0, 1]) await w.write(p, t[p].tick(START + MINUTE))
    answers = true
    await w.pass(3000)
    expect(processor.watermark()).toBe(START + MINUTE)
    const text = await metrics.registry.metrics()
    expect(text).toContain('topic="city.lamp"} 0')
    expect(text).toContain('huacheng_tasks 2')
    expect(w.warnings).toHaveLength(1)
  })
})
