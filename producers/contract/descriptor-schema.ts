// JSON Schema of the run's descriptor: declarations, measures and plan, from which anybody can recompute every reading.
import { type TSchema, Type } from 'typebox'
import type { Cue, Plan, Target, Text } from '../../seeds/contract.ts'
import type {
  CommandDeclaration,
  CommandEffect,
  Declaration,
  EventDeclaration,
  FieldWords,
  ItemDeclaration,
  Layer,
  LayerState,
} from './declaration.ts'
import { REACHES, SHAPES } from './declaration.ts'
import type { CountedDifference, Expr, Measure, Threshold } from './measures.ts'
import type { Descriptor, IncidentDeclaration, IncidentFront } from './records.ts'
import { count, district, hash, instant, runId, schemaOf } from './schema-of.ts'

const text = schemaOf<Text>()(Type.Object({ zh: Type.String(), en: Type.String() }))
const anySchema = <T>(description: string) => Type.Unsafe<T>({ type: 'object', description })
const milliseconds = (description: string) => Type.Number({ minimum: 0, description })
const cityDate = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'City date' })

/** `{car}` → words; physical units and `1` need none. */
const unitWords = Type.Record(Type.String(), text, {
  description: 'Words for annotations used as units, e.g. {car}',
})

/** The name under which an exported schema keeps the recursive expression. */
export const EXPR = 'expr'
const expr = Type.Unsafe<Expr>({ $ref: `#/definitions/${EXPR}` })
const pair = { type: 'array', items: expr, minItems: 2, maxItems: 2 }
const several = { type: 'array', items: expr, minItems: 1 }

/** An expression over one event's `data`: a literal, a field, or one operator with its operands. */
export const exprDefinition = {
  description: "A value computed from one event's data; exactly one operator per object",
  anyOf: [
    { type: 'number' },
    { type: 'string' },
    { type: 'boolean' },
    operator('field', { type: 'string' }, 'Value of that field of `data`'),
    operator('eq', pair),
    operator('ne', pair),
    operator('lt', pair),
    operator('le', pair),
    operator('gt', pair),
    operator('ge', pair),
    operator('and', several),
    operator('or', several),
    operator('not', expr),
    operator('add', several, 'Sum'),
    operator('sub', pair, 'First minus second'),
    operator('mul', several, 'Product'),
    operator('if', { ...pair, minItems: 3, maxItems: 3 }, '[condition, then, otherwise]'),
  ],
}

function operator(name: string, operands: object, description?: string) {
  return {
    type: 'object',
    properties: { [name]: operands },
    required: [name],
    additionalProperties: false,
    ...(description === undefined ? {} : { description }),
  }
}

const threshold = schemaOf<Threshold>()(
  Type.Object({
    below: Type.Optional(Type.Number({ description: 'Abnormal when value < below' })),
    above: Type.Optional(Type.Number({ description: 'Abnormal when value > above' })),
    againstUsual: Type.Optional(
      Type.Enum(['kpi', 'reading'], {
        type: 'string',
        description:
          "Bounds are of the value less usual's: in the KPI's unit, or 1 = all of usual's reading",
      }),
    ),
    windows: Type.Integer({ minimum: 1, description: 'So many final windows in a row' }),
    severity: Type.Enum(['warning', 'critical'], { type: 'string' }),
    scope: Type.Enum(['city', 'district'], { type: 'string' }),
  }),
)

const counted = schemaOf<CountedDifference>()(
  Type.Object(
    {
      label: text,
      unit: Type.String(),
      of: Type.Enum(['used', 'rest'], { type: 'string' }),
      per: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'Default 1' })),
    },
    {
      description:
        'What a difference between two runs comes to: the numerator, or the denominator less it, / per; of ratio and count summed over the windows, else as it stands',
    },
  ),
)

const measure = schemaOf<Measure>()(
  Type.Object({
    name: Type.String({ description: 'KPI id is <domain>.<name>' }),
    label: text,
    short: text,
    rule: Type.Object(text.properties, { description: 'Counting rule (口径) in words' }),
    kind: Type.Enum(['ratio', 'count', 'share', 'gauge', 'level'], { type: 'string' }),
    on: Type.Array(Type.String(), { description: 'Event names of this domain' }),
    unit: Type.String({ description: '1 for a fraction' }),
    decimals: Type.Integer({
      minimum: 0,
      maximum: 9,
      description: 'Terms are exact at so many decimals; sums are integers scaled by 10^decimals',
    }),
    used: Type.Optional(expr),
    of: Type.Optional(expr),
    value: Type.Optional(expr),
    counts: Type.Optional(expr),
    freshForMs: Type.Optional(milliseconds('Effective in this run; share, gauge and level only')),
    per: Type.Optional(Type.Literal('asset', { description: 'Never in a descriptor: expanded' })),
    asset: Type.Optional(Type.String({ description: "Only this asset's events count" })),
    good: Type.Union([Type.Enum(['up', 'down'], { type: 'string' }), Type.Null()]),
    thresholds: Type.Optional(Type.Array(threshold)),
    difference: Type.Optional(counted),
    headline: Type.Optional(Type.Integer({ minimum: 1 })),
    shading: Type.Optional(
      Type.Object(
        { from: Type.Number(), to: Type.Number() },
        {
          description:
            'What a map shades districts by, palest first; absent = 0 to 1 of a fraction',
        },
      ),
    ),
  }),
)

