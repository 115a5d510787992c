// Which topics of a city a recording holds, on which track, and from where each is read.
import type { TailFrom } from '../../infra/event-log/event-log.ts'
import { type Topics, topicSpecs } from '../../producers/contract/topics.ts'
import type { Track } from '../recording/manifest.ts'

export type RecordedTopic = { name: string; partitions: number; track: Track; from: TailFrom }

/**
 * All but what the processor makes anew from the others when they are replayed: partials and map frames. Compacted topics
 * are read from their beginning: what they say holds until it is said anew.
 */
export function cityTopics(
  topics: Topics,
  domains: string[],
  partitions: number,
  from: TailFrom,
): RecordedTopic[] {
  const made = new Set([topics.partial, topics.map])
  const domainTopics = new Set(domains.map((domain) => topics.domain(domain)))
  return topicSpecs(topics, domains, partitions)
    .filter(({ name }) => !made.has(name))
    .map(({ name, partitions, cleanup }) => {
      const track: Track = domainTopics.has(name)
        ? 'events'
        : name === topics.checkpoint
          ? 'state'
          : 'control'
      return { name, partitions, track, from: cleanup === 'compact' ? 'earliest' : from }
    })
}
