// Measures as plain JSON, never functions: one declaration compiles to the fold, the truth interpreter and SQL.
import type { Text } from '../../seeds/contract.ts'

/** A value computed from one event's `data`. */
export type Expr =
  | number
  | string
  | boolean
  | { field: string }
  | { eq: [Expr, Expr] }
  | { ne: [Expr, Expr] }
  | { lt: [Expr, Expr] }
  | { le: [Expr, Expr] }
  | { gt: [Expr, Expr] }
  | { ge: [Expr, Expr] }
  | { and: Expr[] }
  | { or: Expr[] }
  | { not: Expr }
  | { add: Expr[] }
  | { sub: [Expr, Expr] }
  | { mul: Expr[] }
  | { if: [Expr, Expr, Expr] }

export type MeasureKind = 'ratio' | 'count' | 'share' | 'gauge' | 'level'

export type Threshold = {
  /** The reading is abnormal when value < below (or > above). */
  below?: number
  above?: number
  /**
   * What is held against the bounds is the value less that of the twin in which nothing happens and nobody acts: in the
   * KPI's unit, or 1 = all of the twin's reading. Without such a twin nothing is judged.
   */
  againstUsual?: 'kpi' | 'reading'
  /** Consecutive final windows before the alert opens; it closes after as many normal ones. */
  windows: number
  severity: 'warning' | 'critical'
  scope: 'city' | 'district'
}

/**
 * What a difference between two runs comes to in things that people count, where the KPI's own unit is none: so many
 * vehicle-hours, so many sites. Made of a reading's sums: those of ratio and count add up over the windows, the others
 * are as they stand.
 */
export type CountedDifference = {
  /** What there is more or less of, e.g. sites that are out. */
  label: Text
  unit: string
  /** Which sum: the numerator, or what the denominator has beyond it. */
  of: 'used' | 'rest'
  /** So many of the sum's unit are one of this, e.g. 3600; default 1. */
  per?: number
}

/**
 * One number a domain declares (design.md §6).
 * ratio: Σ used / Σ of over the window's events · count: Σ value over the window's events ·
 * share: fresh assets whose latest event satisfies `counts` / planned number ·
 * gauge: Σ used / Σ of over fresh assets' latest events · level: Σ value over fresh assets' latest events.
 */
export type Measure = {
  /** KPI id is `<domain>.<name>`. */
  name: string
  label: Text
  /** Short label of a screen tile. */
  short: Text
  /** Counting rule (口径) in words. */
  rule: Text
  kind: MeasureKind
  /** Event names of this domain, e.g. `['status']`. */
  on: string[]
  /** UCUM-like: `1` for a fraction, `s`, `{space}`, `{verification}` ... */
  unit: string
  /** The measure's terms are exact at this many decimals; sums are integers scaled by 10^decimals. */
  decimals: number
  used?: Expr
  of?: Expr
  value?: Expr
  counts?: Expr
  /** ms; only share, gauge, level. The effective horizon is max(freshForMs, 2.5 × cadence). */
  freshForMs?: number
  /** One KPI per asset: expanded to one measure per asset before it reaches the descriptor. */
  per?: 'asset'
  /** Set by the expansion: only this asset's events count. */
  asset?: string
  /** Which direction is good news; null when neither is. */
  good: 'up' | 'down' | null
  thresholds?: Threshold[]
  /** Of count and level the KPI's own sum and unit are meant where this is absent. */
  difference?: CountedDifference
  /** Rank on the screen's headline row, 1 first; absent = not a headline. */
  headline?: number
  /** The values between which a map shades districts, from its palest to its strongest; absent = 0 to 1 of a fraction. */
  shading?: { from: number; to: number }
}

export const field = (name: string): Expr => ({ field: name })
const term = (x: Expr): Expr => x

type Operand<Data> = (keyof Data & string) | Expr

/**
 * Builders bound to one event's data type, so that a misspelt field is a compile error.
 * A bare string in first position names a field; write literals second.
 */
export function measureOf<Data>() {
  const at = (x: Operand<Data>): Expr => (typeof x === 'string' ? { field: x } : x)
  return {
    field: (name: keyof Data & string): Expr => ({ field: name }),
    eq: <K extends keyof Data & string>(
      name: K,
      literal: Data[K] & (string | number | boolean),
    ): Expr => ({
      eq: [{ field: name }, literal],
    }),
    ne: <K extends keyof Data & string>(
      name: K,
      literal: Data[K] & (string | number | boolean),
    ): Expr => ({
      ne: [{ field: name }, literal],
    }),
    lt: (a: Operand<Data>, b: Expr): Expr => ({ lt: [at(a), b] }),
    le: (a: Operand<Data>, b: Expr): Expr => ({ le: [at(a), b] }),
    gt: (a: Operand<Data>, b: Expr): Expr => ({ gt: [at(a), b] }),
    ge: (a: Operand<Data>, b: Expr): Expr => ({ ge: [at(a), b] }),
    and: (...xs: Expr[]): Expr => ({ and: xs.map(term) }),
    or: (...xs: Expr[]): Expr => ({ or: xs.map(term) }),
    not: (x: Operand<Data>): Expr => ({ not: at(x) }),
    add: (...xs: Operand<Data>[]): Expr => ({ add: xs.map(at) }),
    sub: (a: Operand<Data>, b: Operand<Data>): Expr => ({ sub: [at(a), at(b)] }),
    mul: (...xs: Operand<Data>[]): Expr => ({ mul: xs.map(at) }),
    iff: (condition: Expr, then: Operand<Data>, otherwise: Operand<Data>): Expr => ({
      if: [condition, at(then), at(otherwise)],
    }),
    /** A literal string inside `iff`, where a bare string would name a field. */
    text: (literal: string): Expr => ({ if: [true, literal, literal] }),
  }
}