const layerState = schemaOf<LayerState>()(
  Type.Object({
    code: Type.String(),
    label: text,
    tone: Type.Enum(['normal', 'warning', 'critical', 'offline', 'muted'], { type: 'string' }),
  }),
)

const layer = schemaOf<Layer>()(
  Type.Object({
    shape: Type.Enum([...SHAPES], { type: 'string' }),
    order: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
    on: Type.Array(Type.String(), { description: 'Event names that set the state' }),
    states: Type.Array(layerState, {
      description: 'State byte of a map frame = 1 + index; 0 = never reported, 255 = stale',
    }),
    state: expr,
    value: expr,
    valueScale: Type.Number({ description: 'Map value u16 = round(value x valueScale), clamped' }),
    valueLabel: text,
    valueUnit: Type.String(),
    freshForMs: milliseconds('Silent for longer = stale'),
  }),
)

const fieldWords = schemaOf<FieldWords>()(
  Type.Object({
    label: text,
    unit: Type.Optional(Type.String()),
    values: Type.Optional(
      Type.Record(Type.String(), text, { description: 'Words for values that are codes' }),
    ),
    bars: Type.Optional(
      Type.Object(
        { each: text, by: Type.String(), size: Type.String() },
        {
          description:
            'Of a list of objects: what one is called, the property that numbers it, and the one that is its size',
        },
      ),
    ),
    together: Type.Optional(
      Type.Object(text.properties, {
        description:
          'Of an attribute: what it comes to when most assets with one value of it are abnormal at once',
      }),
    ),
  }),
)

const event = schemaOf<EventDeclaration>()(
  Type.Object({
    name: Type.String(),
    type: Type.String({ pattern: '^city\\.[a-z0-9-]+\\.[a-z0-9-]+\\.v[1-9]\\d*$' }),
    periodic: Type.Boolean({ description: 'The opening census emits this one' }),
    label: text,
    schema: anySchema<EventDeclaration['schema']>('JSON Schema of `data`'),
    fields: Type.Record(Type.String(), fieldWords),
  }),
)

const commandEffect = schemaOf<CommandEffect>()(
  Type.Object({
    kpi: Type.String(),
    where: Type.Enum(['target', 'reach'], { type: 'string' }),
    direction: Type.Enum(['up', 'down'], { type: 'string' }),
    least: Type.Number({ description: 'Size of the change in that direction; may be below 0' }),
    most: Type.Number(),
    unit: Type.Enum(['reading', 'kpi'], {
      type: 'string',
      description: 'What 1 is: the reading without the command, or one of the unit of the KPI',
    }),
    when: text,
    afterMs: milliseconds('Earliest difference, from when the command takes effect'),
    forMs: milliseconds('The bounds are those of the mean over so long from then on'),
  }),
)

const command = schemaOf<CommandDeclaration>()(
  Type.Object({
    name: Type.String(),
    label: text,
    args: anySchema<CommandDeclaration['args']>('JSON Schema of `args`'),
    effect: text,
    reach: Type.Enum([...REACHES], { type: 'string', description: 'How far it can reach' }),
    group: Type.Optional(
      Type.String({
        description: 'Attribute; every asset with the value of the target is reached',
      }),
    ),
    moves: Type.Array(commandEffect),
  }),
)

const items = schemaOf<ItemDeclaration>()(
  Type.Object({
    label: text,
    id: Type.String({ description: 'Field of `data` that names one' }),
    ends: Type.Array(Type.String(), { description: 'Events after which one is over' }),
    notes: Type.Optional(Type.Array(Type.String(), { description: 'Events that are no step' })),
    due: Type.Optional(Type.String({ description: 'Field: when the next step is due' })),
    shows: Type.Array(Type.String(), { description: 'Fields that are shown of one' }),
    opens: Type.Optional(
      Type.Object(
        {
          command: Type.String(),
          about: Type.String({ description: 'Argument for the id of what was noticed' }),
          note: Type.String({ description: 'Argument for words' }),
          args: Type.Record(Type.String(), Type.String()),
        },
        { description: 'How one is opened about something else that was noticed' },
      ),
    ),
  }),
)

