// `--headers cloudevents`: the header by which CloudEvents' Kafka binding knows an event, on every record of the domain topics.
import type { EventLog } from '../../infra/event-log/event-log.ts'
import { Problem, problemText } from '../../infra/problem.ts'
import type { OptionHelp, OptionValues } from '../options/options.ts'

const CHOICES = ['none', 'cloudevents']
/** Structured mode of the binding: the value is the whole event. */
export const CONTENT_TYPE: [string, Buffer] = [
  'content-type',
  Buffer.from('application/cloudevents+json'),
]

export const HEADERS_OPTION: Record<string, OptionHelp> = {
  headers: {
    type: 'string',
    value: 'kind',
    text:
      'none, or cloudevents: events, ticks and markers carry content-type: application/cloudevents+json, without which ' +
      'readers that keep to CloudEvents’ Kafka binding see no event; off, for it adds 42 bytes to each record of about 300',
    default: 'none',
  },
}

/** True when the header is asked for; throws a Problem on another word. */
export function wantsHeaders(values: OptionValues): boolean {
  const asked = (values.headers as string | undefined) ?? 'none'
  if (CHOICES.includes(asked)) return asked !== 'none'
  throw new Problem(problemText('--headers', `"${asked}"`, `one of ${CHOICES.join(', ')}`))
}

/** The same log; what is appended to one of these topics carries the header. Keys and values, and so the digest, stay. */
export function withContentType(log: EventLog, topics: string[]): EventLog {
  const marked = new Set(topics)
  return {
    ...log,
    append(topic, partition, records) {
      if (!marked.has(topic)) return log.append(topic, partition, records)
      // The producer's own records stay as they are: one may stand in its queue twice.
      const added = records.map((r) => ({ ...r, headers: [...(r.headers ?? []), CONTENT_TYPE] }))
      return log.append(topic, partition, added)
    },
  }
}
