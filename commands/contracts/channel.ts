// Words of the description of a topic: a channel has messages, and a message a key and a schema or a binary layout.
import type { TSchema } from 'typebox'
import type { TopicSpec } from '../../infra/event-log/event-log.ts'
import type { LayoutField } from '../../processor/contract/schemas.ts'

export type Role = 'producers' | 'processor' | 'twin' | 'console'

export type MessageKey =
  /** Written without a key. */
  | null
  /** How it is composed, for people, and as a regular expression of the whole key. */
  | { form: string; pattern: string }

export type Message = {
  /** An event's type; else unique among the messages. Also the name of its schema file. */
  name: string
  title: string
  summary: string
  key: MessageKey
  body: { schema: TSchema; definitions?: Record<string, object> } | { layout: LayoutField[] }
  /** Schema of the record's headers. */
  headers?: object
}

export type Channel = {
  /** Without the prefix. */
  name: string
  spec: TopicSpec
  summary: string
  messages: Message[]
  writers: Role[]
  readers: Role[]
}

/** A channel before its topic's settings are known. */
export type Described = Omit<Channel, 'spec'>
