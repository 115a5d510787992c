// Shapes of the seed files that make one day differ from another: calendar, climate, daily curves and what changes them.
import { Type } from 'typebox'
import { CityDateText } from './date-text.ts'

const exactly = { additionalProperties: false }
const Words = Type.String({ minLength: 1 })
const Positive = Type.Number({ exclusiveMinimum: 0 })

const Span = Type.Refine(
  Type.Tuple([CityDateText, CityDateText]),
  ([from, to]) => from <= to,
  () => 'the first date and the last, in this order',
)

export const CalendarSchema = Type.Object(
  {
    source: Words,
    grade: Words,
    holidays: Type.Array(CityDateText),
    workdays: Type.Array(CityDateText),
    /** First and last dates of the times without school. */
    schoolHolidays: Type.Optional(Type.Array(Span)),
    /** Days of the month on which wages come. */
    payDays: Type.Optional(Type.Array(Type.Integer({ minimum: 1, maximum: 31 }))),
  },
  exactly,
)

const Month = Type.Object(
  {
    meanC: Type.Number({ minimum: -40, maximum: 45 }),
    /** Highest of a dry day less its lowest. */
    swingC: Type.Number({ minimum: 0, maximum: 30 }),
    rainMm: Type.Number({ minimum: 0, maximum: 2000 }),
    wetDays: Type.Number({ minimum: 0, maximum: 31 }),
    stormDays: Type.Number({ minimum: 0, maximum: 10 }),
  },
  exactly,
)

export const ClimateSchema = Type.Object(
  {
    source: Words,
    grade: Words,
    /** January first. */
    months: Type.Array(Month, { minItems: 12, maxItems: 12 }),
  },
  exactly,
)

const Curve = Type.Array(Type.Number({ minimum: 0 }), { minItems: 24, maxItems: 24 })
const Factors = (count: number) => Type.Array(Positive, { minItems: count, maxItems: count })
const Change = (minimum: number, maximum: number) =>
  Type.Optional(Type.Number({ minimum, maximum }))

/** What changes a curve's level from day to day; all of it optional, none = every day of a kind is alike. */
const EffectsSchema = Type.Object(
  {
    note: Type.Optional(Words),
    /** Curves of one family have their good and bad days together; default: the curve's name. */
    family: Type.Optional(Words),
    /** Standard deviation of the day's factor, as a share of the level. */
    day: Change(0, 0.15),
    /** Standard deviation of the noise within the day, as a share of the level. */
    noise: Change(0, 0.15),
    /** Relative change in a downpour against dry hours. */
    rain: Change(-0.9, 1),
    /** Relative change at 36 °C and above against 28 °C and below. */
    heat: Change(-0.9, 1),
    /** Relative change from 16 to 20 h of the last day before a public holiday. */
    eve: Change(-0.9, 1.5),
    /** Relative change on workdays without school. */
    schoolBreak: Change(-0.9, 1),
    /** Relative change on the day on which wages come. */
    payDay: Change(-0.9, 1),
    /** By month, January first; only their proportions count. */
    months: Type.Optional(Factors(12)),
    /** Factors from 05 to 12 h and from 15 to 24 h by weekday, Sunday first. */
    mornings: Type.Optional(Factors(7)),
    evenings: Type.Optional(Factors(7)),
  },
  exactly,
)

export const DemandSchema = Type.Record(
  Type.String(),
  Type.Object({
    note: Type.Optional(Type.String()),
    workday: Curve,
    weekend: Curve,
    holiday: Curve,
    weekdayFactors: Factors(7),
    effects: Type.Optional(EffectsSchema),
  }),
)
