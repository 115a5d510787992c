// Fault injection (design.md §5): drawn from the asset's own fault stream, applied after counting, hashing and truth.
import { STREAM_WORDS, type StreamWords, stream, uniform } from '../../infra/random.ts'
import type { StateWalk } from '../../infra/state/state-walk.ts'
import type { Fault, FaultKind, Scenario } from '../../seeds/contract.ts'

/**
 * What happens to one event; `until` is the sim time (ms) at which a held event is written. One `behind` whose gateway an
 * incident has taken down, by number of the asset, is asked for anew at each tick.
 */
export type Injection = { kind: FaultKind; until: number; behind?: number }

/** Sim time at which the gateway of asset `number` is back that is down at `time`; else 0. */
export type Gateways = { heldUntil(time: number, number: number): number }

/** Faults of one domain in this scenario, or null when it has none (the usual case costs nothing). */
export function createFaults(scenario: Scenario, domain: string): FaultDraws | null {
  const faults = scenario.faults.filter((f) => f.domain === domain)
  return faults.length === 0 ? null : new FaultDraws(scenario, faults)
}

/** Decides the fault of each event; at most one per event. */
export class FaultDraws {
  readonly #scenario: Scenario
  readonly #faults: Fault[]
  /** By asset. */
  readonly #streams = new Map<string, StreamWords>()
  /** By asset and fault. Not saved: drawn once for all, and the same when it is drawn again. */
  readonly #behindGateway = new Map<string, boolean>()

  constructor(scenario: Scenario, faults: Fault[]) {
    this.#scenario = scenario
    this.#faults = faults
  }

  state(walk: StateWalk): void {
    walk.map(this.#streams, new Uint32Array(STREAM_WORDS), (words) => {
      const own = words.slice()
      walk.numbers(own)
      return own
    })
  }

  draw(id: string, time: number): Injection | null {
    const words = this.#streamOf(id)
    const since = time - this.#scenario.start
    let chosen: Injection | null = null
    for (const [i, fault] of this.#faults.entries()) {
      const active = since >= fault.fromMs && since < fault.fromMs + fault.forMs
      // One draw per fault and event, active or not: a fault's window never shifts another's draws.
      const draw = uniform(words, 0)
      if (!active || chosen) continue
      if (fault.kind === 'gateway-outage') {
        if (this.#isBehindGateway(id, fault, i)) {
          chosen = { kind: fault.kind, until: this.#scenario.start + fault.fromMs + fault.forMs }
        }
      } else if (draw < fault.share) {
        chosen = { kind: fault.kind, until: time + fault.delayMs }
      }
    }
    return chosen
  }

  #streamOf(id: string): StreamWords {
    let words = this.#streams.get(id)
    if (!words) {
      words = stream(this.#scenario.seed, id, 'fault')
      this.#streams.set(id, words)
    }
    return words
  }

  #isBehindGateway(id: string, fault: Fault, index: number): boolean {
    const key = `${id}|${index}`
    let known = this.#behindGateway.get(key)
    if (known === undefined) {
      known = uniform(stream(this.#scenario.seed, id, `gateway-${index}`), 0) < fault.share
      this.#behindGateway.set(key, known)
    }
    return known
  }
}
