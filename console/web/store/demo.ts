// What a presenter does to the one-process demo, and how the city's own account takes notice of it.
import { signal } from '@preact/signals'
import type { BrokenView, Capability, DemoHappening, LedgerView } from '../../messages.ts'
import type { Api } from './connection/api.ts'
import type { KpiReadings } from './kpi/readings.ts'

const KEPT = 20
/** A failure that the stream brought within so long is that of the request. */
const KNOWN_FAILURE_MS = 10_000

/** Wall ms from the loss of an event until the ledger missed an event there, and until it named the very one. */
export type LossFound = { missedMs: number | null; namedMs: number | null }

export type Since = { finals: number; cells: number; differ: number }

export class DemoWatch {
  readonly capabilities = signal<Capability[]>([])
  /** Oldest first. */
  readonly happenings = signal<DemoHappening[]>([])
  readonly found = signal<ReadonlyMap<string, LossFound>>(new Map())
  readonly #api: Pick<Api, 'act'>
  readonly #now: () => number
  readonly #fail: (error: Error) => void

  /** `now` = wall ms on the server's clock. */
  constructor(api: Pick<Api, 'act'>, now: () => number, fail: (error: Error) => void) {
    this.#api = api
    this.#now = now
    this.#fail = fail
  }

  /** A server said what it can do; what was done to it before follows as `past`. */
  offered(list: Capability[]): void {
    this.capabilities.value = list
    this.happenings.value = []
  }

  put(happening: DemoHappening): void {
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
    // The page hears what happens, failures too, through the stream, as every other page does.
    this.#api.act(capability).catch((error: Error) => {
      const isKnown = (h: DemoHappening) =>
        h.phase === 'failed' && h.at > this.#now() - KNOWN_FAILURE_MS
      if (!this.happenings.value.some(isKnown)) this.#fail(error)
    })
  }

  /** Looks for lost events in the account. */
  watch({ broken }: LedgerView): void {
    for (const { id, at, theft: lost } of this.happenings.value) {
      const known = this.found.value.get(id)
      if (!lost || known?.namedMs != null) continue
      const place = broken.find((b) => isThere(lost, b))
      if (!place) continue
      const isNamed = place.named?.asset === lost.asset && place.named.seq === lost.seq
      const passed = Math.max(0, this.#now() - at)
      const next = { missedMs: known?.missedMs ?? passed, namedMs: isNamed ? passed : null }
      if (!known || isNamed) this.found.value = new Map(this.found.value).set(id, next)
    }
  }
}

/** Whether an interval of the account is the one in which the event was lost. */
function isThere(lost: NonNullable<DemoHappening['theft']>, place: BrokenView): boolean {
  return (
    lost.topic.endsWith(place.domain) &&
    place.partition === lost.partition &&
    place.from <= lost.time &&
    lost.time < place.to
  )
}

/** Finals of windows that ended after sim time `sim` (ms), and how many of them differ from the truth. */
export function finalsSince(readings: KpiReadings, kpis: Iterable<string>, sim: number): Since {
  const since: Since = { finals: 0, cells: 0, differ: 0 }
  for (const kpi of kpis) {
    for (const reading of readings.finals(kpi).value) {
      if (Date.parse(reading.window.end) <= sim) continue
      since.finals++
      since.cells += Object.keys(reading.scopes).length
      if (reading.truth === 'differs') since.differ++
    }
  }
  return since
}
