// Opens the tails that feed the snapshot.
import type { LogRecord } from '../../../../infra/event-log/event-log.ts'
import type { Topics } from '../../../../producers/contract/topics.ts'
import type { SnapshotSource } from '../listener.ts'
import type { Snapshot } from '../snapshot.ts'
import { openTail, type Tail, type TailContext } from './tail.ts'

/** A keyframe comes every 30 s at up to 10 frames per second and task: this far back there is one of most tasks. */
const FRAMES_BACK = 5_000n
const RETRY_MS = 500

export type SnapshotReader = {
  /** Topics that are not being read, with the reason. */
  problems(): string[]
  close(): Promise<void>
}

const WHOLE: SnapshotSource[] = ['run', 'kpi', 'kpiTwin', 'alert', 'incident', 'commandResult']

/** State topics are read whole (they are compacted), the map from a little back in every partition. */
export function startReader(
  context: TailContext,
  topics: Topics,
  snapshot: Snapshot,
): SnapshotReader {
  const tails: Tail[] = WHOLE.map((source) => {
    const mayLack = source === 'kpiTwin'
    const take = (record: LogRecord) => snapshot.take(source, record)
    return openTail({ ...context, mayLack }, topics[source], 0, 'earliest', take)
  })
  let mapProblem: string | null = `${topics.map}: not read yet`
  let cancelRetry = () => {}
  let closed = false
  let opening: Promise<void> = openMap()

  async function openMap(): Promise<void> {
    try {
      const offsets = await context.log.offsets(topics.map)
      if (closed) return
      mapProblem = null
      for (const { partition, earliest, latest } of offsets) {
        const back = latest - FRAMES_BACK
        const from = { offset: back > earliest ? back : earliest }
        const take = (record: LogRecord) => snapshot.take('map', record, partition)
        tails.push(openTail(context, topics.map, partition, from, take))
      }
    } catch (error) {
      if (closed) return // another try would keep the process alive for ever
      mapProblem = `${topics.map}: ${error instanceof Error ? error.message : String(error)}`
      cancelRetry = context.clock.schedule(RETRY_MS, () => {
        opening = openMap()
      })
    }
  }

  return {
    problems() {
      const all = [mapProblem, ...tails.map((tail) => tail.problem())]
      return all.filter((p): p is string => p !== null)
    },
    async close() {
      closed = true
      cancelRetry()
      await opening
      await Promise.all(tails.map((tail) => tail.close()))
    },
  }
}
