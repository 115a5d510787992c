// Schema of the `simulation` section of seeds/<city>/parking.json: who uses each type of lot, and what people do at full ones.
import { type Static, Type } from 'typebox'

const exactly = { additionalProperties: false }
const share = Type.Number({ minimum: 0, maximum: 1 })
const hour = Type.Number({ minimum: 0, maximum: 24 })
const sigma = Type.Number({ minimum: 0, maximum: 1.5 })

/** When cars leave on one kind of day: so long after an hour of the clock, log-normal. */
const clockHours = Type.Object(
  {
    /** Share of the cars inside that is moved on such a day at all. */
    share: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
    fromHour: hour,
    medianMin: Type.Number({ minimum: 1, maximum: 720 }),
    sigma,
  },
  exactly,
)

const groupCommon = {
  /** Daily curve of arrivals in seeds/<city>/demand.json. */
  curve: Type.String({ minLength: 1 }),
  /** Cars per space that want in on a mean workday, before a full lot turns any away. */
  perDay: Type.Number({ exclusiveMinimum: 0, maximum: 48 }),
  /** Only at lots that share their spaces by time of day (attribute `shared`, 错时共享). */
  sharedOnly: Type.Optional(Type.Boolean()),
}
const groupSchema = Type.Union(
  [
    /** Log-normal stay: median, and sigma of the logarithm. */
    Type.Object(
      {
        ...groupCommon,
        stay: Type.Object(
          { medianMin: Type.Number({ minimum: 1, maximum: 2880 }), sigma },
          exactly,
        ),
      },
      exactly,
    ),
    /** By the clock, on workdays and on all other days. */
    Type.Object(
      { ...groupCommon, leave: Type.Object({ workday: clockHours, restday: clockHours }, exactly) },
      exactly,
    ),
  ],
  { expected: 'a group with either "stay" or "leave"' },
)

const lotTypeSchema = Type.Object(
  {
    /** How much lots of the type differ in popularity: sigma of the logarithm, mean 1. */
    popularitySigma: Type.Number({ minimum: 0, maximum: 1 }),
    /** Who parks there, by name. */
    groups: Type.Record(Type.String(), groupSchema, { minProperties: 1 }),
    /** Types of lots that its drivers go on to when it is full. */
    onwardTo: Type.Array(Type.String()),
  },
  exactly,
)

const onwardSchema = Type.Object(
  {
    /** Share of the cars at a full lot that goes on to another, where signs show one and where none do; the others give up. */
    guided: share,
    unguided: share,
    /** A guided lot's signs say full from this share of its spaces on. */
    signsFullAt: share,
    /** Share of its drivers that then follows the signs before reaching the lot. */
    signsFollowed: share,
    /** Both while an operator guides drivers past the lot. */
    ordered: Type.Object({ signsFullAt: share, signsFollowed: share }, exactly),
    /** As far as people walk back. */
    mostKm: Type.Number({ minimum: 0, maximum: 10 }),
    kmPerHour: Type.Number({ minimum: 1, maximum: 60 }),
    /** Longest search for the way in, besides the way; drawn evenly from zero on. */
    searchMin: Type.Number({ minimum: 0, maximum: 60 }),
    /** Lots a driver tries in all. */
    mostLots: Type.Integer({ minimum: 1, maximum: 5 }),
    /** By time of day drivers of one type of lot may use shared lots of another (错时共享). */
    sharing: Type.Array(
      Type.Object({ of: Type.String(), to: Type.String(), fromHour: hour, toHour: hour }, exactly),
    ),
  },
  exactly,
)

/** Silences begin with probability `perDay` on a day; length log-normal, at most 24 h. */
const silence = Type.Object(
  {
    perDay: share,
    medianHours: Type.Number({ exclusiveMinimum: 0, maximum: 24 }),
    sigma,
  },
  exactly,
)

/** What incidents do to lots. */
const conditionsSchema = Type.Object(
  {
    /** Where the numbers come from. */
    note: Type.String({ minLength: 1 }),
    /** Stay of those who come with a crowd: log-normal. */
    stay: Type.Object({ medianMin: Type.Number({ minimum: 1, maximum: 2880 }), sigma }, exactly),
    /** Water on the road before a lot, cm, from which on its entrance is closed. */
    closesAtCm: Type.Number({ exclusiveMinimum: 0, maximum: 200 }),
    /** Types whose lots stand above the water. */
    raisedTypes: Type.Array(Type.String()),
  },
  exactly,
)

export const parametersSchema = Type.Object(
  {
    /** Where the numbers come from. */
    note: Type.String({ minLength: 1 }),
    /** By the catalogue's attribute `type`. */
    types: Type.Record(Type.String(), lotTypeSchema),
    onward: onwardSchema,
    /** Of an operator's gateway in a district, and of a lot's own controller. */
    silences: Type.Object({ gateway: silence, lot: silence }, exactly),
    conditions: conditionsSchema,
  },
  exactly,
)

export type ParkingParameters = Static<typeof parametersSchema>
export type GroupParameters = Static<typeof groupSchema>
export type ClockHours = Static<typeof clockHours>
export type ParkingConditions = Static<typeof conditionsSchema>
export type OnwardParameters = Static<typeof onwardSchema>
