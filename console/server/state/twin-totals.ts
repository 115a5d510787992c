// What the city's difference from a twin comes to in things that people count: summed over the windows that both have, or as it stands.
import type { KpiReading } from '../../../processor/contract/types.ts'
import type { Declaration } from '../../../producers/contract/declaration.ts'
import type { Measure } from '../../../producers/contract/measures.ts'
import type { History } from './history.ts'

/** Windows of one KPI that wait for the city's own, a day of minutes: more wait in vain. */
const MOST_WAITING = 1_500

/** By scope; `since` = start of the first window in which anything differed, null where nothing is summed. */
export type CountedAmounts = {
  unit: string
  sums: boolean
  since: string | null
  scopes: Map<string, number>
}

/** A KPI as far as this is concerned. */
export type CountedKpi = { declaration: Declaration; measure: Measure }

/** How one KPI is counted; null where its sums are nothing that people count. */
type Counting = { unit: string; sums: boolean; amount(reading: KpiReading, code: string): number }

type Total = CountedAmounts & { countedTo: number; waiting: KpiReading[] }

export class TwinTotals {
  readonly #kpis: ReadonlyMap<string, CountedKpi>
  readonly #scale: number
  readonly #totals = new Map<string, Total>()

  constructor(kpis: ReadonlyMap<string, CountedKpi>, scale: number) {
    this.#kpis = kpis
    this.#scale = scale
  }

  /** A final window of the twin; one that is there already, from a twin that was started anew, counts once. */
  put(reading: KpiReading, city: History): void {
    const counting = this.#countingOf(reading.kpi)
    if (!counting?.sums) return
    const total = this.#totalOf(reading.kpi, counting)
    const last = total.waiting.at(-1)
    const newest = last ? Date.parse(last.window.start) : total.countedTo
    if (Date.parse(reading.window.start) <= newest) return
    total.waiting.push(reading)
    if (total.waiting.length > MOST_WAITING) total.waiting.shift()
    count(total, counting, city)
  }

  /** The city beside the twin; null where the KPI is not counted. `city` and `twin` are finals of one window. */
  of(city: KpiReading, twin: KpiReading, history: History): CountedAmounts | null {
    const counting = this.#countingOf(city.kpi)
    if (!counting) return null
    if (counting.sums) {
      const total = this.#totalOf(city.kpi, counting)
      count(total, counting, history)
      return total
    }
    const { unit, sums } = counting
    return { unit, sums, since: null, scopes: differences(counting, city, twin) }
  }

  #totalOf(kpi: string, { unit }: Counting): Total {
    let total = this.#totals.get(kpi)
    if (!total) {
      const countedTo = Number.NEGATIVE_INFINITY
      total = { unit, sums: true, since: null, scopes: new Map(), countedTo, waiting: [] }
      this.#totals.set(kpi, total)
    }
    return total
  }

  #countingOf(kpi: string): Counting | null {
    const shown = this.#kpis.get(kpi)
    if (!shown) return null
    const { measure, declaration } = shown
    const { kind, difference } = measure
    const sums = kind === 'ratio' || kind === 'count'
    if (!difference && kind !== 'count' && kind !== 'level') return null
    const { unit = measure.unit, of = 'used', per = 1 } = difference ?? {}
    const divisor = per * (declaration.cityWide ? 1 : this.#scale)
    return {
      unit,
      sums,
      amount({ scopes }, code) {
        const { numerator, denominator } = scopes[code] ?? { numerator: 0, denominator: 0 }
        return (of === 'rest' ? (denominator ?? 0) - numerator : numerator) / divisor
      },
    }
  }
}

/** Counts the windows that wait and that the city has by now. */
function count(total: Total, counting: Counting, city: History): void {
  while (total.waiting.length > 0) {
    const [twin] = total.waiting
    const { kpi, window } = twin
    const start = Date.parse(window.start)
    const live = city.find(kpi, start)
    // A window that the city's own history has gone past never comes.
    if (!live && start >= (city.newest(kpi) ?? Number.NEGATIVE_INFINITY)) return
    total.waiting.shift()
    total.countedTo = start
    if (live) addTo(total, differences(counting, live, twin), window.start)
  }
}

function addTo(total: Total, differences: Map<string, number>, start: string): void {
  for (const [code, by] of differences) {
    if (by !== 0) total.since ??= start
    total.scopes.set(code, (total.scopes.get(code) ?? 0) + by)
  }
}

function differences({ amount }: Counting, city: KpiReading, twin: KpiReading) {
  const codes = Object.keys(city.scopes)
  return new Map(codes.map((code) => [code, amount(city, code) - amount(twin, code)] as const))
}
