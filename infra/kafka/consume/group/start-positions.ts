// Where a member starts to read, from what its handler asked for and what the log still has.
import type { PartitionOffsets, StartOffset, TopicPartition } from '../../../event-log/event-log.ts'
import type { ReadPosition } from '../../connection/guards.ts'

/** The handler's fault: asking again would not help. */
export class UnusableStart extends Error {}

/** The handler's start offsets as numbers; one outside the log means the earliest record. */
export async function startPositions(
  assignment: TopicPartition[],
  starts: StartOffset[],
  offsets: (topic: string) => Promise<PartitionOffsets[]>,
): Promise<ReadPosition[]> {
  const topics = [...new Set(assignment.map((a) => a.topic))]
  const bounds = new Map(await Promise.all(topics.map(async (t) => [t, await offsets(t)] as const)))
  return assignment.map(({ topic, partition }) => {
    const start = starts.find((s) => s.topic === topic && s.partition === partition)
    if (!start) {
      throw new UnusableStart(
        `group handler: assigned() gave no start offset for ${topic}/${partition}`,
      )
    }
    const { earliest, latest } = bounds.get(topic)!.find((b) => b.partition === partition)!
    if (start.offset === 'earliest') return { topic, partition, offset: earliest }
    if (start.offset === 'latest') return { topic, partition, offset: latest }
    const isInside = start.offset >= earliest && start.offset <= latest
    return { topic, partition, offset: isInside ? start.offset : earliest }
  })
}
