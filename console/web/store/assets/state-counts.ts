// How many assets are in each state, by domain and scope; kept up to date with every change.

const STATES = 256

export class StateCounts {
  readonly #scopes: number
  readonly #counts: Uint32Array

  constructor(domains: number, scopes: number) {
    this.#scopes = scopes
    this.#counts = new Uint32Array(domains * scopes * STATES)
  }

  add(domain: number, scope: number, state: number): void {
    this.#counts[(domain * this.#scopes + scope) * STATES + state]++
  }

  move(domain: number, scope: number, from: number, to: number): void {
    const cell = (domain * this.#scopes + scope) * STATES
    this.#counts[cell + from]--
    this.#counts[cell + to]++
  }

  /** In one scope, or (scope 0) everywhere. */
  count(domain: number, state: number, scope: number): number {
    if (scope > 0) return this.#counts[(domain * this.#scopes + scope) * STATES + state]
    let sum = 0
    for (let s = 0; s < this.#scopes; s++)
      sum += this.#counts[(domain * this.#scopes + s) * STATES + state]
    return sum
  }
}
