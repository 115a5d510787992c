// Lets the shades of districts pass from what is seen to what is wanted, so that a change is noticed and does not flash.

const FADE_MS = 800

type ByCode = ReadonlyMap<string, number>

export class ShadeFade {
  #from: ByCode = new Map()
  #to: ByCode = new Map()
  #since = Number.NEGATIVE_INFINITY

  /** `now` in ms; at once where nothing was shown or `still`. Returns whether anything changes. */
  aim(to: ByCode, now: number, still: boolean): boolean {
    if (isSame(to, this.#to)) return false
    this.#from = still || this.#to.size === 0 ? to : this.at(now)
    this.#to = to
    this.#since = now
    return true
  }

  at(now: number): ByCode {
    const part = Math.min(1, Math.max(0, (now - this.#since) / FADE_MS))
    const eased = part * part * (3 - 2 * part)
    return new Map(
      [...this.#to].map(([code, to]) => {
        const from = this.#from.get(code) ?? 0
        return [code, from + (to - from) * eased]
      }),
    )
  }

  isOver(now: number): boolean {
    return now - this.#since >= FADE_MS
  }
}

const isSame = (a: ByCode, b: ByCode): boolean =>
  a.size === b.size && [...a].every(([code, value]) => b.get(code) === value)
