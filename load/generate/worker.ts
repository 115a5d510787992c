// One generator of load: simulates its lanes ahead of time and sends each event when the plan means it, whatever the log does.
// In: messages of the session. Out: records on the log, counts and histograms to the session. Open loop: no answer is waited for.
import type { Clock } from '../../infra/clock.ts'
import type { EventLog, NewRecord } from '../../infra/event-log/event-log.ts'
import { recordBytes } from '../../infra/event-log/record-bytes.ts'
import type { Topics } from '../../producers/contract/topics.ts'
import { SUBJECT_AT } from '../../producers/kernel/encode.ts'
import type { Kernel } from '../../producers/kernel/kernel.ts'
import { isFollowed } from '../pipeline/followed.ts'
import { LoadPlan } from '../plan/load-plan.ts'
import { appendFacts } from './facts.ts'
import type { ForeignShape } from './foreign.ts'
import type { FromWorker, ToWorker } from './messages.ts'
import { SendingStats } from './sending-stats.ts'
import { type SimSlice, simulateSlice } from './slice-source.ts'

/** Of events that are late already, so many are handed over before anything else gets a turn. */
const MOST_AT_ONCE = 2_000
const LONGEST_REST_MS = 5
const STATS_MS = 1_000
const FOLLOWED_MS = 100
const QUOTE = 0x22

export type LoadWorkerOptions = {
  log: EventLog
  topics: Topics
  clock: Clock
  kernel: Kernel
  /** Writes what stands once for all: the first worker. */
  isFirst: boolean
  /** Null = the city's own bytes. */
  foreign: ForeignShape | null
  /** One of so many events is followed to the sink; 0 = none. */
  follow: number
  post(message: FromWorker): void
}

type Queued = {
  topic: string
  partition: number
  record: NewRecord
  isEvent: boolean
  /** Ms since the plan's start. */
  at: number
}

type Lane = { topic: string; partition: number; records: NewRecord[]; meant: number[] }

export class LoadWorker {
  readonly #options: LoadWorkerOptions
  readonly #stats = new SendingStats()
  readonly #slices = new Map<number, SimSlice>()
  #plan: LoadPlan | null = null
  #queue: Queued[] = []
  #head = 0
  #startAt: number | null = null
  #measureFrom = 0
  /** Appends without an answer. */
  #pending = 0
  #isFinishing = false
  #followed = noFollowed()
  #cancelPump: (() => void) | null = null
  readonly #cancels = new Map<string, () => void>()
  /** Slices are simulated one after the other. */
  #simulating: Promise<void> = Promise.resolve()

  constructor(options: LoadWorkerOptions) {
    this.#options = options
    if (!options.foreign) options.kernel.begin(0)
    this.#every(STATS_MS, () => this.#tell())
    if (options.follow > 0) this.#every(FOLLOWED_MS, () => this.#tellFollowed())
    options.post({ kind: 'ready' })
  }

  hear(message: ToWorker): void {
    switch (message.kind) {
      case 'simulate':
        this.#simulating = this.#simulating
          .then(() => this.#simulate(message.slice, message.to))
          .catch((error: Error) => this.#fail(error))
        return
      case 'plan':
        this.#plan = new LoadPlan(message.segments)
        this.#startAt = null
        return
      case 'assign':
        this.#assign(this.#take(message.slice), message)
        return
      case 'stretch':
        this.#stretch(this.#take(message.slice), message)
        return
      case 'go':
        this.#startAt = message.startAt
        this.#measureFrom = message.measureFrom
        this.#pump()
        return
      case 'finish':
        this.#isFinishing = true
        this.#settle()
        return
      case 'close':
        void this.#close()
    }
  }

  async #simulate(slice: number, to: number): Promise<void> {
    const { kernel, clock, foreign, post } = this.#options
    const made = await simulateSlice(kernel, to, async () => {
      this.#pump()
      await clock.turn()
    })
    if (foreign) made.records = made.records.filter(({ isEvent }) => isEvent)
    this.#slices.set(slice, made)
    post({ kind: 'simulated', slice, events: made.events })
  }

  #take(slice: number): SimSlice {
    const made = this.#slices.get(slice)
    if (!made) throw new Error(`slice ${slice}: assigned before it was simulated`)
    this.#slices.delete(slice)
    return made
  }

