// Which topics of a city a recording holds, on which track, and from where each is read.
import type { LogRecord, TailFrom } from '../../infra/event-log/event-log.ts'
import { partialKeys } from '../../processor/contract/keys.ts'
import { type Topics, topicSpecs } from '../../producers/contract/topics.ts'
import type { Track } from '../recording/manifest.ts'

export type RecordedTopic = {
  name: string
  partitions: number
  track: Track
  from: TailFrom
  /** Of a topic of which not every record is kept. */
  part?: { leftOut: string; keeps(record: LogRecord): boolean }
}

/** What tasks said of windows that were open is worth nothing once they are closed. */
const FINAL_PARTIALS = {
  leftOut: 'provisionals',
  keeps: ({ key }: LogRecord) =>
    key === null || partialKeys.parse(key.toString())?.kind !== 'provisional',
}

/**
 * All but what the processor makes anew from the others when they are replayed: map frames, and partials of open windows.
 * Those of closed windows are what the merge is rebuilt from. Compacted topics are read from their beginning: what they
 * say holds until it is said anew.
 */
export function cityTopics(
  topics: Topics,
  domains: string[],
  partitions: number,
  from: TailFrom,
): RecordedTopic[] {
  const domainTopics = new Set(domains.map((domain) => topics.domain(domain)))
  return topicSpecs(topics, domains, partitions)
    .filter(({ name }) => name !== topics.map)
    .map(({ name, partitions, cleanup }) => {
      const track: Track = domainTopics.has(name)
        ? 'events'
        : name === topics.checkpoint
          ? 'state'
          : 'control'
      const part = name === topics.partial ? { part: FINAL_PARTIALS } : {}
      return { name, partitions, track, from: cleanup === 'compact' ? 'earliest' : from, ...part }
    })
}
