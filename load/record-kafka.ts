// Measures the recorder on a broker: all of what was written comes back, what a kill takes with it, what a full disk does.
// Run: npx node load/record-kafka.ts --brokers 127.0.0.1:9092 [--rate 20000] [--for 300] [--kill 100,500,20000] [--full <folder>]
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { realClock, sleep } from '../infra/clock.ts'
import type { EventLog, LogRecord } from '../infra/event-log/event-log.ts'
import { readRange } from '../infra/event-log/log-range.ts'
import { createKafkaLog } from '../infra/kafka/kafka-log.ts'
import { EXIT_DIFFERS, EXIT_INVALID } from '../infra/program/exit-codes.ts'
import { reportingProblems } from '../infra/program/main.ts'
import { Recording } from '../replay/recording/recording.ts'
import { ChildProgram } from './child-program.ts'
import { cpuPercent, rssMax } from './series.ts'
import { waitUntil } from './wait-until.ts'

const PARTITIONS = 12
const STEP_MS = 20
const SAMPLE_MS = 1_000
/** As an event of the city is, on average. */
const VALUE_BYTES = 200
/** Of it, what no codec packs: a recorded event takes about as much on the disk as one of the city. */
const UNPACKED_BYTES = 48
const UNPACKED = randomBytes(1024 * 1024).toString('base64')
const KILL_AFTER_MS = 8_000
const LOST_MS = 1_000
/** Of the rate that was asked for. */
const LEAST_SHARE = 0.99

/** Of the recorder's progress, as it logs it. */
const ACKNOWLEDGED = /"acknowledged":(\d+)/

const HELP = `node load/record-kafka.ts --brokers host:port [options]
  --rate <n>      records a second (default 20000)
  --for <s>       seconds (default 300)
  --kill <a,b>    rates at which the recorder is killed (default 100,500,20000)
  --full <folder> of a small file system of its own: the recorder fills it
Exit code 99 when a record is missing or other than it was written, or a kill took more than a second;
3 (INVALID) when fewer than 99 of 100 records could be produced in time.`

type Options = { brokers: string; rate: number; forMs: number; kill: number[]; full?: string }

/** Records that went out at their due times; of one topic. */
class Sender {
  sent = 0
  /** How late the last step was, ms. */
  latest = 0
  readonly #log: EventLog
  readonly #topic: string

  constructor(log: EventLog, topic: string) {
    this.#log = log
    this.#topic = topic
  }

  async send(rate: number, forMs: number, isOver: () => boolean = () => false): Promise<void> {
    const begun = realClock.now()
    for (let step = 1; step * STEP_MS <= forMs && !isOver(); step++) {
      const dueAt = begun + step * STEP_MS
      const wait = dueAt - realClock.now()
      if (wait > 0) await sleep(realClock, wait)
      this.latest = Math.max(this.latest, realClock.now() - dueAt)
      await this.#append(Math.floor((step * STEP_MS * rate) / 1_000) - this.sent)
    }
  }

  async #append(count: number): Promise<void> {
    const lanes: Parameters<EventLog['append']>[2][] = Array.from({ length: PARTITIONS }, () => [])
    for (let i = 0; i < count; i++) {
      const n = this.sent++
      const at = (n * UNPACKED_BYTES) % (UNPACKED.length - UNPACKED_BYTES)
      const head = `{"n":${n},"own":"${UNPACKED.slice(at, at + UNPACKED_BYTES)}","pad":"`
      const value = Buffer.from(`${head}${'x'.repeat(VALUE_BYTES - head.length - 2)}"}`)
      const headers: [string, Buffer][] = [['source', Buffer.from('load')]]
      lanes[n % PARTITIONS].push({
        ...{ key: Buffer.from(`asset-${n % 5_000}`), value, headers, timestamp: realClock.now() },
      })
    }
    await Promise.all(
      lanes.map((records, partition) =>
        records.length > 0 ? this.#log.append(this.#topic, partition, records) : null,
      ),
    )
  }
}

type Digests = { records: number; counts: number[]; byPartition: string[] }

/** Key, value, headers, partition, offset and time of every record, hashed per topic-partition in the order of offsets. */
class RecordHashes {
  readonly #hashes = Array.from({ length: PARTITIONS }, () => createHash('sha256'))
  readonly #counts = new Array<number>(PARTITIONS).fill(0)

