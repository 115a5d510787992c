// The topic-partitions of one shard in one run: appends what happened in them, and nothing that they hold already.
import type { EventLog, NewRecord } from '../../../infra/event-log/event-log.ts'
import { inParallel } from '../../../infra/in-parallel.ts'
import { incidentKey } from '../../contract/keys.ts'
import type { TickTimes } from '../../contract/ticks.ts'
import type { Topics } from '../../contract/topics.ts'
import type { Kernel, KernelOutput } from '../../kernel/kernel.ts'
import { LaneFilter, type LaneTail, readLaneTail } from './resume.ts'

/** Topic-partitions that are read back at the same time on resume. */
const READERS = 8

type LaneOf = { domain: string; partition: number }

export class ShardLanes {
  readonly #log: EventLog
  readonly #topics: Topics
  readonly #kernel: Kernel
  readonly #writesIncidents: boolean
  /** Per topic-partition, what it already holds of this run; empty for a run that begins here. */
  readonly #tails = new Map<string, LaneTail>()
  readonly #filters = new Map<string, LaneFilter>()
  /** Those from which retention took what they held of the run, and sim ms up to which that was. */
  readonly #emptied = new Set<string>()
  #emptiedUpTo = Number.NEGATIVE_INFINITY
  /** What is flushed next happened before that. */
  #isBeforeThat = true

  constructor(log: EventLog, topics: Topics, kernel: Kernel, writesIncidents: boolean) {
    this.#writesIncidents = writesIncidents
    this.#log = log
    this.#topics = topics
    this.#kernel = kernel
  }

  /** Reads what they hold of the run, which was on the log up to sim time `before`, a few at a time; before the first flush. */
  async readBack(
    run: { id: string; epoch: number; times: TickTimes },
    before: number,
  ): Promise<void> {
    await inParallel(this.#kernel.lanes, READERS, async (lane) => {
      const { domain, partition } = lane
      const tail = await readLaneTail(this.#log, this.#topics.domain(domain), partition, run)
      if (isEmptied(tail, run.times.start, before)) {
        this.#emptied.add(nameOf(lane))
        this.#emptiedUpTo = before
        // What happens at `before` itself may not have been written yet.
        this.#tails.set(nameOf(lane), { ...tail, tickTime: before - 1 })
        return
      }
      this.#tails.set(nameOf(lane), tail)
      this.#filters.set(nameOf(lane), new LaneFilter(tail, nameOf(lane)))
    })
  }

  /** Sim ms of the newest tick that any of them held; what was read back of the run ends before the tick that follows. */
  get heldUpTo(): number {
    return Math.max(Number.NEGATIVE_INFINITY, ...[...this.#tails.values()].map((t) => t.tickTime))
  }

  /** How far to simulate towards `to` before the next flush: what an emptied lane held is not mixed with what it lacks. */
  stopBefore(to: number): number {
    this.#isBeforeThat = this.#kernel.simulatedTo < this.#emptiedUpTo
    return this.#isBeforeThat ? Math.min(to, this.#emptiedUpTo) : to
  }

  /** Appends what the kernel has made since the last call; resolves once all of it is acknowledged. */
  async flush(): Promise<void> {
    const { truth, incidents, lanes } = this.#kernel.drain()
    await this.#appendIncidents(incidents.filter((news) => !this.#isKnown(news)))
    await this.#appendTruth(truth.filter((t) => !this.#isPublished(t)))
    await Promise.all(lanes.map((lane) => this.#appendEvents(lane)))
  }

  /** It was appended before the tick that some topic-partition holds. */
  #isKnown({ at }: KernelOutput['incidents'][number]): boolean {
    return [...this.#tails.values()].some(({ tickTime }) => at <= tickTime)
  }

  /** Every shard finds the same; the first one writes them. */
  async #appendIncidents(incidents: KernelOutput['incidents']): Promise<void> {
    if (incidents.length === 0 || !this.#writesIncidents) return
    await this.#log.append(
      this.#topics.incident,
      0,
      incidents.map(({ record, timestamp }) => ({
        key: Buffer.from(incidentKey.build({ epoch: record.epoch, id: record.id })),
        value: Buffer.from(JSON.stringify(record)),
        timestamp,
      })),
    )
  }

  #isPublished({ partial }: KernelOutput['truth'][number]): boolean {
    const tail = this.#tails.get(nameOf(partial))
    return tail !== undefined && Date.parse(partial.end) <= tail.tickTime
  }

  async #appendTruth(truth: KernelOutput['truth']): Promise<void> {
    if (truth.length === 0) return
    const records = truth.map(
      ({ key, partial, timestamp }): NewRecord => ({
        key: Buffer.from(key),
        value: Buffer.from(JSON.stringify(partial)),
        timestamp,
      }),
    )
    await this.#log.append(this.#topics.truth, 0, records)
  }

  async #appendEvents(lane: KernelOutput['lanes'][number]): Promise<void> {
    const { domain, partition } = lane
    // Begun anew, it would stand among what a process writes that still lives, or before ticks that come too early for it.
    if (this.#isBeforeThat && this.#emptied.has(nameOf(lane))) return
    const filter = this.#filters.get(nameOf(lane))
    const records = filter ? filter.filter(lane.records) : lane.records
    if (records.length > 0) await this.#log.append(this.#topics.domain(domain), partition, records)
  }
}

const nameOf = ({ domain, partition }: LaneOf) => `${domain}/${partition}`

/** It held the run's first tick, for the run got that far, and retention has taken everything of it. */
function isEmptied({ after, earliest }: LaneTail, start: number, before: number): boolean {
  return after === null && earliest > 0n && before >= start
}
