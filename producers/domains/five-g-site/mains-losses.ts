// Losses of mains that incidents bring: unlike a feeder's own spells nobody knows them before they begin, nor how long they last.
import type { Spell } from '../../simulation/spells.ts'

/** `to` is Infinity until the mains are back. */
export type MainsLoss = Spell & { cause: string }

export class MainsLosses {
  /** The last one of each site that had any. */
  readonly #bySite = new Map<number, MainsLoss>()

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
