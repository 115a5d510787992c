// What is said to a page over a recording besides what every page hears, how far it reaches and what happens in it; and of recordings
// that a server writes itself.

/**
 * What is shown was recorded: from when to when (ms); `loop` = the part that is played again and again; `beside` = where,
 * seen from this address, a second recording is served that goes by the same clock.
 */
export type ReplayView = { from: number; to: number; loop: ReplayLoop | null; beside?: string }

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

/** A recording by the name of its folder, and the sim times (ms) between which it can be replayed. */
export type BesideSide = { name: string; from: number; to: number }

/** GET /api/replay/beside: two recordings that are replayed by one clock. */
export type ReplayBeside = {
  /** The one that is served here, and the one beside it. */
  sides: [BesideSide, BesideSide]
  /** Null while the two are compared. */
  differences: BesideDifferences | null
  /** Why they could not be compared. */
  problem: string | null
}

/** What `huacheng diff` finds, as far as the clock goes. */
export type BesideDifferences = {
  /** The first event that differs: its time, and the tick at which both pages have it (sim ms); null = none does. */
  first: { at: number; time: number | null; lane: string; key: string | null } | null
  /** Topic-partitions that both have, and those that differ. */
  lanes: number
  differingLanes: number
  /** Those that only one of them has. */
  onlyA: string[]
  onlyB: string[]
  /** Final cells that both have, and those that differ; of windows by their end and the time at which both pages have them (sim ms). */
  cells: number
  differingCells: number
  windows: { end: number; at: number; cells: number }[]
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