  add(partition: number, { offset, timestamp, key, value, headers }: LogRecord): void {
    this.#counts[partition]++
    const texts = (headers ?? []).map(([name, it]) => `${name}=${it?.toString('hex')}`)
    const hash = this.#hashes[partition]
    hash.update(`${offset} ${timestamp} ${texts} ${key?.length} ${value?.length} `)
    if (key) hash.update(key)
    if (value) hash.update(value)
  }

  digest(): Digests {
    const counts = this.#counts
    return {
      ...{ counts, records: counts.reduce((sum, count) => sum + count, 0) },
      byPartition: this.#hashes.map((hash) => hash.digest('hex')),
    }
  }
}

/** Of each topic-partition all of it, or so many of its first records. */
async function hashesOfLog(log: EventLog, topic: string, counts?: number[]): Promise<Digests> {
  const hashes = new RecordHashes()
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const to = counts && BigInt(counts[partition])
    if (to === 0n) continue
    for await (const records of readRange(log, { topic, partition, to })) {
      for (const record of records) hashes.add(partition, record)
    }
  }
  return hashes.digest()
}

async function recorded(
  folder: string,
): Promise<{ digests: Digests; newest: number; torn: number }> {
  const recording = await Recording.open(folder)
  const hashes = new RecordHashes()
  let newest = 0
  for await (const records of recording.records('events')) {
    for (const record of records) {
      hashes.add(record.partition, record)
      newest = Math.max(newest, record.timestamp)
    }
  }
  const torn = recording.recovered?.tornBytes ?? 0
  await recording.close()
  return { digests: hashes.digest(), newest, torn }
}

class Trials {
  readonly #options: Options
  readonly #log: EventLog
  readonly #scratch = mkdtempSync(join(tmpdir(), 'huacheng-record-load-'))
  #faults = 0
  /** What was to be produced was not: the rest says nothing about that rate. */
  #isInvalid = false

  constructor(options: Options) {
    this.#options = options
    this.#log = createKafkaLog({ connection: { brokers: [options.brokers] } })
  }

