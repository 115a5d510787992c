// JSON Schemas of the records that producers write, each tied to its type: what docs/contracts publishes of them.
import { type TSchema, Type } from 'typebox'
import { type IncidentPlace, SEVERITIES } from '../../seeds/contract.ts'
import { IncidentPlaceSchema } from '../../seeds/scenario/incident-place.ts'
import type { Declaration, EventDeclaration } from './declaration.ts'
import { COMMAND_ID } from './keys.ts'
import {
  type AcceptedCommand,
  type Announcement,
  type Cell,
  type Command,
  type CommandResult,
  type Horizon,
  type IncidentRecord,
  type Injected,
  type Ledger,
  type MeasurePartial,
  type Partial,
  type Progress,
  RUN_STARTED_TYPE,
  type RunEnd,
  type RunStarted,
  TICK_TYPE,
  type Tick,
} from './records.ts'
import {
  count,
  district,
  epoch,
  hash,
  instant,
  orNull,
  partition,
  runId,
  schemaOf,
} from './schema-of.ts'

const specversion = Type.Literal('1.0', { description: 'CloudEvents 1.0, structured JSON' })

export const injectedSchema = schemaOf<Injected>()(
  Type.Object(
    {
      drop: count('Counted, never written'),
      duplicate: count('Written twice'),
      late: count('Written later than their place in the order'),
      corrupt: count('Written cut in half, so that they do not parse'),
      held: count('Counted, not yet written at this tick'),
    },
    { description: 'Injected faults so far; all 0 unless the scenario has faults' },
  ),
)

/** Envelope of the records that producers write without a key. */
const marker = <T extends string>(type: T, id: string, time: string) => ({
  specversion,
  id: Type.String({ description: id }),
  source: Type.String({ pattern: '^/huacheng/r-[0-9a-f]{12}/producers$' }),
  type: Type.Literal(type),
  time: instant(time),
})

export const tickSchema = schemaOf<Tick>()(
  Type.Object({
    ...marker(
      TICK_TYPE,
      'tick-<domain>-<partition>-<time>',
      'Nothing older than this follows in this topic-partition',
    ),
    data: Type.Object({
      epoch,
      partition,
      count: count(
        'Events of this topic-partition since run-started, census included, before faults',
      ),
      injected: injectedSchema,
      chain: hash('SHA-256 chain over all events up to here, before faults, hex'),
    }),
  }),
)

export const runStartedSchema = schemaOf<RunStarted>()(
  Type.Object({
    ...marker(RUN_STARTED_TYPE, 'run-started-<domain>-<partition>-<epoch>', 'Start of the run'),
    data: Type.Object({
      epoch,
      run: runId,
      seed: count(),
      scenarioDigest: hash('Digest of the effective scenario, the seeds and P'),
      start: instant('Start of the run'),
      partition,
    }),
  }),
)

/** Schema of the whole value of one event; the envelope is the same for every domain. */
export function eventSchema(declaration: Declaration, event: EventDeclaration): TSchema {
  const id = '^[0-9a-z]+-\\d{6}-[0-9a-z-]+'
  return Type.Object({
    specversion,
    id: Type.String({ pattern: `${id}:[1-9]\\d*$`, description: '<subject>:<seq>' }),
    source: Type.String({ pattern: `^/huacheng/r-[0-9a-f]{12}/${declaration.domain}$` }),
    type: Type.Literal(event.type),
    subject: Type.String({ pattern: `${id}$`, description: 'Asset id, equal to the record key' }),
    time: instant('Event time, simulated clock'),
    seq: Type.Integer({
      minimum: 1,
      description: "Number of the asset's event in this run, no gaps",
    }),
    district,
    cause: Type.Optional(Type.String({ description: 'Incident that caused the event' })),
    data: withLabels(event),
  })
}

/** The `data` schema, with the declaration's labels and units as descriptions. */
function withLabels({ schema, fields }: EventDeclaration): TSchema {
  const data = JSON.parse(JSON.stringify(schema)) as { properties?: Record<string, object> }
  const properties = Object.entries(data.properties ?? {}).map(([name, property]) => {
    const field = fields[name]
    if (!field) return [name, property]
    const unit = field.unit === undefined ? '' : `, unit ${field.unit}`
    return [name, { description: `${field.label.en} · ${field.label.zh}${unit}`, ...property }]
  })
  return { ...data, properties: Object.fromEntries(properties) } as TSchema
}

const term = count(
  'Offset in `run` at which its conductor announced itself; what an earlier term says after that is void',
)

export const horizonSchema = schemaOf<Horizon>()(
  Type.Object({
    h: instant('The city may be simulated up to here; later horizons never lie earlier'),
    simAnchor: instant('Simulated time that belongs to `wallAnchor`'),
    wallAnchor: Type.Integer({ description: 'Wall clock, ms since 1970' }),
    speed: Type.Number({
      minimum: 0,
      description: 'Simulated seconds per wall second; 0 = paused, 1000000 = as fast as possible',
    }),
    jumpTo: Type.Optional(instant('Until it is there the city goes as fast as it can')),
    pauseAt: Type.Optional(instant('The clock will stand still when it is there')),
    slept: Type.Optional(
      count('It stands still because the machine slept, or stalled, for so many wall ms'),
    ),
    term,
  }),
)

export const announcementSchema = schemaOf<Announcement>()(Type.Object({ run: runId }))

