// A log that loses one event on the way when it is told to: between the producer's append and the log, as a network would.
import type { Theft } from '../../console/messages.ts'
import { type Clock, realClock } from '../../infra/clock.ts'
import type { EventLog, NewRecord } from '../../infra/event-log/event-log.ts'
import { Problem } from '../../infra/problem.ts'
import type { CityEvent } from '../../producers/contract/records.ts'

const WITHIN_MS = 20_000
/** Thefts skip 7, 2, 9, 4 ... events. */
const STRIDE = 7
const SPREAD = 12

export type LossyLog = EventLog & {
  /**
   * Loses the next event that is appended to one of the topics given; ticks and markers always arrive. Rejects with a
   * Problem when none comes within 20 s.
   */
  steal(): Promise<Theft>
}

/** Producers append through it; everything but `steal` is the log's own. */
export function createLossyLog(
  log: EventLog,
  topics: string[],
  clock: Clock = realClock,
): LossyLog {
  /** `skip` = events that still pass before one is taken, so that not every theft hits the first topic-partition. */
  const waiting: { skip: number; take(theft: Theft): void }[] = []
  let thefts = 0

  function thiefOf({ key, value }: NewRecord) {
    if (waiting.length === 0 || key === null || value === null) return undefined
    return waiting[0].skip-- > 0 ? undefined : waiting.shift()
  }

  /** Takes one event out for each that waits; the records are the producer's and stay as they are. */
  function without(topic: string, partition: number, records: NewRecord[]): NewRecord[] {
    const left: NewRecord[] = []
    for (const record of records) {
      const thief = thiefOf(record)
      if (thief) thief.take(theftOf(topic, partition, record.value!))
      else left.push(record)
    }
    return left
  }

  return {
    ...log,
    append(topic, partition, records) {
      const leaks = waiting.length > 0 && topics.includes(topic)
      return log.append(topic, partition, leaks ? without(topic, partition, records) : records)
    },
    steal() {
      return new Promise((resolve, reject) => {
        const thief = {
          skip: (STRIDE * ++thefts) % SPREAD,
          take(theft: Theft) {
            cancel()
            resolve(theft)
          },
        }
        const cancel = clock.schedule(WITHIN_MS, () => {
          waiting.splice(waiting.indexOf(thief), 1)
          const got = `no event within ${WITHIN_MS / 1000} s`
          reject(new Problem(`steal: ${got}, expected one; resume the clock and try again`))
        })
        waiting.push(thief)
      })
    },
  }
}

function theftOf(topic: string, partition: number, value: Buffer): Theft {
  const { subject, district, seq, time } = JSON.parse(value.toString()) as CityEvent
  return { topic, partition, asset: subject, district, seq, time }
}
