// The AsyncAPI 3 document of a city: channels, messages, keys, Kafka bindings and operations. Schemas stay in files of their own.
import { configOf, DEFAULT_RETENTION } from '../../infra/kafka/topics.ts'
import type { LayoutField } from '../../processor/contract/schemas.ts'
import { DEFAULT_PREFIX } from '../../producers/contract/topics.ts'
import type { Channel, Message, Role } from './channel.ts'

const JSON_SCHEMA = 'application/schema+json;version=draft-07'
const BINDING = '0.5.0'
/** Settings of Kafka that are numbers in AsyncAPI. */
const NUMBERS = [/\.bytes$/, /\.ms$/, /\.ratio$/]

type Json = Record<string, unknown>

const ROLES: Record<Role, string> = {
  producers: 'Simulate the city and write what happens in it',
  processor: 'Folds events into readings, held against plan and truth',
  twin: 'Simulates the city once more without incidents and commands, or without one command',
  console: 'Shows readings and map, sends commands',
}

/** Where a message's schema lies, from the document. */
export const schemaPath = (message: Message) => `schemas/${message.name}.schema.json`

export function asyncapiDocument(channels: Channel[], version: string): Json {
  const messages = new Map(channels.flatMap((c) => c.messages).map((m) => [m.name, m]))
  return {
    asyncapi: '3.0.0',
    id: 'urn:huacheng:city',
    info: {
      title: 'Huacheng 花城 city event streams',
      version,
      description:
        'Simulated data (模拟数据): the events of a simulated city, and the readings made of them. ' +
        `Topics carry the prefix \`${DEFAULT_PREFIX}\` unless another was chosen; partitions are the defaults. ` +
        'What the words mean stands in contracts.md.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      tags: Object.entries(ROLES).map(([name, description]) => ({ name, description })),
    },
    defaultContentType: 'application/json',
    servers: {
      local: { host: '127.0.0.1:9092', protocol: 'kafka', description: 'A broker on this machine' },
    },
    channels: Object.fromEntries(channels.map((c) => [c.name, channelObject(c)])),
    operations: Object.fromEntries(channels.flatMap(operationsOf)),
    components: {
      messages: Object.fromEntries([...messages].map(([name, m]) => [name, messageObject(m)])),
    },
  }
}

function channelObject({ spec, summary, messages }: Channel): Json {
  return {
    address: spec.name,
    summary,
    messages: Object.fromEntries(
      messages.map((m) => [m.name, { $ref: `#/components/messages/${m.name}` }]),
    ),
    bindings: {
      kafka: {
        topic: spec.name,
        partitions: spec.partitions,
        topicConfiguration: topicConfiguration({ spec }),
        bindingVersion: BINDING,
      },
    },
  }
}

/** As `ensureTopics` creates it, sizes and times being the defaults. */
export function topicConfiguration({ spec }: Pick<Channel, 'spec'>): Json {
  const entries = configOf(spec, DEFAULT_RETENTION).map(({ name, value }) => {
    if (name === 'cleanup.policy') return [name, value.split(',')]
    return [name, NUMBERS.some((pattern) => pattern.test(name)) ? Number(value) : value]
  })
  return Object.fromEntries(entries)
}

export function messageObject(message: Message): Json {
  const { name, title, summary, key, body, headers } = message
  const shared = {
    name,
    title,
    summary,
    bindings: { kafka: { key: keySchema(key), bindingVersion: BINDING } },
    ...(headers ? { headers } : {}),
  }
  if ('schema' in body) {
    return {
      ...shared,
      contentType: name.startsWith('city.') ? 'application/cloudevents+json' : 'application/json',
      payload: { schemaFormat: JSON_SCHEMA, schema: { $ref: `./${schemaPath(message)}` } },
    }
  }
  return {
    ...shared,
    contentType: 'application/octet-stream',
    payload: { type: 'string', format: 'binary', description: layoutText(body.layout) },
    'x-layout': { byteOrder: 'little-endian', fields: body.layout },
  }
}

function keySchema(key: Message['key']): Json {
  if (key === null) return { type: 'null', description: 'No key' }
  return { type: 'string', pattern: key.pattern, description: key.form }
}

function layoutText(layout: LayoutField[]): string {
  const fields = layout.map(
    ({ name, type, length, text }) =>
      `${type} ${name}${length === 1 ? '' : `[${length}]`}: ${text}`,
  )
  return `Little-endian; ${fields.join('; ')}`
}

function operationsOf(channel: Channel): [string, Json][] {
  const { name, writers, readers, messages } = channel
  const operation = (role: Role, action: 'send' | 'receive'): [string, Json] => [
    `${role}.${action}.${name}`,
    {
      action,
      channel: { $ref: `#/channels/${name}` },
      summary: `${role[0].toUpperCase()}${role.slice(1)} ${action === 'send' ? 'write' : 'read'}${role === 'producers' ? '' : 's'} ${channel.spec.name}`,
      tags: [{ name: role }],
      messages: messages.map((m) => ({ $ref: `#/channels/${name}/messages/${m.name}` })),
    },
  ]
  return [
    ...writers.map((role) => operation(role, 'send')),
    ...readers.map((role) => operation(role, 'receive')),
  ]
}
