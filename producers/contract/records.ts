// Records that producers write, as JSON types (design.md §3-§5, examples.md).
import type { TSchema } from 'typebox'
import type { Cue, IncidentPlace, Plan, Severity, Text } from '../../seeds/contract.ts'
import type { Declaration } from './declaration.ts'

/** A CloudEvents 1.0 object; keys in this order on the wire. */
export type CityEvent<Data = Record<string, unknown>> = {
  specversion: '1.0'
  id: string
  source: string
  type: string
  subject: string
  time: string
  seq: number
  district: string
  cause?: string
  data: Data
}

export type Injected = {
  drop: number
  duplicate: number
  late: number
  corrupt: number
  held: number
}

export const NO_INJECTED: Injected = { drop: 0, duplicate: 0, late: 0, corrupt: 0, held: 0 }

export const TICK_TYPE = 'city.tick.v1'
export const RUN_STARTED_TYPE = 'city.run-started.v1'

export type Tick = {
  specversion: '1.0'
  id: string
  source: string
  type: typeof TICK_TYPE
  time: string
  data: { epoch: number; partition: number; count: number; injected: Injected; chain: string }
}

export type RunStarted = {
  specversion: '1.0'
  id: string
  source: string
  type: typeof RUN_STARTED_TYPE
  time: string
  data: {
    epoch: number
    run: string
    seed: number
    scenarioDigest: string
    start: string
    partition: number
  }
}

/** First record of a run on `city.run`; its offset is the epoch. Durations in ms. */
export type Descriptor = {
  run: string
  seed: number
  scenario: string
  title: Text
  city: string
  /** Names of the six digits that events and readings carry: the whole city first, then its districts. */
  scopes?: { code: string; name: Text }[]
  digest: string
  start: string
  end: string
  partitions: number
  scale: number
  window: number
  tick: number
  allowedLateness: number
  truth: boolean
  shards: number
  /** Asked speed at the start. */
  speed: number
  catalogue: string
  /** By domain; measures expanded, freshness and cadence effective for this scenario. */
  declarations: Record<string, Declaration>
  /** Kinds of incidents that this run knows. */
  incidents?: IncidentDeclaration[]
  /** A presenter's walk, in its order; `at` is the sim time. */
  cues?: Cue[]
  plan: Plan
}

/**
 * `term` of horizons, commands and ends: offset in `run` at which their conductor announced itself (the descriptor's, for the
 * one that minted the run). What comes from an earlier term than the newest announced before it is void.
 */
export type Horizon = {
  h: string
  simAnchor: string
  wallAnchor: number
  speed: number
  /** Until it is there the city goes as fast as it can. */
  jumpTo?: string
  /** The clock will stand still when it is there. */
  pauseAt?: string
  /** It stands still because the machine slept, or stalled, for so many wall ms. */
  slept?: number
  term: number
}

export type Command = {
  id: string
  name: string
  target?: string
  args: Record<string, unknown>
  by: string
}

/** A command as a fact: it happens at this sim time. */
export type AcceptedCommand = Command & { effectiveAt: string; term: number }

/** Ground truth of an incident: written when it begins, and again when it ends. */
export type IncidentRecord = {
  epoch: number
  id: string
  kind: string
  place: IncidentPlace
  severity: Severity
  /** Its cause lasts from then until then, as far as it is known. */
  from: string
  until: string
  parameters: Record<string, unknown>
  /** `scenario`, or who sent the command. */
  by: string
}

/** What a kind of incident says about itself, so that consoles can offer it. */
export type IncidentDeclaration = {
  kind: string
  label: Text
  /** What it does, in a sentence. */
  about: Text
  /** JSON Schema of `parameters`. */
  parameters: TSchema
  /** Whether its place must be a route. */
  route: boolean
  /** Present where it crosses its place as a front, from one side to the other in its time. */
  front?: IncidentFront
}

/** Strongest in the middle; in `halfKm` to either side, `perRadius` times the place's radius and at least `leastKm`, it falls to 0. */
export type IncidentFront = {
  /** Parameter that says where it moves, degrees from north; where it is absent `towardsDefault` counts. */
  towards: string
  towardsDefault: number
  perRadius: number
  leastKm: number
}

export type CommandResult = {
  id: string
  ok: boolean
  error?: string
  effectiveAt?: string
}

/** A conductor takes this run over; the record's offset is its term. */
export type Announcement = { run: string }

export type Progress = { shard: number; simulatedTo: string }

/** Last record of a run; `paused` and `running` follow from horizons (speed 0 = paused). */
export type RunEnd = { at: string; reason: 'duration' | 'stop' | 'restart'; term: number }

/** Scaled integers [numerator, denominator or null, n]. */
export type Cell = [number, number | null, number]

export type MeasurePartial = { window: Record<string, Cell>; day: Record<string, Cell> }

export type Ledger = {
  read: number
  folded: number
  duplicate: number
  late: number
  deadLetter: number
  produced: number
  injected: Injected
  unexplained: number
}

/** Final partial and truth partial share this shape; truth carries no ledger. */
export type Partial = {
  epoch: number
  domain: string
  partition: number
  start: string
  end: string
  measures: Record<string, MeasurePartial>
  ledger?: Ledger
  provisional?: true
  offset?: string
  /** Of a provisional: the task's last tick. */
  watermark?: string
  /** Of a provisional: records of this run were gone before the task could read them; it tells no finals. */
  incomplete?: true
}
