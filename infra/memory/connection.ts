// One process's own way to a memory log that several processes of the demo share, so that one of them can die alone.
import type { EventLog, Subscription } from '../event-log/event-log.ts'
import type { MemoryLog } from './memory-log.ts'
import type { MemorySubscription } from './reader.ts'

export type MemoryConnection = EventLog & {
  /**
   * The process's sudden death, as a broker sees it: its group members vanish without `revoked`, its tails end, and no
   * call of it is answered or has any effect any more. What was appended before stays; what waited for room is written.
   */
  sever(): void
}

/** `close()` ends the connection's own subscriptions and leaves the log to the others. */
export function connectTo(log: MemoryLog): MemoryConnection {
  const subscriptions = new Set<MemorySubscription>()
  let isSevered = false
  let isClosed = false

  async function unlessSevered<T>(call: () => Promise<T>): Promise<T> {
    if (isSevered) return silence()
    if (isClosed) throw new Error('memory connection: the log is closed')
    try {
      const answer = await call()
      return isSevered ? silence() : answer
    } catch (error) {
      if (isSevered) return silence()
      throw error
    }
  }

  async function subscribed(opening: Promise<MemorySubscription>): Promise<Subscription> {
    const subscription = await opening
    if (isSevered) subscription.abandon()
    subscriptions.add(subscription)
    const over = () => subscriptions.delete(subscription)
    subscription.done.then(over, over)
    return subscription
  }

  return {
    ensureTopics: (specs) => unlessSevered(() => log.ensureTopics(specs)),
    append: (topic, partition, records) =>
      unlessSevered(() => log.append(topic, partition, records)),
    group: (options) => unlessSevered(() => subscribed(log.group(options))),
    tail: (options) => unlessSevered(() => subscribed(log.tail(options))),
    offsets: (topic) => unlessSevered(() => log.offsets(topic)),
    lag: (group) => unlessSevered(() => log.lag(group)),
    async close() {
      while (subscriptions.size > 0) {
        await Promise.all([...subscriptions].map((subscription) => subscription.close()))
      }
      isClosed = true
      if (isSevered) await silence()
    },
    sever() {
      isSevered = true
      for (const subscription of subscriptions) subscription.abandon()
    },
  }
}

/** What a dead process hears. */
function silence(): Promise<never> {
  return new Promise(() => {})
}
