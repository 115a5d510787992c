// The files of docs/contracts, as text by path: the AsyncAPI document and one JSON Schema per message.
import { asyncapiDocument, schemaPath } from './asyncapi.ts'
import type { Channel, Message } from './channel.ts'

const DRAFT = 'http://json-schema.org/draft-07/schema#'
const DOCUMENT = 'asyncapi.json'

/** Paths are relative to docs/contracts. */
export function contractFiles(channels: Channel[], version: string): Map<string, string> {
  const files = new Map([[DOCUMENT, pretty(asyncapiDocument(channels, version))]])
  for (const channel of channels) {
    for (const message of channel.messages) {
      const schema = messageSchema(message)
      if (schema) files.set(schemaPath(message), pretty(schema))
    }
  }
  return files
}

/** The JSON Schema of a message's value, null where it is binary. */
export function messageSchema({ name, title, summary, body }: Message): object | null {
  if (!('schema' in body)) return null
  const { schema, definitions } = body
  return {
    $schema: DRAFT,
    $id: `urn:huacheng:${name}`,
    title,
    description: summary,
    ...schema,
    ...(definitions ? { definitions } : {}),
  }
}

export const pretty = (value: object) => `${JSON.stringify(value, null, 2)}\n`
