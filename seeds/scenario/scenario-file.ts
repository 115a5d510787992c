// The shape of seeds/<city>/scenarios/<name>.json. Instants and durations are ISO 8601 texts; offsets count from the start.
import { type Static, Type } from 'typebox'
import { Source, TextSchema } from '../load/text-schema.ts'
import { IncidentPlaceSchema, SeveritySchema } from './incident-place.ts'

const exactly = { additionalProperties: false }
const words = (description: string) => Type.String({ minLength: 1, description })
const Longitude = Type.Number({ minimum: -180, maximum: 180, expected: '-180 to 180' })
const Latitude = Type.Number({ minimum: -90, maximum: 90, expected: '-90 to 90' })
const Zoom = Type.Number({ minimum: 0, maximum: 24, expected: '0 to 24' })
export const MAX_SEED = 4_294_967_295
export const SCALES = { minimum: 0.01, maximum: 10 }
/** Sim seconds per wall second; the upper end is as fast as it goes. */
export const SPEEDS = { minimum: 0.01, maximum: 1_000_000 }
/** More demand than this and the first instant never ends. */
const MOST_DEMAND = 100
/** Each asset asks all of them. */
const MOST_INCIDENTS = 100

const speed = (description: string) =>
  Type.Number({ ...SPEEDS, expected: `${SPEEDS.minimum} to ${SPEEDS.maximum}`, description })
const text = (description: string) =>
  Type.Object(TextSchema.properties, { ...exactly, description })

const CadenceSchema = Type.Object(
  {
    every: words('How often an asset reports, e.g. PT5M'),
    phase: Type.Optional(
      Type.Union([Type.Literal('spread'), Type.Literal('aligned')], {
        expected: 'spread or aligned',
        description:
          'aligned: every asset reports at the same instant, as counters of real networks do; default spread',
      }),
    ),
  },
  exactly,
)
export const FaultSchema = Type.Object(
  {
    kind: Type.Union(
      [
        Type.Literal('drop'),
        Type.Literal('duplicate'),
        Type.Literal('late'),
        Type.Literal('corrupt'),
        Type.Literal('gateway-outage'),
      ],
      {
        expected: 'drop, duplicate, late, corrupt or gateway-outage',
        description: 'What is done to the events on their way',
      },
    ),
    domain: words('Whose events'),
    share: Type.Number({ minimum: 0, maximum: 1, description: 'Of the events, 0 to 1' }),
    from: words('From the start on, e.g. PT10M'),
    for: words('How long'),
    delay: Type.Optional(words('How late; of the kind late, which needs it')),
  },
  exactly,
)
export const IncidentSchema = Type.Object(
  {
    id: Type.String({
      pattern: '^[A-Za-z0-9._-]{1,64}$',
      expected: 'up to 64 of A-Z a-z 0-9 . _ -',
      description: 'Its name in events (`cause`), on the topic `incident` and in commands',
    }),
    kind: words('One of the kinds below'),
    at: words('When it begins, after the start, e.g. PT30M; before the end'),
    for: words('How long it is meant to last; it may go on after the end'),
    place: IncidentPlaceSchema,
    severity: Type.Optional(SeveritySchema),
    parameters: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: 'What the kind asks for besides' }),
    ),
  },
  exactly,
)
export const CueSchema = Type.Object(
  {
    at: words('When it is reached, after the start'),
    title: text('What it is called'),
    say: Type.Optional(text('What a presenter says')),
    camera: Type.Optional(
      Type.Object(
        { lon: Longitude, lat: Latitude, zoom: Zoom },
        { ...exactly, description: 'Where the map looks' },
      ),
    ),
    highlight: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), { description: 'KPIs that it is about' }),
    ),
    speed: Type.Optional(speed('Sim seconds per wall second from here on')),
    hold: Type.Optional(
      Type.Boolean({ description: 'Stop the clock when it is reached; default false' }),
    ),
  },
  exactly,
)

export const ScenarioSchema = Type.Object(
  {
    title: text('What it is called'),
    sources: Type.Optional(
      Type.Array(Source, { description: 'Where its numbers and places come from; for readers' }),
    ),
    seed: Type.Integer({
      minimum: 0,
      maximum: MAX_SEED,
      expected: `0 to ${MAX_SEED}`,
      description: 'Chance: the same seed, the same bytes',
    }),
    start: words('First instant, with zone, a whole number of windows into the city’s day'),
    duration: Type.Optional(words('Sim time from start to end; default P1D')),
    speed: Type.Optional(speed('Sim seconds per wall second; default 30')),
    scale: Type.Optional(
      Type.Number({ ...SCALES, description: 'Of the city’s assets; default 1 = all' }),
    ),
    domains: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        minItems: 1,
        description: 'Simulate these only; default all',
      }),
    ),
    window: Type.Optional(words('Of a final reading; a whole part of a day; default PT1M')),
    tick: Type.Optional(words('Time between two ticks; a whole part of the window; default PT10S')),
    allowedLateness: Type.Optional(
      words('How long a window waits for late events after its end; default PT0S'),
    ),
    cadence: Type.Optional(
      Type.Record(Type.String(), CadenceSchema, {
        description: 'By domain: how often assets report; default the domain’s own',
      }),
    ),
    demand: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Number({ minimum: 0, maximum: MOST_DEMAND, expected: `0 to ${MOST_DEMAND}` }),
        { description: 'By demand curve of the city: a factor; default 1' },
      ),
    ),
    parameters: Type.Optional(
      Type.Record(Type.String(), Type.Record(Type.String(), Type.Unknown()), {
        description:
          'By domain: what of its model’s numbers (`simulation` of its file) is other here',
      }),
    ),
    incidents: Type.Optional(
      Type.Array(IncidentSchema, {
        maxItems: MOST_INCIDENTS,
        description: 'What happens in the city',
      }),
    ),
    faults: Type.Optional(
      Type.Array(FaultSchema, { description: 'What is done to events on their way' }),
    ),
    cues: Type.Optional(Type.Array(CueSchema, { description: 'A presenter’s walk' })),
  },
  exactly,
)

export type ScenarioFile = Static<typeof ScenarioSchema>
export type ScenarioCue = Static<typeof CueSchema>
