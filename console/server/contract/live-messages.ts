// JSON Schemas and binary layouts of the socket /live, tied to ServerMessage and ClientMessage in messages.ts.
import { Type } from 'typebox'
import type { LayoutField } from '../../../processor/contract/schemas.ts'
import { count, epoch, schemaOf } from '../../../producers/contract/schema-of.ts'
import { incidentSchema } from '../../../producers/contract/schemas.ts'
import type { ClientMessage, ServerMessage } from '../../messages.ts'
import { acknowledgement, alertView, findingView } from './alert-bodies.ts'
import { healthView, ledgerView } from './proof-bodies.ts'
import { commandAnswer, commandRequest, demoHappening, runView } from './run-bodies.ts'
import { clockView, reading, stageView, wallMs, word } from './shapes.ts'

type From<Op extends ServerMessage['op']> = Extract<ServerMessage, { op: Op }>
type Event<Kind> = Extract<ServerMessage, { op: 'event'; kind: Kind }>
type To<Op extends ClientMessage['op']> = Extract<ClientMessage, { op: Op }>

const event = <K extends string>(kind: K) => ({
  op: Type.Literal('event'),
  kind: Type.Literal(kind),
})
const seq = count('Of the binary message; grows, not without gaps')

/** Server → client, JSON text. */
export const SERVER_MESSAGES = {
  hello: schemaOf<From<'hello'>>()(
    Type.Object({
      op: Type.Literal('hello'),
      version: Type.String(),
      epoch,
      run: runView,
      serverTime: wallMs,
      capabilities: Type.Array(word('steal', 'kill', 'return', 'record'), {
        description: 'POST /api/demo/<capability>; record: POST /api/recordings',
      }),
      stage: stageView,
    }),
  ),
  agg: schemaOf<From<'agg'>>()(
    Type.Object({
      op: Type.Literal('agg'),
      epoch,
      clock: clockView,
      serverTime: wallMs,
      readings: Type.Array(reading, {
        description: 'Those that changed; all of them in the first',
      }),
      ledger: ledgerView,
      health: healthView,
    }),
  ),
  'event.alert': schemaOf<Event<'alert'>>()(Type.Object({ ...event('alert'), alert: alertView })),
  'event.incident': schemaOf<Event<'incident'>>()(
    Type.Object({ ...event('incident'), incident: incidentSchema }),
  ),
  'event.finding': schemaOf<Event<'finding'>>()(
    Type.Object({ ...event('finding'), finding: findingView }),
  ),
  'event.acknowledgement': schemaOf<Event<'acknowledgement'>>()(
    Type.Object({ ...event('acknowledgement'), acknowledgement }),
  ),
  'event.demo': schemaOf<Event<'demo'>>()(
    Type.Object({ ...event('demo'), happening: demoHappening }),
  ),
  'event.stage': schemaOf<Event<'stage'>>()(Type.Object({ ...event('stage'), stage: stageView })),
  'event.command-result': schemaOf<Event<'command-result'>>()(
    Type.Object({ ...event('command-result'), ...commandAnswer.properties }),
  ),
  result: schemaOf<From<'result'>>()(
    Type.Object({ op: Type.Literal('result'), ...commandAnswer.properties }),
  ),
}

/** Client → server, JSON text of at most 16 KiB and 64 levels. */
export const CLIENT_MESSAGES = {
  ack: schemaOf<To<'ack'>>()(Type.Object({ op: Type.Literal('ack'), seq })),
  subscribe: schemaOf<To<'subscribe'>>()(
    Type.Object({
      op: Type.Literal('subscribe'),
      maxHz: Type.Number({
        exclusiveMinimum: 0,
        description: 'Binary messages a second; 0.1 to 10',
      }),
      frames: Type.Boolean({ description: 'false = no binary messages' }),
    }),
  ),
  stage: schemaOf<To<'stage'>>()(
    Type.Object({
      op: Type.Literal('stage'),
      cue: Type.Optional(
        Type.Union([Type.Null(), count('Show this cue and take the city there; null = end')]),
      ),
      blank: Type.Optional(Type.Boolean({ description: 'Make the pages dark, or not' })),
      restart: Type.Optional(Type.Boolean({ description: 'Begin the run anew, at its first cue' })),
    }),
  ),
  cmd: schemaOf<To<'cmd'>>()(
    Type.Object({ op: Type.Literal('cmd'), ...commandRequest.properties }),
  ),
}

const header = (op: number, countText: string): LayoutField[] => [
  { name: 'op', type: 'u8', length: 1, text: `${op}` },
  { name: 'flags', type: 'u8', length: 1, text: op === 2 ? '1 = three times follow' : '0' },
  { name: 'reserved', type: 'u16', length: 1, text: '0' },
  { name: 'epoch', type: 'u32', length: 1, text: 'number of the run' },
  { name: 'seq', type: 'u32', length: 1, text: 'to be acknowledged once it was drawn' },
  { name: 'count', type: 'u32', length: 1, text: countText },
  { name: 'simTime', type: 'f64', length: 1, text: 'simulated time, ms since 1970' },
]
const columns: LayoutField[] = [
  { name: 'value', type: 'u16', length: 'count', padTo: 4, text: "the layer's value × valueScale" },
  {
    name: 'state',
    type: 'u8',
    length: 'count',
    text: "1 + index in the layer's states; 0 = never reported, 255 = stale",
  },
]

const described = (fields: LayoutField[], texts: Record<string, string>): LayoutField[] =>
  fields.map((field) => ({ ...field, text: texts[field.name] ?? field.text }))

/** Server → client, binary, little-endian. */
export const BINARY_MESSAGES = {
  snapshot: [...header(1, 'all assets of the catalogue, in its order'), ...columns],
  outline: [
    ...described(header(4, 'all assets of the catalogue, in its order'), { seq: '0' }),
    { name: 'magnitude', type: 'u8', length: 'count', text: 'binary digits of the value' },
    ...columns.slice(1),
  ] satisfies LayoutField[],
  delta: [
    ...header(2, 'assets that follow'),
    { name: 'number', type: 'u32', length: 'count', text: 'asset number in the catalogue' },
    ...columns,
    { name: 'sent', type: 'f64', length: 1, text: 'flag 1: wall ms, oldest event told' },
    { name: 'told', type: 'f64', length: 1, text: 'flag 1: wall ms, told by its task' },
    {
      name: 'forwarded',
      type: 'f64',
      length: 1,
      text: 'flag 1: wall ms, forwarded by this server',
    },
  ] satisfies LayoutField[],
}
