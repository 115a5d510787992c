// What is said to a page over a recording besides what every page hears, how far it reaches and what happens in it; and of recordings
// that a server writes itself.

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

/** `live` is begun and ended by hand; `last` is what the city's log still held of its newest stretch. */
export type RecordingKind = 'live' | 'last'

export type RecordingView = {
  id: string
  kind: RecordingKind
  phase: 'writing' | 'done' | 'failed'
  /** Where it lies on the server's machine. */
  folder: string
  /** Sim ms: from when it can be replayed, and up to when; null while that is not known. */
  from: number | null
  to: number | null
  /** Of a `last`: how long a stretch was asked for (sim ms), and how much of it is written, 0 to 1. */
  asked: number | null
  share: number | null
  records: number
  /** Of the files so far. */
  bytes: number
  /** Why it ended before its time, or failed. */
  problem: string | null
}

export type RecordingsView = {
  /** Folder on the server's machine under which recordings are written. */
  folder: string
  /** Sim ms: how far back the newest stretch can begin, and how far it reaches now; null = nothing can be kept yet. */
  reach: { from: number; to: number } | null
  /** Of this server since it was started, newest last. */
  recordings: RecordingView[]
}

/** An ISO 8601 duration of the city's time, e.g. PT10M; without it a recording begins now and is ended by hand. */
export type RecordingRequest = { last?: string }
