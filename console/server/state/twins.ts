// Twins of a run: their newest final windows, a few at most, for whoever writes on the log may name as many as they like.
import { type TwinReading, USUAL } from '../../../processor/contract/types.ts'
import { History } from './history.ts'
import { type CountedKpi, TwinTotals } from './twin-totals.ts'

const MOST_TWINS = 20
/** Windows kept per KPI and twin: the city's own of the same time are compared with them. */
const KEPT_WINDOWS = 120
/** Of the one in which nothing happens, whose line stands under the city's own: eight hours of minutes. */
const KEPT_USUAL = 480

export type ShownTwin = {
  twin: string
  finals: History
  totals: TwinTotals
  /** Of its newest reading: everything older is in it. */
  watermark: string
}

export class Twins {
  readonly #byName = new Map<string, ShownTwin>()
  readonly #city: History
  readonly #kpis: ReadonlyMap<string, CountedKpi>
  readonly #scale: number

  /** `city`: its own finals; `scale`: of the run. */
  constructor(city: History, kpis: ReadonlyMap<string, CountedKpi>, scale: number) {
    this.#city = city
    this.#kpis = kpis
    this.#scale = scale
  }

  put(reading: TwinReading): void {
    const known = this.#byName.get(reading.twin)
    const shown = known ?? this.#open(reading)
    if (!shown) return
    if (reading.watermark > shown.watermark) shown.watermark = reading.watermark
    if (!reading.final || reading.window.kind !== 'window') return
    shown.finals.put(reading)
    shown.totals.put(reading, this.#city)
  }

  /** One that was ended is shown no more. */
  forget(twin: string): void {
    this.#byName.delete(twin)
  }

  /** Its windows; null for one that nobody knows. */
  finalsOf(twin: string): History | null {
    return this.#byName.get(twin)?.finals ?? null
  }

  /** In the order in which they came. */
  all(): ShownTwin[] {
    return [...this.#byName.values()]
  }

  #open({ twin, watermark }: TwinReading): ShownTwin | null {
    if (this.#byName.size >= MOST_TWINS) return null
    const totals = new TwinTotals(this.#kpis, this.#scale)
    const finals = new History(twin === USUAL ? KEPT_USUAL : KEPT_WINDOWS)
    const opened = { twin, watermark, finals, totals }
    this.#byName.set(twin, opened)
    return opened
  }
}
