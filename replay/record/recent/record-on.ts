// Begins a recording of a running city in the middle of its run: what its first readings rest on, then whatever comes.
import type { Clock } from '../../../infra/clock.ts'
import type { EventLog, LogRecord } from '../../../infra/event-log/event-log.ts'
import { taskKey } from '../../../processor/contract/keys.ts'
import type { Codec } from '../../recording/codec.ts'
import { cityTopics, type RecordedTopic } from '../city-topics.ts'
import { createIndexed } from '../indexed-recording.ts'
import { Recorder } from '../recorder.ts'
import type { LaneEdge } from './lane-edges.ts'
import type { RecentPast } from './recent-past.ts'
import { addCheckpoints, NOT_HELD } from './write-recent.ts'

export type RecordOnOptions = {
  recent: RecentPast
  log: Pick<EventLog, 'tail' | 'offsets'>
  folder: string
  codec: Codec
  prefix: string
  clock: Clock
  /** Sim ms, at a tick: it can be replayed from there on. */
  from: number
  edges: LaneEdge[]
  epoch: number
}

/** Resolves when everything is read along. */
export async function recordOn(options: RecordOnOptions): Promise<Recorder> {
  const { recent, log, folder, codec, prefix, clock, from, edges, epoch } = options
  const { topics, domains, descriptor } = recent
  const timestamp = Math.min(...edges.map(({ wall }) => wall))
  const recorded = cityTopics(topics, domains, descriptor.partitions, { timestamp })
  const begin = Math.min(from, ...edges.map(({ time }) => time))
  const { writer, index } = await createIndexed({
    ...{ folder, codec, clock },
    source: { kind: 'memory', prefix, cut: { epoch, begin, from, of: [] } },
    topics: Object.fromEntries(
      recorded.map(({ name, partitions, track, part }) => {
        const leftOut = part ? `${part.leftOut}, ${NOT_HELD}` : NOT_HELD
        return [name, { partitions, track, ...(track !== 'events' && { part: { leftOut } }) }]
      }),
    ),
  })
  const written = await addCheckpoints(writer, recent, edges)
  const isNew = ({ key, offset }: LogRecord) => {
    const task = key && taskKey.parse(key.toString())
    return !task || offset > (written.get(task.partition) ?? -1n)
  }
  // Whatever was said so far holds until it is said anew; of the events only those are read that readings rest on.
  const readFrom = (topic: RecordedTopic): RecordedTopic =>
    topic.track === 'events'
      ? topic
      : {
          ...{ ...topic, from: 'earliest' },
          ...(topic.name === topics.checkpoint && { part: { leftOut: NOT_HELD, keeps: isNew } }),
        }
  return Recorder.start({ ...{ log, clock, writer, index }, topics: recorded.map(readFrom) })
}
