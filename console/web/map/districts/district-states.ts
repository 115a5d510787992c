// Districts on the map as the page sees them: how strongly each is shaded, whether it has an alert, whether it is picked.
import type { Map as MapLibre } from 'maplibre-gl'
import { alertSeverity, districtShades } from '../../store/kpi/districts.ts'
import type { PageStore } from '../../store/store.ts'
import type { ViewState } from '../../view-state.ts'
import { ShadeFade } from './shade-fade.ts'

/** Between the steps of a fade, for each of which the whole map is drawn. */
const STEP_MS = 100

export class DistrictStates {
  readonly #map: MapLibre
  readonly #store: PageStore
  readonly #state: ViewState
  readonly #still: boolean
  readonly #fade = new ShadeFade()
  readonly #known = new Map<string, Record<string, number>>()
  #basis = ''
  #step: ReturnType<typeof setTimeout> | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(map: MapLibre, store: PageStore, state: ViewState, still: boolean) {
    this.#map = map
    this.#store = store
    this.#state = state
    this.#still = still
  }

  /** `anew`: the map forgot all of it. */
  show(anew = false): void {
    const now = performance.now()
    if (anew) this.#known.clear()
    const { byScope, basis, dueAt, kpi } = districtShades(this.#store, this.#state, now)
    const key = `${basis} ${kpi?.id}`
    const isOther = key !== this.#basis
    this.#basis = key
    const isMoving = this.#fade.aim(byScope, now, this.#still || isOther)
    const severity = alertSeverity(this.#store.alerts.value)
    for (const code of this.#codes()) {
      const isSelected = this.#state.district.value === code
      this.#set(code, { alert: severity.get(code) ?? 0, selected: isSelected ? 1 : 0 })
    }
    if (isMoving || anew) this.#paint()
    clearTimeout(this.#timer)
    if (dueAt !== null) this.#timer = setTimeout(() => this.show(), dueAt - now + 1)
  }

  stop(): void {
    clearTimeout(this.#timer)
    clearTimeout(this.#step)
  }

  #paint(): void {
    clearTimeout(this.#step)
    if (!this.#map.style) return
    const now = performance.now()
    const beside = this.#basis.startsWith('usual')
    const shown = this.#fade.at(now)
    for (const code of this.#codes()) {
      const value = shown.get(code) ?? 0
      this.#set(code, beside ? { shade: 0, off: value } : { shade: value, off: 0 })
    }
    if (!this.#fade.isOver(now)) this.#step = setTimeout(() => this.#paint(), STEP_MS)
  }

  #codes(): string[] {
    return this.#store.run.value?.scopes.slice(1).map(({ code }) => code) ?? []
  }

  /** What the map has already would make it look through all its tiles again. */
  #set(id: string, states: Record<string, number>): void {
    const next = { ...this.#known.get(id), ...states }
    if (JSON.stringify(next) === JSON.stringify(this.#known.get(id))) return
    this.#known.set(id, next)
    this.#map.setFeatureState({ source: 'districts', id }, states)
  }
}
