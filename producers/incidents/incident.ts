// What an incident is, and what a kind of incident says about itself: words for people, and the conditions that it makes.
import type { TSchema } from 'typebox'
import type { IncidentPlace, Severity, Text } from '../../seeds/contract.ts'
import type { IncidentFront } from '../contract/records.ts'
import type { ConditionKind } from '../simulation/conditions.ts'
import type { Area } from './area.ts'

/** An incident of the run, from its beginning on; times in ms. */
export type Incident = {
  id: string
  kind: string
  from: number
  /** Its cause ends here; what it left behind may last longer. */
  until: number
  /** How long it was meant to be, ms; > 0, and the same after somebody stopped it. */
  planned: number
  place: IncidentPlace
  severity: Severity
  parameters: Record<string, unknown>
  /** `scenario`, or who sent the command. */
  by: string
}

/** A place that asks what it is like there. */
export type Where = {
  lon: number
  lat: number
  /** Number of the stretch of mains that it hangs on; -1 = none. */
  feeder: number
}

/** One condition that an incident makes: a pure function of time and place. */
export type IncidentEffect = {
  condition: ConditionKind
  /** There is nothing outside of [from, until). */
  from: number
  until: number
  /** Strength at a place of the incident's area; 0 = as usual. */
  at(time: number, where: Where): number
}

export type IncidentWorld = {
  seed: number
  area: Area
  /** Name of each stretch of mains, and where it begins. */
  feeders: readonly { name: string; lon: number; lat: number }[]
}

export type IncidentKind = {
  kind: string
  label: Text
  /** What it does, in a sentence. */
  about: Text
  /** Schema of `parameters`; every field has a default. */
  parameters: TSchema
  /** Whether it needs a line to move along. */
  route: boolean
  /** How it crosses its place, so that a map can draw it. */
  front?: IncidentFront
  /** Its effects are asked anew this often, ms. */
  stepMs: number
  /** How long after its end what it left behind may last, ms. */
  aftermathMs: number
  /** What an incident of this kind does; before `until` it must not depend on `until`, which an operator may bring forward. */
  effects(incident: Incident, world: IncidentWorld): IncidentEffect[]
}

/** Strength by severity, mildest first. */
export type BySeverity = Record<Severity, number>
