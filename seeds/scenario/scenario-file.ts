// The shape of seeds/<city>/scenarios/<name>.json. Instants and durations are ISO 8601 texts; offsets count from the start.
import { type Static, Type } from 'typebox'
import { TextSchema } from '../load/text-schema.ts'
import { IncidentPlaceSchema, SeveritySchema } from './incident-place.ts'

const exactly = { additionalProperties: false }
const Words = Type.String({ minLength: 1 })
const Longitude = Type.Number({ minimum: -180, maximum: 180, expected: '-180 to 180' })
const Latitude = Type.Number({ minimum: -90, maximum: 90, expected: '-90 to 90' })
const Zoom = Type.Number({ minimum: 0, maximum: 24, expected: '0 to 24' })
const Share = Type.Number({ minimum: 0, maximum: 1 })
export const MAX_SEED = 4_294_967_295
export const SCALES = { minimum: 0.01, maximum: 10 }
/** Sim seconds per wall second; the upper end is as fast as it goes. */
export const SPEEDS = { minimum: 0.01, maximum: 1_000_000 }
/** More demand than this and the first instant never ends. */
const MOST_DEMAND = 100
/** Each asset asks all of them. */
const MOST_INCIDENTS = 100

const Speed = Type.Number({ ...SPEEDS, expected: `${SPEEDS.minimum} to ${SPEEDS.maximum}` })

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
const IncidentSchema = Type.Object(
  {
    id: Type.String({
      pattern: '^[A-Za-z0-9._-]{1,64}$',
      expected: 'up to 64 of A-Z a-z 0-9 . _ -',
    }),
    /** One of those that `npx huacheng list incidents` names. */
    kind: Words,
    at: Words,
    for: Words,
    place: IncidentPlaceSchema,
    /** Colours of the warning signals; default orange. */
    severity: Type.Optional(SeveritySchema),
    /** What the kind asks for besides. */
    parameters: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  exactly,
)
const CueSchema = Type.Object(
  {
    at: Words,
    title: TextSchema,
    say: Type.Optional(TextSchema),
    camera: Type.Optional(Type.Object({ lon: Longitude, lat: Latitude, zoom: Zoom }, exactly)),
    /** KPI ids. */
    highlight: Type.Optional(Type.Array(Words)),
    speed: Type.Optional(Speed),
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
    speed: Type.Optional(Speed),
    scale: Type.Optional(Type.Number(SCALES)),
    domains: Type.Optional(Type.Array(Words, { minItems: 1 })),
    window: Type.Optional(Words),
    tick: Type.Optional(Words),
    allowedLateness: Type.Optional(Words),
    cadence: Type.Optional(Type.Record(Type.String(), CadenceSchema)),
    demand: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Number({ minimum: 0, maximum: MOST_DEMAND, expected: `0 to ${MOST_DEMAND}` }),
      ),
    ),
    incidents: Type.Optional(Type.Array(IncidentSchema, { maxItems: MOST_INCIDENTS })),
    faults: Type.Optional(Type.Array(FaultSchema)),
    cues: Type.Optional(Type.Array(CueSchema)),
  },
  exactly,
)

export type ScenarioFile = Static<typeof ScenarioSchema>
