// How strongly districts are shaded: steps of a fixed scale that change seldom, and not back and forth with noise.

/**
 * `scale`: 0–1 of the declared range. `usual`: how far from usual, in the bad direction above 0; shaded only where that is
 * more than a tenth.
 */
export type ShadeBasis = 'scale' | 'usual'

/** `key` names what is shaded by: another one is shown at once. `values` by district code. */
export type ShadeInput = { key: string; basis: ShadeBasis; values: Map<string, number> }

export type SteadyShade = {
  /** Step by district: 0–5 of a scale; −2 to 2 beside usual, 0 = as usual. */
  steps: Map<string, number>
  /** When what is held back may be shown (ms of `now`); null = nothing is. */
  dueAt: number | null
}

/** Steps of a scale, the palest left out. */
export const SCALE_STEPS = 5
/** Steps to either side of usual. */
export const USUAL_STEPS = 2
/** The map changes at most so often, ms. */
export const SHADES_EVERY_MS = 10_000

type Edges = { at: number[]; slack: number; lowest: number }

const EDGES: Record<ShadeBasis, Edges> = {
  scale: { at: [0.1, 0.3, 0.5, 0.7, 0.9], slack: 0.05, lowest: 0 },
  // Nothing is shaded within ±0.1: a step begins at 0.12 and ends at 0.1.
  usual: { at: [-0.31, -0.11, 0.11, 0.31], slack: 0.01, lowest: -USUAL_STEPS },
}

/** The step of a value; one that is held stays until the value is clearly beyond its edges. */
export function stepOf(value: number, basis: ShadeBasis, held: number | undefined): number {
  const { at, slack, lowest } = EDGES[basis]
  if (held !== undefined) {
    const above = at[held - lowest] ?? Number.POSITIVE_INFINITY
    const below = at[held - lowest - 1] ?? Number.NEGATIVE_INFINITY
    if (value <= above + slack && value >= below - slack) return held
  }
  return lowest + at.filter((edge) => value > edge).length
}

/** Remembers what is shown; one of them for a page, so that map and legend say the same. */
export class SteadyShades {
  #key = ''
  #steps = new Map<string, number>()
  #changedAt = Number.NEGATIVE_INFINITY

  /** `now` in ms on a clock that does not jump. */
  update({ key, basis, values }: ShadeInput, now: number): SteadyShade {
    const isOther = key !== this.#key
    const held = isOther ? new Map<string, number>() : this.#steps
    const wanted = new Map(
      [...values].map(([code, value]) => [code, stepOf(value, basis, held.get(code))]),
    )
    // What had no shade yet gets its first one at once.
    const isFirst = held.size === 0
    if (!isFirst && same(wanted, held)) return { steps: held, dueAt: null }
    const dueAt = this.#changedAt + SHADES_EVERY_MS
    if (!isOther && !isFirst && now < dueAt) return { steps: held, dueAt }
    this.#key = key
    this.#steps = wanted
    this.#changedAt = now
    return { steps: wanted, dueAt: null }
  }
}

const same = (a: Map<string, number>, b: Map<string, number>): boolean =>
  a.size === b.size && [...a].every(([code, step]) => b.get(code) === step)
