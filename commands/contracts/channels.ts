// Every topic of a city, domain topics first, each with what lies on it and how it is set up.
import type { Declaration } from '../../producers/contract/declaration.ts'
import { assetKey } from '../../producers/contract/keys.ts'
import { RUN_STARTED_TYPE, TICK_TYPE } from '../../producers/contract/records.ts'
import { eventSchema, runStartedSchema, tickSchema } from '../../producers/contract/schemas.ts'
import { DEFAULT_PREFIX, topicNames, topicSpecs } from '../../producers/contract/topics.ts'
import type { Channel, Described, Message } from './channel.ts'
import { sharedChannels } from './shared-channels.ts'

/** With `produce --headers cloudevents`; else a domain topic's records have no headers. */
const HEADERS = {
  type: 'object',
  properties: {
    'content-type': {
      const: 'application/cloudevents+json',
      description: 'Only where the producers run with --headers cloudevents',
    },
  },
}

/** Every topic of a city with these domains, in the order in which they are created. */
export function contractChannels(declarations: Declaration[], partitions: number): Channel[] {
  const topics = topicNames(DEFAULT_PREFIX)
  const names = declarations.map((d) => d.domain)
  const specs = topicSpecs(topics, names, partitions)
  const described = [...declarations.map(domainChannel), ...sharedChannels]
  return specs.map((spec) => {
    const name = spec.name.slice(DEFAULT_PREFIX.length)
    const channel = described.find((c) => c.name === name)
    if (!channel) throw new Error(`topic ${spec.name}: nothing describes it, expected a channel`)
    return { ...channel, spec }
  })
}

function domainChannel(declaration: Declaration): Described {
  return {
    name: declaration.domain,
    summary: `Events of ${declaration.label.en} (${declaration.label.zh}), with run-started markers and ticks`,
    messages: [
      ...declaration.events.map((event) => ({
        name: event.type,
        title: `${declaration.label.en}: ${event.label.en}`,
        summary: event.periodic
          ? `Report of one ${declaration.asset.en}, about every ${declaration.cadenceMs / 60_000} min by default; also in the opening census`
          : `One ${event.label.en} at one ${declaration.asset.en}`,
        key: assetKey,
        body: { schema: eventSchema(declaration, event) },
        headers: HEADERS,
      })),
      RUN_STARTED,
      TICK,
    ],
    writers: ['producers'],
    readers: ['processor', 'console'],
  }
}

const TICK: Message = {
  name: TICK_TYPE,
  title: 'Tick',
  summary: 'Nothing older follows in this topic-partition; so many events so far; their chain',
  key: null,
  body: { schema: tickSchema },
  headers: HEADERS,
}

const RUN_STARTED: Message = {
  name: RUN_STARTED_TYPE,
  title: 'Run started',
  summary: 'First record of a run in this topic-partition',
  key: null,
  body: { schema: runStartedSchema },
  headers: HEADERS,
}