export const progressSchema = schemaOf<Progress>()(
  Type.Object({
    shard: count('Producer process'),
    simulatedTo: instant('It has simulated this far'),
  }),
)

export const runEndSchema = schemaOf<RunEnd>()(
  Type.Object({
    at: instant('Last simulated instant'),
    reason: Type.Enum(['duration', 'stop', 'restart'], { type: 'string' }),
    term,
  }),
)

/** Of names, which are short; other people's need not be. */
const MOST_CHARACTERS = 100

/** As asked for on `command`. */
export const commandSchema = schemaOf<Command>()(
  Type.Object({
    id: Type.String({
      pattern: `^${COMMAND_ID}$`,
      description: 'Chosen by the sender; the same id happens once',
    }),
    name: Type.String({
      maxLength: MOST_CHARACTERS,
      description: 'clock.…, run.… or a command that a declaration lists',
    }),
    target: Type.Optional(
      Type.String({
        maxLength: MOST_CHARACTERS,
        description: 'Asset id; none for clock and run commands',
      }),
    ),
    args: Type.Record(Type.String(), Type.Unknown(), { description: "The command's arguments" }),
    by: Type.String({ maxLength: MOST_CHARACTERS, description: 'Who asks' }),
  }),
)

/** As the conductor writes it to `run`: a fact with a simulated time. */
export const acceptedCommandSchema = schemaOf<AcceptedCommand>()(
  Type.Object({
    ...commandSchema.properties,
    effectiveAt: instant('Simulated time at which it happens'),
    term,
  }),
)

/** Without what only our own messages about bad files use. */
const published = (schema: TSchema) =>
  JSON.parse(JSON.stringify(schema), (key, value) => (key === 'expected' ? undefined : value))

/** Ground truth on `incident`. */
export const incidentSchema = schemaOf<IncidentRecord>()(
  Type.Object({
    epoch,
    id: Type.String({ pattern: `^${COMMAND_ID}$`, description: 'Of the scenario, or its command' }),
    kind: Type.String({ description: "One of the descriptor's `incidents`" }),
    place: Type.Unsafe<IncidentPlace>(published(IncidentPlaceSchema)),
    severity: Type.Enum([...SEVERITIES], { type: 'string' }),
    from: instant('Its cause begins'),
    until: instant('Its cause ends, as far as it is known; what it left behind may last longer'),
    parameters: Type.Record(Type.String(), Type.Unknown(), {
      description: 'What its kind asks for',
    }),
    by: Type.String({ description: '`scenario`, or who sent the command' }),
  }),
)

export const commandResultSchema = schemaOf<CommandResult>()(
  Type.Object({
    id: Type.String({ pattern: `^${COMMAND_ID}$`, description: 'Of the command' }),
    ok: Type.Boolean(),
    error: Type.Optional(Type.String({ description: 'Why not, in words; only when not ok' })),
    effectiveAt: Type.Optional(instant('Simulated time of acceptance')),
  }),
)

export const cellSchema = schemaOf<Cell>()(
  Type.Tuple([Type.Integer(), orNull(Type.Integer()), count()], {
    description:
      '[numerator, denominator, n]; sums are integers scaled by 10^decimals of the measure',
  }),
)

const cells = Type.Record(Type.String({ pattern: '^\\d{6}$' }), cellSchema, {
  description: 'By district; a district where nothing entered is absent',
})

export const measurePartialSchema = schemaOf<MeasurePartial>()(
  Type.Object({ window: cells, day: cells }),
)

const measures = Type.Record(Type.String(), measurePartialSchema, {
  description: 'By measure name: sums of the window and of the day so far',
})

export const ledgerSchema = schemaOf<Ledger>()(
  Type.Object({
    read: count('folded + duplicate + late + deadLetter'),
    folded: count('Entered the sums (as of the last tick)'),
    duplicate: count('Seen before, by (subject, seq)'),
    late: count('Their window was closed (as of the last tick)'),
    deadLetter: count('Refused, with a reason'),
    produced: count("The last tick's count"),
    injected: injectedSchema,
    unexplained: Type.Integer({
      description: 'produced - folded - late - held - drop - corrupt; must be 0',
    }),
  }),
)

type FinalPartial = Omit<Required<Partial>, 'provisional' | 'offset' | 'watermark' | 'incomplete'>

/** A truth partial has no ledger and is always final. */
export const truthSchema = schemaOf<Omit<FinalPartial, 'ledger'>>()(
  Type.Object({
    epoch,
    domain: Type.String(),
    partition,
    start: instant('Start of the window'),
    end: instant('End of the window, exclusive'),
    measures,
  }),
)

export const finalPartialSchema = schemaOf<FinalPartial>()(
  Type.Object({ ...truthSchema.properties, ledger: ledgerSchema }),
)

export const provisionalPartialSchema = schemaOf<
  Required<Omit<Partial, 'incomplete'>> & Pick<Partial, 'incomplete'>
>()(
  Type.Object({
    ...finalPartialSchema.properties,
    provisional: Type.Literal(true, { description: 'The window is still open' }),
    offset: Type.String({ pattern: '^-?\\d+$', description: 'Last input offset' }),
    watermark: instant('The last tick'),
    incomplete: Type.Optional(
      Type.Literal(true, {
        description: 'Records of the run were gone: this task tells no finals',
      }),
    ),
  }),
)
