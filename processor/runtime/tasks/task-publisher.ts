// Publishes what one task has to say: finals and refused records at once; frames, provisionals and ledgers when due.
import type { Clock } from '../../../infra/clock.ts'
import type { TopicPartition } from '../../../infra/event-log/event-log.ts'
import type { Partial } from '../../../producers/contract/records.ts'
import type { Topics } from '../../../producers/contract/topics.ts'
import { encodeFrame, encodeSent, SENT_HEADER } from '../../contract/frame.ts'
import { kpiShapes, partialKey, taskKey } from '../../contract/keys.ts'
import { rejectedKey } from '../../contract/rejected.ts'
import { OWNER_HEADER, type Rejected } from '../../contract/types.ts'
import type { Task } from '../../task/task.ts'
import type { Outbox } from '../outbox.ts'
import { outputRecord } from '../output-record.ts'

const KEYFRAME_MS = 30_000
const LEDGER_MS = 1000
/** A task that has closed more windows than this since its last pulse is behind: the open one is closed, too, before anybody reads of it. */
const MOST_CLOSED = 4
/** A process that lost its partitions without noticing may have written an older ledger since: it is published again. */
const LEDGER_AGAIN_MS = 30_000

/** The domain's topic-partition that a task reads. */
export type TaskPlace = TopicPartition & { domain: string }

export type TaskOutputs = {
  outbox: Outbox
  clock: Clock
  topics: Topics
  /** This process's name; it travels in a header of its tasks' ledgers. */
  owner?: string
}

export class TaskPublisher {
  readonly #task: Task
  readonly #place: TaskPlace
  readonly #outputs: TaskOutputs
  #keyframeDue: number
  #ledgerDue: number
  /** The ledger that was published last, and when. */
  #ledger = ''
  #ledgerAt: number
  #alarms = 0
  /** Next input offset as of the last provisional. */
  #provisionalAt = -1
  /** Windows since the last pulse. */
  #closed = 0

  constructor(task: Task, place: TaskPlace, outputs: TaskOutputs) {
    this.#task = task
    this.#place = place
    this.#outputs = outputs
    const now = outputs.clock.now()
    this.#keyframeDue = now
    this.#ledgerDue = now
    this.#ledgerAt = now
  }

  refused(records: readonly Rejected[]): void {
    const { late, deadLetter } = this.#outputs.topics
    for (const r of records) this.#send(r.reason === 'late' ? late : deadLetter, rejectedKey(r), r)
  }

  finals(partials: readonly Partial[]): void {
    const { partial: topic } = this.#outputs.topics
    this.#closed += partials.length
    for (const partial of partials) this.#send(topic, partialKey(partial), partial)
  }

  /** A broken account is published at once, whatever is due. */
  alarm(): void {
    if (this.#task.alarms !== this.#alarms) this.ledger(this.#outputs.clock.now())
  }

  /** What is due between windows, or all of it, at wall clock `now`. */
  pulse(now: number, isAll = false): void {
    if (isAll || this.#closed <= MOST_CLOSED) this.#provisional()
    this.#closed = 0
    if (isAll || now >= this.#ledgerDue) this.ledger(now)
  }

  /** Unless the account is what was published last. */
  ledger(now: number): void {
    const { outbox, topics, owner } = this.#outputs
    const ledger = this.#task.ledger()
    if (!ledger) return
    this.#ledgerDue = now + LEDGER_MS
    this.#alarms = this.#task.alarms
    const text = JSON.stringify(ledger)
    if (text === this.#ledger && now - this.#ledgerAt < LEDGER_AGAIN_MS) return
    this.#ledger = text
    this.#ledgerAt = now
    outbox.send(topics.kpi, 0, {
      ...outputRecord(kpiShapes.ledger.build(ledger), Buffer.from(text), now),
      ...(owner ? { headers: [[OWNER_HEADER, Buffer.from(owner)]] } : {}),
    })
  }

  /** What changed on the map since the last one, at wall clock `now`; everything after half a minute. */
  frame(now: number): void {
    const task = this.#task
    const keyframe = now >= this.#keyframeDue
    if (!keyframe && !task.changedOnMap()) return
    const frame = task.frame(keyframe)
    if (!frame) return
    if (keyframe) this.#keyframeDue = now + KEYFRAME_MS
    const { outbox, topics } = this.#outputs
    outbox.send(topics.map, this.#place.partition, {
      ...outputRecord(taskKey.build(this.#place), encodeFrame(frame), now),
      headers: [
        ['catalogue', Buffer.from(task.program.catalogue.hash)],
        ...(frame.sent ? [[SENT_HEADER, encodeSent(frame.sent)] as [string, Buffer]] : []),
      ],
    })
  }

  #provisional(): void {
    const task = this.#task
    if (this.#provisionalAt === task.nextOffset) return
    const partial = task.provisional()
    if (!partial) return
    this.#provisionalAt = task.nextOffset
    this.#send(this.#outputs.topics.partial, partialKey(partial), partial)
  }

  #send(topic: string, key: string, value: object): void {
    const { outbox, clock } = this.#outputs
    outbox.send(topic, 0, outputRecord(key, value, clock.now()))
  }
}
