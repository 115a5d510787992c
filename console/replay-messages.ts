// What is said to a page over a recording besides what every page hears: how far the recording reaches and what happens in it.

/** What is shown was recorded: from when to when (ms); `loop` = the part that is played again and again. */
export type ReplayView = { from: number; to: number; loop: ReplayLoop | null }

/** Sim ms. */
export type ReplayLoop = { from: number; to: number }

/** Something that the recording tells of, at sim time `at` (ms); `to` = its end where it has one. */
export type ReplayMoment = {
  kind: 'incident' | 'alert'
  id: string
  at: number
  to: number | null
  /** Kind of the incident, or the alert's KPI. */
  what: string
  /** Code of the alert's district, or of the whole city; null for an incident. */
  scope: string | null
}

/** GET /api/replay. */
export type ReplayTimeline = {
  from: number
  to: number
  /** Events in each step of `stepMs` from `from` on, as the recording's index has them. */
  stepMs: number
  counts: number[]
  /** In the order of their times. */
  moments: ReplayMoment[]
}