  async run(): Promise<void> {
    try {
      await this.#whole()
      for (const rate of this.#options.kill) await this.#killed(rate)
      if (this.#options.full) await this.#full(this.#options.full)
    } finally {
      await this.#log.close()
      rmSync(this.#scratch, { recursive: true })
    }
    if (this.#isInvalid) process.exitCode = EXIT_INVALID
    if (this.#faults > 0) process.exitCode = EXIT_DIFFERS
  }

  async #whole(): Promise<void> {
    const { rate, forMs } = this.#options
    const { topic, recorder, folder } = await this.#begin('whole')
    const sender = new Sender(this.#log, topic)
    let isSent = false
    const sampling = (async () => {
      while (!isSent) {
        recorder.sample()
        await sleep(realClock, SAMPLE_MS)
      }
    })()
    const since = realClock.now()
    await sender.send(rate, forMs)
    const perSecond = (1_000 * sender.sent) / (realClock.now() - since)
    isSent = true
    await sampling
    await recorder.stop()
    const [written, read] = [await hashesOfLog(this.#log, topic), (await recorded(folder)).digests]
    const differing = read.byPartition.filter((hash, i) => hash !== written.byPartition[i]).length
    const perEvent = (cpuPercent(recorder.samples) * 10_000) / perSecond
    const rows: [string, string][] = [
      [
        'asked',
        `${rate}/s for ${forMs / 1_000} s, ${VALUE_BYTES} bytes each, key and header besides`,
      ],
      [
        'produced',
        `${sender.sent} (${perSecond.toFixed(0)}/s, a step at most ${sender.latest.toFixed(0)} ms late)`,
      ],
      ['in the log', `${written.records}, read again by itself`],
      ['recorded', `${read.records}`],
      ['missing', `${written.records - read.records}`],
      [
        'differing',
        `${differing} of ${PARTITIONS} topic-partitions in any key, value, header, offset or timestamp (SHA-256)`,
      ],
      [
        'recorder',
        `${perEvent.toFixed(1)} µs of CPU per record, at most ${rssMax(recorder.samples).toFixed(0)} MiB`,
      ],
    ]
    for (const [name, value] of rows) console.log(`${name.padEnd(12)}${value}`)
    if (perSecond < LEAST_SHARE * rate) {
      console.log(
        `INVALID: ${perSecond.toFixed(0)}/s were produced, expected at least ${LEAST_SHARE * rate}/s; this machine is too slow or too busy for that rate`,
      )
      this.#isInvalid = true
    }
    if (read.records !== sender.sent || differing > 0) this.#faults++
  }

  async #killed(rate: number): Promise<void> {
    const { topic, recorder, folder } = await this.#begin(`killed-${rate}`)
    const sender = new Sender(this.#log, topic)
    const since = realClock.now()
    await sender.send(rate, KILL_AFTER_MS)
    const killedAt = realClock.now()
    const sent = (1_000 * sender.sent) / (killedAt - since)
    await recorder.kill()
    const { digests, newest, torn } = await recorded(folder)
    const lostMs = killedAt - newest
    console.log(
      `killed at ${rate}/s: ${sender.sent} sent${sent < LEAST_SHARE * rate ? ` (INVALID: ${sent.toFixed(0)}/s)` : ''}, ${digests.records} readable, the newest ${lostMs.toFixed(0)} ms before the kill, ${torn} torn bytes`,
    )
    if (lostMs > LOST_MS + STEP_MS) this.#faults++
    if (sent < LEAST_SHARE * rate) this.#isInvalid = true
  }

  async #full(place: string): Promise<void> {
    const { rate } = this.#options
    const { topic, recorder, folder, logFile } = await this.#begin('full', join(place, 'recording'))
    const sender = new Sender(this.#log, topic)
    let hasEnded = false
    void recorder.exited.then(() => {
      hasEnded = true
    })
    await sender.send(rate, this.#options.forMs, () => hasEnded)
    const before = sender.sent
    if (!hasEnded) {
      await recorder.stop()
      console.log(
        `full disk: NOT FULL after ${before} records; take a smaller file system than ${place}, or --for longer`,
      )
      this.#faults++
      return
    }
    // Whoever writes is not held up by a recorder that is gone.
    await this.#log.append(topic, 0, [{ key: null, value: Buffer.from('{}'), timestamp: 0 }])
    const said = readFileSync(logFile, 'utf8').trimEnd().split('\n')
    const acknowledged = Math.max(
      0,
      ...said.map((line) => Number(ACKNOWLEDGED.exec(line)?.[1] ?? 0)),
    )
    const { digests } = await recorded(folder)
    const written = await hashesOfLog(this.#log, topic, digests.counts)
    const differing = digests.byPartition.filter(
      (hash, i) => hash !== written.byPartition[i],
    ).length
    console.log(
      `full disk: after ${before} records the recorder ended, ${acknowledged} said to be acknowledged, ${digests.records} readable, ` +
        `${differing} of ${PARTITIONS} topic-partitions other than the log's beginning; it said: ${said.at(-1)}`,
    )
    if (digests.records < acknowledged || differing > 0) this.#faults++
  }

  async #begin(name: string, folder = join(this.#scratch, name)) {
    const topic = `load-${name}-${process.pid}`
    await this.#log.ensureTopics([{ name: topic, partitions: PARTITIONS, cleanup: 'delete' }])
    const logFile = join(this.#scratch, `${name}.log`)
    const { brokers } = this.#options
    const recorder = new ChildProgram({
      name,
      args: [
        'record',
        '--brokers',
        brokers,
        '--topics',
        topic,
        '--out',
        folder,
        '--log-level',
        'info',
      ],
      logFile,
      onFailure: () => {},
    })
    await waitUntil('a recorder', () => readFileSync(logFile, 'utf8').includes('record: writes'))
    return { topic, recorder, folder, logFile }
  }
}

await reportingProblems(async () => {
  const { values } = parseArgs({
    options: {
      brokers: { type: 'string' },
      rate: { type: 'string', default: '20000' },
      for: { type: 'string', default: '300' },
      kill: { type: 'string', default: '100,500,20000' },
      full: { type: 'string' },
      help: { type: 'boolean' },
    },
  })
  if (values.help || !values.brokers) return console.log(HELP)
  await new Trials({
    brokers: values.brokers,
    rate: Number(values.rate),
    forMs: Number(values.for) * 1_000,
    kill: values.kill === 'none' ? [] : values.kill.split(',').map(Number),
    full: values.full,
  }).run()
})
