// Section `simulation` of seeds/<city>/health-sentinel.json: who comes, what outbreaks add, when a response begins, what it does.
import { type Static, Type } from 'typebox'

const Share = Type.Number({ minimum: 0, maximum: 1 })
const exactly = { additionalProperties: false }
const Words = Type.String({ minLength: 1 })
/** Log-normal hours, so often a day. */
const Spells = Type.Object(
  {
    perDay: Share,
    medianHours: Type.Number({ minimum: 0.1, maximum: 24 }),
    sigma: Type.Number({ minimum: 0, maximum: 1.5 }),
  },
  exactly,
)

export const parametersSchema = Type.Object(
  {
    /** Where the numbers come from. */
    note: Words,
    /** Hours that `recentVisits` looks back over, in minutes. */
    recentMin: Type.Integer({ minimum: 60, maximum: 1440 }),
    /**
     * By the attribute `kind`: daily curves of seeds/<city>/demand.json, and the share of a mean day's visits that is
     * influenza-like. Closed while the curve of visits is 0.
     */
    kinds: Type.Record(
      Type.String(),
      Type.Object({ visits: Words, fever: Words, feverShare: Share }, exactly),
    ),
    /** Small outbreaks that every city has, in a school or an office near a sentinel: how often, how long, how much more fever. */
    clusters: Type.Object(
      { ...Spells.properties, factor: Type.Number({ minimum: 1, maximum: 20 }) },
      exactly,
    ),
    /** The reporting link of a sentinel is down. */
    silences: Spells,
    response: Type.Object(
      {
        /** Abnormal: at least so many visits with fever more than usual, so many times the usual, and so many sigmas above it. */
        least: Type.Integer({ minimum: 1, maximum: 1000 }),
        ratio: Type.Number({ minimum: 1, maximum: 10 }),
        sigmas: Type.Number({ minimum: 1, maximum: 8 }),
        /** Abnormal reports in a row that begin an assessment, normal ones in a row that end it. */
        reports: Type.Integer({ minimum: 1, maximum: 20 }),
        calmReports: Type.Integer({ minimum: 1, maximum: 96 }),
        /** How long a response counts as closed before the sentinel only watches again. */
        closedMin: Type.Integer({ minimum: 15, maximum: 1440 }),
      },
      exactly,
    ),
    /** What a deployed response does: after so long, so much of the additional fever visits stays away. */
    deploy: Type.Object(
      { delayMin: Type.Integer({ minimum: 0, maximum: 720 }), share: Share },
      exactly,
    ),
  },
  exactly,
)

export type SentinelParameters = Static<typeof parametersSchema>
