// A log that loses one event on demand: between the producer's append and the log, as a network would.
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
}

/** Producers append through it; everything but `loseOne` is the log's own. */
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
  }
}

/** `skip` = events that still pass before one is lost, so that not every loss hits the first topic-partition. */
type Loss = { skip: number; lost(event: LostEvent): void }

class Losses {
  readonly #clock: Clock
  readonly #due: Loss[] = []
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
      if (loss) loss.lost(lostEvent(topic, partition, record.value!))
      else left.push(record)
    }
    return left
  }

  #lossOf({ key, value }: NewRecord): Loss | undefined {
    if (!this.areDue || key === null || value === null) return undefined
    return this.#due[0].skip-- > 0 ? undefined : this.#due.shift()
  }
}

function lostEvent(topic: string, partition: number, value: Buffer): LostEvent {
  const { subject, district, seq, time } = JSON.parse(value.toString()) as CityEvent
  return { topic, partition, asset: subject, district, seq, time }
}
