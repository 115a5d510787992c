// What a presenter does to the one-process demo, as the server tells it; every time in it is the server's.
import { computed, signal } from '@preact/signals'
import type { Capability, DemoHappening, ServerOffer } from '../../messages.ts'
import type { Api } from './connection/api.ts'

const KEPT = 20
/** A failure that the stream brought within so long is that of the request. */
const KNOWN_FAILURE_MS = 10_000

export class DemoWatch {
  readonly capabilities = signal<ServerOffer[]>([])
  /** Oldest first. */
  readonly happenings = signal<DemoHappening[]>([])
  /** A processor was stopped and its successor is not as far as it was. */
  readonly degraded = computed(() =>
    this.happenings.value.some((h) => h.kind === 'kill' && h.phase === 'begun'),
  )
  /** Grows with each press of the key that was too short to mean it; 0 = nothing to be said. */
  readonly hint = signal(0)
  readonly #api: Pick<Api, 'act'>
  readonly #now: () => number
  readonly #fail: (error: Error) => void
  #epoch = -1

  /** `now` = wall ms on the server's clock. */
  constructor(api: Pick<Api, 'act'>, now: () => number, fail: (error: Error) => void) {
    this.#api = api
    this.#now = now
    this.#fail = fail
  }

  /** A server said what it can do to the run of this epoch; what was done to it before follows as `past`. */
  offered(list: ServerOffer[], epoch: number): void {
    this.#epoch = epoch
    this.capabilities.value = list
    this.happenings.value = []
  }

  /** What was done to another run is over with it. */
  put(happening: DemoHappening): void {
    if (happening.epoch !== this.#epoch) return
    const others = this.happenings.value.filter((h) => h.id !== happening.id)
    this.happenings.value = [...others, happening].sort((a, b) => a.at - b.at).slice(-KEPT)
  }

  /** What the stream said in the meantime is newer. */
  past(list: DemoHappening[]): void {
    for (const happening of list) {
      if (!this.happenings.value.some((h) => h.id === happening.id)) this.put(happening)
    }
  }

  /** Does nothing where it is not offered. */
  act(capability: Capability): void {
    if (!this.capabilities.value.includes(capability)) return
    this.hint.value = 0
    // The page hears what happens, failures too, through the stream, as every other page does.
    this.#api.act(capability).catch((error: Error) => {
      const isKnown = (h: DemoHappening) =>
        h.phase === 'failed' && h.at > this.#now() - KNOWN_FAILURE_MS
      if (!this.happenings.value.some(isKnown)) this.#fail(error)
    })
  }
}
