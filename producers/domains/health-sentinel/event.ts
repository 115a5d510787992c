// What a sentinel says: `visit-report` every 15 minutes, `stage-change` when its response takes another stage. Out: schemas and types.
import { type Static, Type } from 'typebox'

/** From watching to the end of a response; labels stand in words.ts. */
const STAGES = ['sense', 'assess', 'deploy', 'close'] as const
export type ResponseStage = (typeof STAGES)[number]

const Visits = Type.Integer({ minimum: 0 })
const stage = Type.Enum([...STAGES], { type: 'string' })

/** In every event, and always as it is after the event. */
const sentinelFields = {
  stage,
  /** Sees patients at this hour. */
  open: Type.Boolean(),
  /** Visits of the last 24 hours, and those with fever among them. */
  dayVisits: Visits,
  dayFever: Visits,
  /** Visits with fever of the last hours (`recentMin` of the parameters). */
  recentFever: Visits,
  /** What they are on usual days, one decimal. */
  usualFever: Type.Number({ minimum: 0 }),
}

export const visitReportSchema = Type.Object({
  ...sentinelFields,
  /** Since the report before. */
  visits: Visits,
  /** Of these, influenza-like illness: fever with cough or sore throat. */
  feverVisits: Visits,
})
export const stageChangeSchema = Type.Object({ ...sentinelFields, before: stage })

export type VisitReport = Static<typeof visitReportSchema>
export type StageChange = Static<typeof stageChangeSchema>

/** Indices in the declaration's `events`. */
export const VISIT_REPORT = 0
export const STAGE_CHANGE = 1
