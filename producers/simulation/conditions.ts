// What stands between causes and domains: conditions of a place at a time. A simulator reads them and never learns what brought them.

/**
 * Unit of a condition's strength: `rain` mm/h beside the day's own, `ponding` cm of water on the road, `mains` 1 = power is
 * lost, `crowd` and `illness` what is added to the usual demand (1 = twice as much), `road-capacity` the share that is lost,
 * `gateway` 1 = reports do not get through, `control-centre` 1 = controllers are on their own.
 */
const CONDITION_KINDS = [
  'rain',
  'ponding',
  'mains',
  'crowd',
  'road-capacity',
  'illness',
  'gateway',
  'control-centre',
] as const
export type ConditionKind = (typeof CONDITION_KINDS)[number]

/** How strong it is, and the incident that brought it: `cause` of the events that would not have been so otherwise. */
export type PlaceCondition = { value: number; cause: string }

export type Conditions = {
  /** No incident so far: the usual case costs nothing. */
  readonly none: boolean
  /**
   * At asset `i` of the context, or null where all is as usual. Where several incidents bear on it the strongest counts, of
   * equals the one that began first. Pure in (scenario, commands so far, time, place). Reused: read it before the next call.
   */
  at(kind: ConditionKind, time: number, i: number): Readonly<PlaceCondition> | null
}

/** As usual, everywhere and always. */
export const AS_USUAL: Conditions = { none: true, at: () => null }
