// Twins of a run: their newest final windows, a few at most, for whoever writes on the log may name as many as they like.
import type { TwinReading } from '../../../processor/contract/types.ts'
import { History } from './history.ts'

const MOST_TWINS = 20
/** Windows kept per KPI and twin: the city's own of the same time are compared with them. */
const KEPT_WINDOWS = 120

export type ShownTwin = {
  twin: string
  finals: History
  /** Of its newest reading: everything older is in it. */
  watermark: string
}

export class Twins {
  readonly #byName = new Map<string, ShownTwin>()

  put(reading: TwinReading): void {
    const known = this.#byName.get(reading.twin)
    const shown = known ?? this.#open(reading)
    if (!shown) return
    if (reading.watermark > shown.watermark) shown.watermark = reading.watermark
    if (reading.final && reading.window.kind === 'window') shown.finals.put(reading)
  }

  /** In the order in which they came. */
  all(): ShownTwin[] {
    return [...this.#byName.values()]
  }

  #open({ twin, watermark }: TwinReading): ShownTwin | null {
    if (this.#byName.size >= MOST_TWINS) return null
    const opened = { twin, watermark, finals: new History(KEPT_WINDOWS) }
    this.#byName.set(twin, opened)
    return opened
  }
}
