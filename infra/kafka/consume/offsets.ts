// Where topic-partitions begin and end, and how far a group has read, as the brokers say.
import type { GroupLag, PartitionOffsets } from '../../event-log/event-log.ts'
import type { createAsking } from '../connection/client.ts'

export class OffsetReader {
  readonly #admin: ReturnType<typeof createAsking>
  readonly #requireTopic: (topic: string) => Promise<unknown>

  /** `requireTopic` rejects where there is no such topic to ask about. */
  constructor(
    admin: ReturnType<typeof createAsking>,
    requireTopic: (topic: string) => Promise<unknown>,
  ) {
    this.#admin = admin
    this.#requireTopic = requireTopic
  }

  /** By partition. */
  async bounds(topic: string): Promise<PartitionOffsets[]> {
    await this.#requireTopic(topic)
    const found = await this.#admin.askLeaders((client) => client.fetchTopicOffsets(topic))
    return found
      .map(({ partition, low, high }) => ({
        partition,
        earliest: BigInt(low),
        latest: BigInt(high),
      }))
      .sort((a, b) => a.partition - b.partition)
  }

  /** First offset at or after a timestamp per partition; the end where everything is older. */
  async at(topic: string, timestamp: number): Promise<{ partition: number; offset: bigint }[]> {
    const found = await this.#admin.askLeaders((client) =>
      client.fetchTopicOffsetsByTimestamp(topic, timestamp),
    )
    return found.map(({ partition, offset }) => ({ partition, offset: BigInt(offset) }))
  }

  /** By topic and partition. */
  async lag(group: string): Promise<GroupLag[]> {
    const committed = await this.#admin.ask((client) => client.fetchOffsets({ groupId: group }))
    const lags = await Promise.all(
      committed.map(async ({ topic, partitions }) => {
        const ends = await this.bounds(topic)
        return partitions
          .filter(({ offset }) => Number(offset) >= 0)
          .map(({ partition, offset }) => {
            const { earliest, latest } = ends.find((e) => e.partition === partition)!
            const at = BigInt(offset)
            return { topic, partition, committed: at < earliest ? earliest : at, latest }
          })
      }),
    )
    return lags
      .flat()
      .sort((a, b) => (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : a.partition - b.partition))
  }
}
