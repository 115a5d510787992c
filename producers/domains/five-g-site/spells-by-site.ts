// The last spell of each site that had one: what operators ordered for it, and mains that incidents took. Unlike a feeder's own
// spells nobody knows them before they begin.
import type { StateWalk } from '../../simulation/simulator.ts'
import { NO_SPELL, type Spell } from '../../simulation/spells.ts'

/** `to` is Infinity until the mains are back. */
export type MainsLoss = Spell & { cause: string }

export class MainsLosses {
  /** The last one of each site that had any. */
  readonly #bySite = new Map<number, MainsLoss>()

  state(walk: StateWalk): void {
    walk.map(this.#bySite, { ...NO_SPELL, cause: '' }, ({ from, to, cause }) => ({
      from: walk.number(from),
      to: walk.number(to),
      cause: walk.text(cause),
    }))
  }

  of(i: number): MainsLoss | undefined {
    return this.#bySite.size === 0 ? undefined : this.#bySite.get(i)
  }

  /**
   * From `time` on site `i` is without mains because of the incident `cause`, or (undefined) has them; false = nothing new.
   * Where one incident's loss outlasts another's, the site was dark all along: it stays the first one's.
   */
  see(i: number, time: number, cause: string | undefined): boolean {
    const loss = this.of(i)
    const isDark = loss !== undefined && loss.to === Number.POSITIVE_INFINITY
    if (isDark === (cause !== undefined)) return false
    if (isDark) loss.to = time
    else if (cause !== undefined) {
      this.#bySite.set(i, { from: time, to: Number.POSITIVE_INFINITY, cause })
    }
    return true
  }
}

/** Generators, or supplies: the last order counts. */
export class SpellsBySite {
  readonly #spells = new Map<number, Spell>()

  set(i: number, from: number, to: number): void {
    this.#spells.set(i, { from, to })
  }

  get(i: number): Spell | undefined {
    return this.#spells.get(i)
  }

  /** −Infinity where there is none. */
  endOf(i: number): number {
    return this.#spells.get(i)?.to ?? Number.NEGATIVE_INFINITY
  }

  state(walk: StateWalk): void {
    walk.map(this.#spells, NO_SPELL, ({ from, to }) => ({
      from: walk.number(from),
      to: walk.number(to),
    }))
  }
}
