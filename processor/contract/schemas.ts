// JSON Schemas and binary layouts of the records that the processor writes, tied to their types: what docs/contracts publishes.
import { Type } from 'typebox'
import { COMMAND_ID } from '../../producers/contract/keys.ts'
import {
  count,
  district,
  epoch,
  hash,
  instant,
  orNull,
  partition,
  schemaOf,
} from '../../producers/contract/schema-of.ts'
import { ledgerSchema } from '../../producers/contract/schemas.ts'
import { SENT_HEADER } from './frame.ts'
import {
  type AgainstUsual,
  type Alert,
  type KpiReading,
  type LedgerBreak,
  type LedgerReading,
  type MissingEvent,
  OWNER_HEADER,
  type Rejected,
  type ScopeReading,
} from './types.ts'

export const scopeReadingSchema = schemaOf<ScopeReading>()(
  Type.Object({
    value: orNull(Type.Number(), 'Weighted, 6 decimals; null = nothing to divide by'),
    numerator: Type.Number({ description: 'Before weight' }),
    denominator: orNull(Type.Number(), 'Before weight; null for count and level'),
    n: count('Events (ratio, count) or assets (share, gauge, level) that entered'),
  }),
)

const STATUSES = ['met', 'ahead', 'on-track', 'behind', 'missed', 'no-data', 'warming-up'] as const

const COMPARED = 'Compared with the truth stream cell by cell; null = the run has none'

const INCOMPLETE = 'Records were gone before a task could read them: no final will follow'

/** Any of them; the records' own schemas below say which fields belong together. */
export const kpiReadingSchema = schemaOf<KpiReading>()(
  Type.Object({
    epoch,
    kpi: Type.String({ description: '<domain>.<measure>' }),
    window: Type.Object({
      kind: Type.Enum(['window', 'day'], { type: 'string' }),
      start: instant('Of a day: 00:00 Asia/Shanghai or the start of the run, whichever is later'),
      end: instant('Exclusive'),
    }),
    final: Type.Boolean({ description: 'Made of closed windows only' }),
    watermark: instant('Everything older than this is in the reading'),
    weight: Type.Number({
      exclusiveMinimum: 0,
      description: '1/scale for share, count and level of scaled domains, else 1',
    }),
    unit: Type.String(),
    target: orNull(Type.String(), 'Id of the plan target'),
    expected: orNull(Type.Number(), "The plan's line at the watermark; day only"),
    status: orNull(Type.Enum([...STATUSES], { type: 'string' }), 'Of the city; day only'),
    truth: orNull(Type.Enum(['equal', 'differs', 'pending'], { type: 'string' }), COMPARED),
    incomplete: Type.Optional(Type.Literal(true, { description: INCOMPLETE })),
    scopes: Type.Record(Type.String({ pattern: '^\\d{6}$' }), scopeReadingSchema, {
      description: 'All scopes always, the whole city first',
    }),
  }),
)
const reading = kpiReadingSchema.properties

const compared = orNull(Type.Enum(['equal', 'differs'], { type: 'string' }), COMPARED)

const kind = (name: 'window' | 'day') =>
  Type.Object({ ...reading.window.properties, kind: Type.Literal(name) })

/** Expected and status compare a day with the plan, never a window. */
export const windowReadingSchema = Type.Object({
  ...reading,
  window: kind('window'),
  final: Type.Literal(true),
  expected: Type.Null(),
  status: Type.Null(),
  truth: compared,
})

export const dayReadingSchema = Type.Object({
  ...reading,
  window: kind('day'),
  final: Type.Literal(true),
  truth: compared,
})

export const provisionalReadingSchema = Type.Object({
  ...reading,
  final: Type.Literal(false),
  truth: Type.Literal('pending'),
})

const twin = Type.String({
  pattern: `^${COMMAND_ID}$`,
  description: 'usual = without incidents and commands; else the id of the command left out',
})

export const twinWindowSchema = Type.Object({ ...windowReadingSchema.properties, twin })
export const twinDaySchema = Type.Object({ ...dayReadingSchema.properties, twin })
export const twinProvisionalSchema = Type.Object({ ...provisionalReadingSchema.properties, twin })

export const missingEventSchema = schemaOf<MissingEvent>()(
  Type.Object({
    asset: Type.String(),
    district,
    seq: Type.Integer({ minimum: 1 }),
    after: orNull(instant(), "Time of the asset's last event before it; null = it had none"),
    before: instant('Time of the event that gave it away'),
  }),
)

export const breakSchema = schemaOf<LedgerBreak>()(
  Type.Object({
    from: instant(),
    to: instant('Exclusive'),
    expected: count("Events by the ticks' count"),
    got: count('Events that arrived'),
    unexplained: Type.Integer({
      description: 'Missing and explained by no injected fault; negative = came too much',
    }),
    altered: Type.Boolean({
      description:
        'All are there, no fault was injected, and the bytes or their order are not those hashed',
    }),
    returned: count('Missing ones that came in a later interval'),
    missing: Type.Array(missingEventSchema, {
      maxItems: 20,
      description:
        'By name, as soon as the asset reports again; only where something is unexplained',
    }),
  }),
)

