// A log that loses one event on demand, between the producer's append and the log, as a network would; and delivers it late.
import type { LostEvent } from '../../console/messages.ts'
import { type Clock, realClock } from '../../infra/clock.ts'
import type { EventLog, NewRecord } from '../../infra/event-log/event-log.ts'
import { Problem } from '../../infra/problem.ts'
import type { CityEvent } from '../../producers/contract/records.ts'

const WITHIN_MS = 20_000
/** Losses skip 7, 2, 9, 4 ... events. */
const STRIDE = 7
const SPREAD = 12

export type LossyLog = EventLog & {
  /**
   * Loses the next event that is appended to one of the topics given; ticks and markers always arrive. Rejects with a
   * Problem when none comes within 20 s.
   */
  loseOne(): Promise<LostEvent>
  /** Delivers a lost event after all; rejects with a Problem when it is not lost any more. */
  giveBack(lost: LostEvent): Promise<void>
}

/** Producers append through it; everything but `loseOne` and `giveBack` is the log's own. */
export function createLossyLog(
  log: EventLog,
  topics: string[],
  clock: Clock = realClock,
): LossyLog {
  const losses = new Losses(clock)
  return {
    ...log,
    append(topic, partition, records) {
      const isLossy = losses.areDue && topics.includes(topic)
      const left = isLossy ? losses.without(topic, partition, records) : records
      return log.append(topic, partition, left)
    },
    loseOne: () => losses.add(),
    async giveBack(lost) {
      const record = losses.takeBack(lost)
      if (!record)
        throw new Problem(`return: ${lost.asset} ${lost.seq} is not lost, or not any more`)
      const again = { ...record, timestamp: clock.now() }
      await log.append(lost.topic, lost.partition, [again])
    },
  }
}

/** `skip` = events that still pass before one is lost, so that not every loss hits the first topic-partition. */
type Loss = { skip: number; lost(event: LostEvent): void }

class Losses {
  readonly #clock: Clock
  readonly #due: Loss[] = []
  /** What was lost and not given back, by asset and number. */
  readonly #lost = new Map<string, NewRecord>()
  #count = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get areDue(): boolean {
    return this.#due.length > 0
  }

  add(): Promise<LostEvent> {
    const { promise, resolve, reject } = Promise.withResolvers<LostEvent>()
    const loss: Loss = {
      skip: (STRIDE * ++this.#count) % SPREAD,
      lost(event) {
        cancel()
        resolve(event)
      },
    }
    const cancel = this.#clock.schedule(WITHIN_MS, () => {
      this.#due.splice(this.#due.indexOf(loss), 1)
      const got = `no event within ${WITHIN_MS / 1000} s`
      reject(new Problem(`steal: ${got}, expected one; resume the clock and try again`))
    })
    this.#due.push(loss)
    return promise
  }

  /** Takes one event out for each loss that is due; the records are the producer's and stay as they are. */
  without(topic: string, partition: number, records: NewRecord[]): NewRecord[] {
    const left: NewRecord[] = []
    for (const record of records) {
      const loss = this.#lossOf(record)
      if (loss) loss.lost(this.#lose(topic, partition, record))
      else left.push(record)
    }
    return left
  }

  takeBack(lost: LostEvent): NewRecord | undefined {
    const record = this.#lost.get(nameOf(lost))
    this.#lost.delete(nameOf(lost))
    return record
  }

  /** Keeps a copy: the producer uses its memory again. */
  #lose(topic: string, partition: number, { key, value, ...rest }: NewRecord): LostEvent {
    const copy = { ...rest, key: Buffer.from(key!), value: Buffer.from(value!) }
    const { subject, district, seq, time } = JSON.parse(copy.value.toString()) as CityEvent
    const lostAt = this.#clock.now()
    const lost = { topic, partition, asset: subject, district, seq, time, lostAt }
    this.#lost.set(nameOf(lost), copy)
    return lost
  }

  #lossOf({ key, value }: NewRecord): Loss | undefined {
    if (!this.areDue || key === null || value === null) return undefined
    return this.#due[0].skip-- > 0 ? undefined : this.#due.shift()
  }
}

const nameOf = ({ topic, partition, asset, seq }: LostEvent) =>
  `${topic}/${partition}/${asset}/${seq}`