const declaration = schemaOf<Declaration>()(
  Type.Object({
    domain: Type.String(),
    label: text,
    asset: text,
    cityWide: Type.Boolean({ description: 'Only the city scope has readings; never scaled' }),
    cadenceMs: milliseconds('Period of the periodic event in this run'),
    events: Type.Array(event),
    attributes: Type.Optional(
      Type.Record(Type.String(), fieldWords, { description: 'Of an asset in the catalogue' }),
    ),
    layer,
    units: Type.Optional(unitWords),
    measures: Type.Array(measure),
    items: Type.Optional(items),
    commands: Type.Array(command),
  }),
)

const grade = Type.Enum(['official', 'demo assumption'], { type: 'string' })

const target = schemaOf<Target>()(
  Type.Object({
    id: Type.String(),
    kpi: Type.String(),
    name: text,
    short: Type.Optional(text),
    value: Type.Number(),
    unit: Type.String(),
    due: cityDate,
    baseline: Type.Object({ date: cityDate, value: Type.Number(), grade, source: Type.String() }),
    grade,
    reported: Type.Optional(
      Type.Object(
        {
          every: Type.Enum(['year', 'quarter', 'month'], { type: 'string' }),
          lagDays: Type.Integer({ minimum: 0 }),
        },
        { description: 'Figures come by whole periods, so many days after each' },
      ),
    ),
    about: Type.Optional(
      Type.Number({ description: '“About”: so much less, as a fraction, is as good' }),
    ),
    clause: text,
    wording: Type.Optional(
      Type.Literal('paraphrase', { description: 'The clause’s own words were not found' }),
    ),
    document: text,
    documentDate: cityDate,
    source: Type.String(),
    rule: text,
  }),
)

const planned = Type.Record(
  Type.String(),
  Type.Record(Type.String({ pattern: '^\\d{6}$' }), Type.Number({ minimum: 0 })),
  { description: 'Planned numbers of the share KPIs by KPI and scope, unscaled' },
)

const plan = schemaOf<Plan>()(
  Type.Object({
    targets: Type.Array(target),
    planned,
    notice: Type.Optional(text),
    units: Type.Optional(unitWords),
  }),
)

const incidentFront = schemaOf<IncidentFront>()(
  Type.Object(
    {
      towards: Type.String({ description: 'Parameter: where it moves, degrees from north' }),
      towardsDefault: Type.Number(),
      perRadius: Type.Number({ description: 'Half its width by the radius of the place' }),
      leastKm: Type.Number({ description: 'Half its width at least' }),
    },
    { description: 'It crosses its place as a band, strongest in the middle, in its time' },
  ),
)

export const incidentDeclaration = schemaOf<IncidentDeclaration>()(
  Type.Object({
    kind: Type.String(),
    label: text,
    about: text,
    parameters: anySchema<TSchema>('JSON Schema of `parameters`'),
    route: Type.Boolean({ description: 'Its place must be a route' }),
    front: Type.Optional(incidentFront),
  }),
)

export const cue = schemaOf<Cue>()(
  Type.Object({
    at: instant('Sim time at which it is reached'),
    title: text,
    say: Type.Optional(text),
    camera: Type.Optional(
      Type.Object({ lon: Type.Number(), lat: Type.Number(), zoom: Type.Number() }),
    ),
    highlight: Type.Optional(Type.Array(Type.String(), { description: 'KPIs it is about' })),
    speed: Type.Optional(Type.Number({ description: 'To be asked from here on' })),
    hold: Type.Optional(Type.Boolean({ description: 'The clock is to stop here' })),
  }),
)

export const descriptorSchema = schemaOf<Descriptor>()(
  Type.Object({
    run: runId,
    seed: count(),
    scenario: Type.String(),
    title: text,
    city: Type.String(),
    scopes: Type.Optional(
      Type.Array(Type.Object({ code: district, name: text }), {
        description:
          'Names of the codes that events and readings carry: the whole city first, then its districts',
      }),
    ),
    digest: hash('Digest of the effective scenario, the seeds and P'),
    start: instant('First instant of the first window'),
    end: instant('The run ends here, if nobody stops it'),
    partitions: Type.Integer({ minimum: 1, maximum: 240, description: 'P of the domain topics' }),
    scale: Type.Number({ exclusiveMinimum: 0, description: 'Share of the assets that exist' }),
    window: milliseconds('Length of a window'),
    tick: milliseconds('Distance of ticks'),
    allowedLateness: milliseconds('A window closes this long after its end'),
    truth: Type.Boolean({ description: 'The truth stream is written' }),
    shards: Type.Integer({ minimum: 1, description: 'Producer processes' }),
    speed: Type.Number({ description: 'Asked at the start' }),
    catalogue: hash('Of the catalogue of assets'),
    declarations: Type.Record(Type.String(), declaration, { description: 'By domain' }),
    incidents: Type.Optional(
      Type.Array(incidentDeclaration, { description: 'Kinds of incidents' }),
    ),
    cues: Type.Optional(Type.Array(cue, { description: 'A presenter’s walk' })),
    plan,
  }),
)
