// What is usual: the readings of the twin without incidents and commands, window by window as the page comes to know them.
import { signal } from '@preact/signals'
import type { TwinView } from '../../../messages.ts'
import { KEPT_FINALS } from './readings.ts'

/** The twin without incidents and commands; the others are named by the command they leave out. */
export const USUAL = 'usual'

/** While nobody has acted there is no twin, and little reason to ask for one (wall ms). */
const RARELY_MS = 30_000

/** What may make another read worth its while; times in ms, of the city but for `now`. */
export type TwinNeed = { now: number; horizon: number; windowMs: number; acted: boolean }

const NEVER = { at: Number.NEGATIVE_INFINITY, horizon: Number.NEGATIVE_INFINITY }

type ScopeValues = Record<string, number | null>

export class UsualReadings {
  /** The city beside its twins, as last read; empty while none runs. */
  readonly views = signal<TwinView[]>([])
  /** Of these the one in which nothing happens; null while there is none. */
  readonly view = signal<TwinView | null>(null)
  /** Per KPI, by the window's start. */
  #asked = NEVER
  readonly #windows = new Map<string, Map<string, ScopeValues>>()

  /** Whether a twin may say something that was not read yet; what is asked for counts as read. */
  isDue({ now, horizon, windowMs, acted }: TwinNeed): boolean {
    const { at, horizon: before } = this.#asked
    const caughtUp = before - windowMs
    const isBehind = this.views.value.some(({ watermark }) => Date.parse(watermark) < caughtUp)
    const isDue =
      this.views.value.length === 0 && !acted
        ? now - at >= RARELY_MS
        : isBehind || Math.abs(horizon - before) >= windowMs || this.views.value.length === 0
    if (isDue) this.#asked = { at: now, horizon }
    return isDue
  }

  put(views: TwinView[]): void {
    const usual = views.find(({ twin }) => twin === USUAL) ?? null
    for (const { kpi, window, scopes } of usual?.kpis ?? []) {
      const values = Object.entries(scopes).map(([code, { twin }]) => [code, twin] as const)
      this.#keep(kpi, window.start, Object.fromEntries(values))
    }
    this.views.value = views
    this.view.value = usual
  }

  /** The twin's value in the window that starts at `start`; null where it is not known. */
  at(kpi: string, start: string, scope: string): number | null {
    void this.views.value
    return this.#windows.get(kpi)?.get(start)?.[scope] ?? null
  }

  reset(): void {
    this.#asked = NEVER
    this.#windows.clear()
    this.views.value = []
    this.view.value = null
  }

  #keep(kpi: string, start: string, values: ScopeValues): void {
    const kept = this.#windows.get(kpi) ?? new Map<string, ScopeValues>()
    kept.set(start, values)
    // The oldest first: a map keeps the order in which its keys came.
    for (const old of kept.keys()) if (kept.size > KEPT_FINALS) kept.delete(old)
    this.#windows.set(kpi, kept)
  }
}