export const ledgerReadingSchema = schemaOf<LedgerReading>()(
  Type.Object({
    epoch,
    domain: Type.String(),
    partition,
    watermark: instant('The last tick'),
    ...ledgerSchema.properties,
    chain: hash('Recomputed from the events that arrived'),
    chainEqual: Type.Boolean({ description: "Equal to the last tick's chain" }),
    breaks: Type.Array(breakSchema, {
      maxItems: 20,
      description: 'Tick intervals that do not add up, newest last; explained ones go first',
    }),
    incomplete: Type.Optional(Type.Literal(true, { description: INCOMPLETE })),
  }),
)

const againstUsual = schemaOf<AgainstUsual>()(
  Type.Object(
    {
      usual: orNull(Type.Number(), 'The reading of the twin `usual`'),
      difference: orNull(Type.Number(), 'Value less usual'),
      unit: Type.Enum(['kpi', 'reading'], {
        type: 'string',
        description:
          "What 1 of the difference is: one of the KPI's unit, or all of usual's reading",
      }),
    },
    { description: 'Of an alert that was judged against usual' },
  ),
)

export const alertSchema = schemaOf<Alert>()(
  Type.Object({
    epoch,
    id: Type.String(),
    kpi: Type.String(),
    scope: Type.String({ pattern: '^\\d{6}$' }),
    severity: Type.Enum(['warning', 'critical'], { type: 'string' }),
    openedAt: instant('End of the window that opened it'),
    closedAt: orNull(instant(), 'End of the window that closed it; null = open'),
    value: orNull(Type.Number(), 'Reading that opened or closed it'),
    threshold: Type.Number({ description: 'Of the value, or of its difference from usual' }),
    windows: Type.Integer({ minimum: 1 }),
    against: Type.Optional(againstUsual),
  }),
)

const REASONS = [
  'null',
  'not-json',
  'schema',
  'unknown-asset',
  'too-large',
  'foreign-run',
  'encoding',
] as const

const rejected = schemaOf<Rejected>()(
  Type.Object({
    topic: Type.String({ description: 'Source of the record' }),
    partition: count(),
    offset: Type.String({ pattern: '^\\d+$' }),
    reason: Type.Enum([...REASONS, 'late'], { type: 'string' }),
    detail: Type.String({ description: 'Where, what was got, what was expected' }),
    key: orNull(Type.String(), 'UTF-8, at most 1 KiB'),
    value: orNull(Type.String({ contentEncoding: 'base64' }), 'The first 64 KiB'),
    sha256: orNull(hash('Of the whole value')),
    bytes: count('Length of the whole value'),
  }),
).properties

/** One record shape on two topics. */
export const deadLetterSchema = Type.Object({
  ...rejected,
  reason: Type.Enum([...REASONS], { type: 'string' }),
})
export const lateSchema = Type.Object({ ...rejected, reason: Type.Literal('late') })

/** Little-endian; `length` is 1, or names the field that counts the items. */
export type LayoutField = {
  name: string
  type: 'u8' | 'u16' | 'u32' | 'f64'
  length: 1 | 'count'
  /** Zero bytes follow until the next field starts at a multiple of this. */
  padTo?: number
  text: string
}

/** What encodeFrame writes (contract.ts). */
export const FRAME_LAYOUT: LayoutField[] = [
  { name: 'magic', type: 'u32', length: 1, text: '0x31464348, the bytes "HCF1"' },
  { name: 'epoch', type: 'u32', length: 1, text: 'number of the run' },
  {
    name: 'offset',
    type: 'f64',
    length: 1,
    text: 'last input offset; ignore frames with a lower one',
  },
  { name: 'time', type: 'f64', length: 1, text: 'simulated time, ms since 1970' },
  { name: 'flags', type: 'u32', length: 1, text: '1 = keyframe: all assets of the task' },
  { name: 'count', type: 'u32', length: 1, text: 'number of assets that follow' },
  { name: 'number', type: 'u32', length: 'count', text: 'asset number in the catalogue' },
  { name: 'value', type: 'u16', length: 'count', padTo: 4, text: "the layer's value x valueScale" },
  {
    name: 'state',
    type: 'u8',
    length: 'count',
    text: "1 + index in the layer's states; 0 = never reported, 255 = stale",
  },
]

/** Headers of a frame's record. */
export const frameHeadersSchema = Type.Object({
  catalogue: hash('Of the catalogue that numbers the assets'),
  [SENT_HEADER]: Type.Optional(
    Type.String({
      format: 'binary',
      description:
        'Little-endian f64 oldest, f64 newest: intended send time (wall clock, ms) of the events told; absent without any',
    }),
  ),
})

/** Headers of a ledger's record. */
export const ledgerHeadersSchema = Type.Object({
  [OWNER_HEADER]: Type.Optional(
    Type.String({ description: 'The processor that owns the task; in no value' }),
  ),
})

/** The part of a checkpoint that may be read without unpacking (checkpoint.ts); the rest is private to the processor. */
export const CHECKPOINT_LAYOUT: LayoutField[] = [
  { name: 'magic', type: 'u32', length: 1, text: '0x314b4348, the bytes "HCK1"' },
  { name: 'stateVersion', type: 'u32', length: 1, text: 'other versions are discarded' },
  { name: 'epoch', type: 'f64', length: 1, text: 'number of the run' },
  { name: 'nextOffset', type: 'f64', length: 1, text: 'first input offset that is not covered' },
]