  /** Its events spread evenly over the plan's; a tick goes with the event before it. */
  #assign(slice: SimSlice, { base, events }: { base: number; events: number }): void {
    const plan = this.#plan!
    const step = events / Math.max(1, slice.events)
    let next = base + step / 2
    let at = plan.timeOf(base)
    this.#enqueue(slice, ({ isEvent }) => {
      if (isEvent) {
        at = plan.timeOf(next)
        next += step
      }
      return at
    })
  }

  #stretch(slice: SimSlice, { from, till }: { from: number; till: number }): void {
    const speed = (till - from) / Math.max(1, slice.to - slice.from)
    this.#enqueue(slice, ({ time }) => from + Math.max(0, time - slice.from) * speed)
  }

  #enqueue(slice: SimSlice, timeOf: (record: SimSlice['records'][number]) => number): void {
    const { topics, foreign } = this.#options
    for (const sliced of slice.records) {
      const at = timeOf(sliced)
      const { domain, partition, record, isEvent } = sliced
      const topic = topics.domain(domain)
      const shaped = foreign?.shape(record, partition) ?? { record, partition }
      this.#queue.push({ topic, ...shaped, isEvent, at })
    }
    if (!foreign) void appendFacts(this.#options, slice).catch((error: Error) => this.#fail(error))
    this.#pump()
  }

  /** Hands over what is due by now, and comes back when the next is. */
  #pump(): void {
    this.#cancelPump?.()
    this.#cancelPump = null
    if (this.#startAt === null) return
    const { clock } = this.#options
    const now = clock.now()
    const due = now - this.#startAt
    const lanes = new Map<string, Lane>()
    let taken = 0
    while (this.#head < this.#queue.length && this.#queue[this.#head].at <= due) {
      if (taken++ >= MOST_AT_ONCE) break
      this.#hand(this.#queue[this.#head++], now, lanes)
    }
    for (const lane of lanes.values()) this.#append(lane)
    this.#compact()
    this.#settle()
    const next = this.#queue[this.#head]?.at
    if (next === undefined) return
    const rest = Math.min(LONGEST_REST_MS, Math.max(0, next - due))
    this.#cancelPump = clock.schedule(rest, () => this.#pump())
  }

  #hand(queued: Queued, now: number, lanes: Map<string, Lane>): void {
    const { topic, partition, isEvent } = queued
    const meant = this.#startAt! + queued.at
    const record = { ...queued.record, timestamp: Math.round(meant) }
    const name = `${topic}/${partition}`
    let lane = lanes.get(name)
    if (!lane) {
      lane = { topic, partition, records: [], meant: [] }
      lanes.set(name, lane)
    }
    lane.records.push(record)
    const bytes = recordBytes(record)
    this.#stats.left(1, bytes)
    if (!isEvent) return
    lane.meant.push(meant)
    const isMeasured = queued.at >= this.#measureFrom
    this.#stats.sent(meant, now, bytes, isMeasured)
    if (this.#options.follow > 0) this.#follow(record.value!, meant, isMeasured)
  }

  #append({ topic, partition, records, meant }: Lane): void {
    const { log, clock } = this.#options
    const measureFrom = this.#startAt! + this.#measureFrom
    this.#pending++
    log
      .append(topic, partition, records)
      .then(
        () => {
          const at = clock.now()
          for (const time of meant) this.#stats.acked(time, at, time >= measureFrom)
        },
        () => this.#stats.failed(meant.length, meant.filter((t) => t >= measureFrom).length),
      )
      .finally(() => {
        this.#pending--
        this.#settle()
      })
  }

  /** Ids stand where every event has them, also in other people's shapes. */
  #follow(value: Buffer, meant: number, isMeasured: boolean): void {
    const { foreign, follow } = this.#options
    const from = foreign?.idAt ?? SUBJECT_AT
    const id = value.toString('latin1', from, value.indexOf(QUOTE, from))
    if (!isFollowed(id, follow)) return
    this.#followed.ids.push(id)
    this.#followed.meant.push(meant)
    this.#followed.measured.push(isMeasured)
  }

  #compact(): void {
    if (this.#head < 10_000 || this.#head * 2 < this.#queue.length) return
    this.#queue = this.#queue.slice(this.#head)
    this.#head = 0
  }

  #settle(): void {
    if (!this.#isFinishing || this.#pending > 0 || this.#head < this.#queue.length) return
    this.#isFinishing = false
    this.#queue = []
    this.#head = 0
    this.#tellFollowed()
    this.#tell()
    this.#options.post({ kind: 'finished' })
  }

  #tell(): void {
    const { post, clock } = this.#options
    post({ kind: 'stats', stats: this.#stats.take(clock.now()) })
  }

  #tellFollowed(): void {
    if (this.#followed.ids.length === 0) return
    this.#options.post({ kind: 'followed', ...this.#followed })
    this.#followed = noFollowed()
  }

  #every(ms: number, task: () => void): void {
    const name = String(this.#cancels.size)
    const again = () => {
      task()
      this.#cancels.set(name, this.#options.clock.schedule(ms, again))
    }
    this.#cancels.set(name, this.#options.clock.schedule(ms, again))
  }

  #fail(error: Error): void {
    this.#options.post({ kind: 'failed', problem: error.message })
  }

  async #close(): Promise<void> {
    this.#cancelPump?.()
    for (const cancel of this.#cancels.values()) cancel()
    this.#stats.close()
    await this.#simulating
    this.#options.post({ kind: 'closed' })
  }
}

const noFollowed = () => ({ ids: [] as string[], meant: [] as number[], measured: [] as boolean[] })
