// What a presenter does to the one-process demo, and how the city's own account takes notice of it.
import { signal } from '@preact/signals'
import type { Capability, DemoHappening, LedgerView } from '../../messages.ts'
import type { Api } from './connection/api.ts'
import type { Readings } from './kpi/readings.ts'

const KEPT = 20

/** Wall ms from the theft until the ledger missed an event there, and until it named the very one. */
export type Found = { missedMs: number | null; namedMs: number | null }

export type Since = { finals: number; cells: number; differ: number }

export type Demo = ReturnType<typeof createDemo>

/** `now` = wall ms on the server's clock. */
export function createDemo(api: Pick<Api, 'act'>, now: () => number, fail: (e: Error) => void) {
  const capabilities = signal<Capability[]>([])
  /** Oldest first. */
  const happenings = signal<DemoHappening[]>([])
  const found = signal<ReadonlyMap<string, Found>>(new Map())

  function put(happening: DemoHappening): void {
    const others = happenings.value.filter((h) => h.id !== happening.id)
    happenings.value = [...others, happening].sort((a, b) => a.at - b.at).slice(-KEPT)
  }

  return {
    capabilities,
    happenings,
    found,
    put,
    /** A server said what it can do; what was done to it before follows as `past`. */
    offered(list: Capability[]): void {
      capabilities.value = list
      happenings.value = []
    },
    /** What the stream said in the meantime is newer. */
    past(list: DemoHappening[]): void {
      for (const happening of list) {
        if (!happenings.value.some((h) => h.id === happening.id)) put(happening)
      }
    },
    /** Does nothing where it is not offered. */
    act(capability: Capability): void {
      if (!capabilities.value.includes(capability)) return
      // The page hears of the deed and of its failure through the stream, as every other page does.
      api.act(capability).catch((error: Error) => {
        if (!happenings.value.some((h) => h.phase === 'failed' && h.at > now() - 10_000))
          fail(error)
      })
    },
    /** Looks for stolen events in the account. */
    watch({ broken }: LedgerView): void {
      for (const { id, at, theft } of happenings.value) {
        if (!theft || found.value.get(id)?.namedMs != null) continue
        const place = broken.find(
          (b) =>
            theft.topic.endsWith(b.domain) &&
            b.partition === theft.partition &&
            b.from <= theft.time &&
            theft.time < b.to,
        )
        if (!place) continue
        const known = found.value.get(id)
        const isNamed = place.named?.asset === theft.asset && place.named.seq === theft.seq
        const passed = Math.max(0, now() - at)
        const next = { missedMs: known?.missedMs ?? passed, namedMs: isNamed ? passed : null }
        if (!known || isNamed) found.value = new Map(found.value).set(id, next)
      }
    },
  }
}

/** Finals of windows that ended after sim time `sim` (ms), and how many of them differ from the truth. */
export function finalsSince(readings: Readings, kpis: Iterable<string>, sim: number): Since {
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
