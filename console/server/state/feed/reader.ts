// Opens the tails that feed the snapshot.
import type { LogRecord, PartitionOffsets } from '../../../../infra/event-log/event-log.ts'
import type { SnapshotSource, SnapshotTopics } from '../listener.ts'
import type { Snapshot } from '../snapshot.ts'
import { PartitionTails } from './partition-tails.ts'
import { openTail, type Tail, type TailContext } from './tail.ts'

/** A keyframe comes every 30 s at up to 10 frames per second and task: this far back there is one of most tasks. */
const FRAMES_BACK = 5_000n

export type SnapshotReader = {
  /** Topics that are not being read, with the reason. */
  problems(): string[]
  close(): Promise<void>
}

type WholeSource = Exclude<SnapshotSource, 'readings'>

const WHOLE: WholeSource[] = ['run', 'kpi', 'kpiTwin', 'alert', 'incident', 'commandResult']

/** State topics are read whole (they are compacted), the map from a little back in every partition. */
export function startReader(
  context: TailContext,
  topics: SnapshotTopics,
  snapshot: Snapshot,
): SnapshotReader {
  const tails: Tail[] = WHOLE.map((source) => {
    const mayLack = source === 'kpiTwin'
    const take = (record: LogRecord) => snapshot.take(source, record)
    return openTail({ ...context, mayLack }, topics[source], 0, 'earliest', take)
  })
  const map = new PartitionTails(context, topics.map, aLittleBack, (record, partition) =>
    snapshot.take('map', record, partition),
  )
  const readings = topics.readings === undefined ? null : new ReadingTails(context, topics.readings)
  if (readings) snapshot.listen({ run: () => readings.follow(snapshot) })

  return {
    problems() {
      const all = [...map.problems(), ...tails.map((tail) => tail.problem())]
      return [...all, ...(readings?.problems() ?? [])].filter((p): p is string => p !== null)
    },
    async close() {
      await Promise.all([map.close(), readings?.close(), ...tails.map((tail) => tail.close())])
    },
  }
}

function aLittleBack({ earliest, latest }: PartitionOffsets): { offset: bigint } {
  const back = latest - FRAMES_BACK
  return { offset: back > earliest ? back : earliest }
}

/** Lines name their run by its id, and are kept by nobody until it is known: each run reads them from the beginning. */
class ReadingTails {
  readonly #context: TailContext
  readonly #topic: string
  #epoch: number | null = null
  #tails: PartitionTails | null = null
  #closing: Promise<unknown> = Promise.resolve()

  constructor(context: TailContext, topic: string) {
    this.#context = context
    this.#topic = topic
  }

  follow(snapshot: Snapshot): void {
    const run = snapshot.current()
    if (!run || run.epoch === this.#epoch) return
    this.#epoch = run.epoch
    this.#closing = Promise.all([this.#closing, this.#tails?.close()])
    this.#tails = new PartitionTails(
      this.#context,
      this.#topic,
      () => 'earliest',
      (record, partition) => snapshot.take('readings', record, partition),
    )
  }

  problems(): (string | null)[] {
    return this.#tails?.problems() ?? []
  }

  async close(): Promise<void> {
    await Promise.all([this.#closing, this.#tails?.close()])
  }
}
