// The AsyncAPI 3 document of the console's socket /live, and one JSON Schema per message, made from the schemas of its types.
import type { TSchema } from 'typebox'
import { SUBPROTOCOL } from '../../console/messages.ts'
import {
  BINARY_MESSAGES,
  CLIENT_MESSAGES,
  SERVER_MESSAGES,
} from '../../console/server/contract/live-messages.ts'
import { MAX_MESSAGE_BYTES } from '../../console/server/live/client-message.ts'
import { EXPR, exprDefinition } from '../../producers/contract/descriptor-schema.ts'
import { messageObject, schemaPath } from './asyncapi.ts'
import type { Message } from './channel.ts'
import { messageSchema, pretty } from './files.ts'

const DOCUMENT = 'live.asyncapi.json'

const SUMMARIES: Record<string, string> = {
  hello: 'The run, first of all and again with every new run; a snapshot follows',
  agg: 'Clock, readings that changed, ledger and rates, about twice a second',
  'event.alert': 'An alert opened or closed',
  'event.incident': 'Something really happened',
  'event.finding': 'Assets are abnormal together, or no longer',
  'event.acknowledgement': 'Somebody has seen an alert or a finding',
  'event.demo': 'What a presenter did to the one-process demo',
  'event.command-result': "The city's answer to anybody's command",
  result: "The answer to this client's command",
  ack: 'A binary message was drawn; more than two without one are not sent',
  subscribe: 'How often binary messages may come, and whether any',
  cmd: 'A command, as POST /api/commands takes it',
  snapshot: 'State of all assets; it may come at any time and replaces everything',
  outline: 'What all assets look like from afar, packed; only where the address says so',
  delta: 'State of the assets that changed',
}

type Body = Message['body']
const message = (name: string, body: Body): Message => ({
  ...{ name: `live.${name}`, title: name, summary: SUMMARIES[name], key: null, body },
})
const withSchema = ([name, schema]: [string, TSchema]) => {
  const isRecursive = JSON.stringify(schema).includes(`#/definitions/${EXPR}`)
  const definitions = isRecursive ? { definitions: { [EXPR]: exprDefinition } } : {}
  return message(name, { schema, ...definitions })
}

const FROM_SERVER = [
  ...Object.entries<TSchema>(SERVER_MESSAGES).map(withSchema),
  ...Object.entries(BINARY_MESSAGES).map(([name, layout]) => message(name, { layout })),
]
const FROM_CLIENT = Object.entries<TSchema>(CLIENT_MESSAGES).map(withSchema)

/** Paths are relative to docs/contracts. */
export function liveFiles(version: string): Map<string, string> {
  const files = new Map([[DOCUMENT, pretty(document(version))]])
  for (const one of [...FROM_SERVER, ...FROM_CLIENT]) {
    const schema = messageSchema(one)
    if (schema) files.set(schemaPath(one), pretty(schema))
  }
  return files
}

function document(version: string) {
  const all = [...FROM_SERVER, ...FROM_CLIENT]
  const refs = (messages: Message[]) =>
    messages.map(({ name }) => ({ $ref: `#/channels/live/messages/${name}` }))
  return {
    asyncapi: '3.0.0',
    id: 'urn:huacheng:live',
    info: {
      title: 'Huacheng 花城 live socket',
      version,
      description:
        `Simulated data (模拟数据). A WebSocket at /live below the console's address, subprotocol \`${SUBPROTOCOL}\`. ` +
        'A browser needs an Origin of this server; a program shows `Authorization: Bearer <token>` and may leave Origin out. ' +
        `Messages of a client are JSON text of at most ${MAX_MESSAGE_BYTES} bytes. Close codes: 1001 the server stops, ` +
        '1007 no UTF-8, 1008 a message that does not fit or too many of them, 1009 too large; the reason says it in words. ' +
        'REST is described by the console itself, at /openapi.json.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      tags: [{ name: 'console' }],
    },
    defaultContentType: 'application/json',
    servers: {
      local: { host: '127.0.0.1:8080', protocol: 'ws', description: 'A console on this machine' },
    },
    channels: {
      live: {
        address: '/live',
        summary: 'State, readings and events of the run; commands to it',
        messages: Object.fromEntries(
          all.map(({ name }) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
        bindings: {
          ws: {
            method: 'GET',
            query: {
              type: 'object',
              properties: {
                ticket: { type: 'string', description: 'Good once, from POST /api/ticket' },
                packed: { type: 'string', enum: ['1'], description: 'Few bytes: see outline' },
              },
            },
            bindingVersion: '0.1.0',
          },
        },
      },
    },
    operations: {
      tell: {
        action: 'send',
        channel: { $ref: '#/channels/live' },
        summary: 'The console tells what happens',
        tags: [{ name: 'console' }],
        messages: refs(FROM_SERVER),
      },
      hear: {
        action: 'receive',
        channel: { $ref: '#/channels/live' },
        summary: 'The console hears acknowledgements, wishes and commands',
        tags: [{ name: 'console' }],
        messages: refs(FROM_CLIENT),
      },
    },
    components: {
      messages: Object.fromEntries(
        all.map((one) => {
          const { bindings: _kafka, ...object } = messageObject(one)
          return [one.name, object]
        }),
      ),
    },
  }
}

/** Rows for docs/contracts.md. */
export function liveBlock(): string {
  const row = (direction: string) => (one: Message) => {
    const { name, title, summary, body } = one
    const value = 'schema' in body ? `[\`${name}\`](contracts/${schemaPath(one)})` : 'binary, below'
    return `| ${direction} | \`${title}\` | ${value} | ${summary} |`
  }
  return [
    '| direction | message | schema | what |',
    '| --- | --- | --- | --- |',
    ...FROM_SERVER.map(row('console → client')),
    ...FROM_CLIENT.map(row('client → console')),
  ].join('\n')
}
