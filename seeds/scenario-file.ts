// The shape of seeds/<city>/scenarios/<name>.json. Instants and durations are ISO 8601 texts; offsets count from the start.
import { type Static, Type } from 'typebox'
import { TextSchema } from './places.ts'

const exactly = { additionalProperties: false }
const Words = Type.String({ minLength: 1 })
const Positive = Type.Number({ exclusiveMinimum: 0 })
const Share = Type.Number({ minimum: 0, maximum: 1 })
export const MAX_SEED = 4_294_967_295
export const SCALES = { minimum: 0.01, maximum: 10 }

const CadenceSchema = Type.Object(
  {
    every: Words,
    /** `aligned`: every asset reports at the same instant, as counters of real networks do. Default spread. */
    phase: Type.Optional(
      Type.Union([Type.Literal('spread'), Type.Literal('aligned')], {
        expected: 'spread or aligned',
      }),
    ),
  },
  exactly,
)
const IncidentSchema = Type.Object(
  { id: Words, kind: Words, at: Words, for: Words, place: Words, severity: Share },
  exactly,
)
const FaultSchema = Type.Object(
  {
    kind: Type.Union(
      [
        Type.Literal('drop'),
        Type.Literal('duplicate'),
        Type.Literal('late'),
        Type.Literal('corrupt'),
        Type.Literal('gateway-outage'),
      ],
      { expected: 'drop, duplicate, late, corrupt or gateway-outage' },
    ),
    domain: Words,
    share: Share,
    from: Words,
    for: Words,
    /** Needed by `late` only. */
    delay: Type.Optional(Words),
  },
  exactly,
)
const CueSchema = Type.Object(
  {
    at: Words,
    title: TextSchema,
    say: Type.Optional(TextSchema),
    camera: Type.Optional(
      Type.Object({ lon: Type.Number(), lat: Type.Number(), zoom: Positive }, exactly),
    ),
    /** KPI ids. */
    highlight: Type.Optional(Type.Array(Words)),
    speed: Type.Optional(Positive),
    /** Stop the clock when the cue is reached. */
    hold: Type.Optional(Type.Boolean()),
  },
  exactly,
)

export const ScenarioSchema = Type.Object(
  {
    title: TextSchema,
    seed: Type.Integer({ minimum: 0, maximum: MAX_SEED, expected: `0 to ${MAX_SEED}` }),
    start: Words,
    duration: Type.Optional(Words),
    speed: Type.Optional(Positive),
    scale: Type.Optional(Type.Number(SCALES)),
    domains: Type.Optional(Type.Array(Words, { minItems: 1 })),
    window: Type.Optional(Words),
    tick: Type.Optional(Words),
    allowedLateness: Type.Optional(Words),
    cadence: Type.Optional(Type.Record(Type.String(), CadenceSchema)),
    demand: Type.Optional(Type.Record(Type.String(), Type.Number({ minimum: 0 }))),
    incidents: Type.Optional(Type.Array(IncidentSchema)),
    faults: Type.Optional(Type.Array(FaultSchema)),
    cues: Type.Optional(Type.Array(CueSchema)),
  },
  exactly,
)

export type ScenarioFile = Static<typeof ScenarioSchema>
