// JSON Schemas of proof, ledger, engine room and lineage, each tied to its type in proof-messages.ts.
import { Type } from 'typebox'
import {
  ledgerReadingSchema,
  missingEventSchema,
  scopeReadingSchema,
} from '../../../processor/contract/schemas.ts'
import {
  count,
  hash,
  instant,
  orNull,
  partition,
  schemaOf,
} from '../../../producers/contract/schema-of.ts'
import { cellSchema } from '../../../producers/contract/schemas.ts'
import type {
  BrokenView,
  EngineView,
  HealthView,
  IgnoredView,
  LedgerView,
  LineagePart,
  LineageView,
  ProofView,
  RawEvent,
  ReadingsView,
  TaskView,
  TopicView,
} from '../../messages.ts'
import { number, offset, string, wallMs, word } from './shapes.ts'

const broken = schemaOf<BrokenView>()(
  Type.Object({
    domain: Type.String(),
    partition,
    from: instant(),
    to: instant('Exclusive'),
    unexplained: Type.Integer({
      description: 'Missing; negative = too many; 0 = the bytes are other ones',
    }),
    named: orNull(missingEventSchema),
  }),
)

export const ledgerView = schemaOf<LedgerView>()(
  Type.Object({
    read: count(),
    folded: count(),
    duplicate: count(),
    late: count(),
    deadLetter: count(),
    produced: count(),
    injected: count('Events that a fault of the scenario was injected into'),
    lost: Type.Optional(count('Of these, dropped or corrupted')),
    returned: Type.Optional(count('Missed by nobody’s plan, and delivered after all')),
    held: count(),
    unexplained: Type.Integer({ description: 'produced - folded - late - held - lost; must be 0' }),
    tasks: count(),
    balanced: Type.Boolean(),
    broken: Type.Array(broken, { maxItems: 20, description: 'Newest first' }),
  }),
)

export const healthView = schemaOf<HealthView>()(
  Type.Object({
    eventsPerSecond: Type.Union([Type.Number(), Type.Null()]),
    lagSimMs: number('Freshest horizon minus slowest watermark, simulated ms'),
    clients: count('Open sockets'),
  }),
)

export const taskView = schemaOf<TaskView>()(
  Type.Object({
    ...ledgerReadingSchema.properties,
    owner: orNull(Type.String(), 'The processor that owns the task'),
    toldAt: wallMs,
  }),
)

export const proofView = schemaOf<ProofView>()(
  Type.Object({
    digest: orNull(
      Type.Object({
        tick: instant('The newest at which every chain is known'),
        digest: hash('Of the city'),
        equal: Type.Boolean({ description: 'Every chain is what the producers published' }),
        chains: Type.Record(Type.String(), Type.String()),
      }),
    ),
    commands: Type.Object({
      digest: orNull(Type.String(), 'Recomputes it from the seed alone'),
      audit: orNull(Type.String(), "Recomputes it from the broker's records"),
    }),
    unknownScenario: orNull(
      Type.String(),
      "The run's scenario where this server has none that gives this run: then nothing recomputes it here",
    ),
    interventions: Type.Object(
      { count: count(), first: orNull(Type.String()) },
      { description: "Operators' commands that changed the city" },
    ),
    truth: Type.Object({
      windows: Type.Array(instant('End of a window')),
      rows: Type.Array(
        Type.Object({
          kpi: Type.String(),
          marks: string('One per window: = equal, ! differs, . not compared'),
        }),
      ),
    }),
  }),
)

const topicView = schemaOf<TopicView>()(
  Type.Object({
    topic: Type.String(),
    partitions: count(),
    held: count('Offsets that the log holds'),
    written: count('Offsets ever written'),
    perSecond: orNull(Type.Number()),
    lag: orNull(Type.Number(), 'Records that the processor has not read yet'),
  }),
)

const ignoredView = schemaOf<IgnoredView>()(
  Type.Object(
    {
      topic: Type.String(),
      reason: string('As in huacheng_records_ignored_total'),
      count: count(),
      last: Type.Object({ partition, offset, detail: Type.String(), at: wallMs }),
    },
    { description: 'Records that were read and fit nothing' },
  ),
)

const readingsView = schemaOf<ReadingsView>()(
  Type.Object(
    {
      topic: Type.String(),
      engine: orNull(word('processor', 'flink-sql'), 'As their format tells; null = none came yet'),
      lag: orNull(count(), 'Events that it had not read when it said so last; null = nobody says'),
      waiting: count('Windows that are not shown, because not all of their scopes have come'),
      rewritten: count('Cells that were written again and said something else'),
      otherRuns: count('Lines of other runs, of which nothing is shown'),
    },
    { description: 'Where the readings come from' },
  ),
)

export const engineView = schemaOf<EngineView>()(
  Type.Object({
    readings: readingsView,
    topics: Type.Array(topicView),
    loop: Type.Object(
      { p50: Type.Number(), p99: Type.Number(), max: Type.Number() },
      { description: "Delay of this server's event loop, ms" },
    ),
    memoryBytes: Type.Number(),
    stalls: orNull(Type.Number(), 'Steps at which the horizon waited'),
    clients: Type.Array(
      Type.Object({
        inFlight: count('Binary messages without an acknowledgement'),
        waiting: count('Assets that wait for one'),
        bufferedBytes: count(),
      }),
    ),
    problems: Type.Array(Type.String(), { description: 'Topics that cannot be read right now' }),
    ignored: Type.Array(ignoredView),
  }),
)

const rawEvent = schemaOf<RawEvent>()(
  Type.Object({
    topic: Type.String(),
    partition,
    offset,
    time: instant(),
    text: string("The record's value exactly"),
  }),
)
const part = schemaOf<LineagePart>()(Type.Object({ partition, offset, cell: cellSchema }))

export const lineageView = schemaOf<LineageView>()(
  Type.Object({
    kpi: Type.String(),
    scope: Type.String(),
    window: Type.Object({ kind: word('window', 'day'), start: instant(), end: instant() }),
    decimals: count('Sums are integers scaled by 10^decimals'),
    parts: Type.Array(part, { description: 'One per topic-partition of which something entered' }),
    empty: count('Topic-partitions of which nothing entered'),
    total: orNull(scopeReadingSchema, 'What the final itself says of the scope'),
    events: orNull(
      Type.Object({
        partition,
        read: count('Records looked at'),
        matched: count('Of these, read by the measure'),
        list: Type.Array(rawEvent, { description: 'Newest first' }),
      }),
    ),
    notes: Type.Array(Type.String()),
  }),
)
