// What a browser test may ask of the page (only with ?test=1): readiness and counters, never a way to change it.
import type { AppState } from './context.ts'

export type TestHook = {
  /** True after the map was idle with a snapshot drawn. */
  readonly ready: boolean
  counters(): {
    assets: number
    drawn: number
    readings: number
    snapshots: number
    deltas: number
    pulses: number
    frames: number
    renders: number
    renderMs: number
    reconnects: number
  }
  /** State byte and value of an asset, as the page holds them. */
  asset(number: number): { state: number; value: number } | null
  /** What the map has in view: west, south, east, north; null without a map. */
  mapBounds(): number[] | null
  loseContext(): void
}

declare global {
  interface Window {
    __huacheng?: TestHook
  }
}

export function exposeForTests(app: AppState): { mapIdle(): void } {
  let ready = false
  const entities = () => app.store.entities.value
  window.__huacheng = {
    get ready() {
      return ready
    },
    counters() {
      const points = app.map.value?.pointCounters()
      const counters = entities()?.counters
      return {
        assets: entities()?.size ?? 0,
        drawn: points?.drawn ?? 0,
        readings: app.store.readings.size(),
        snapshots: counters?.snapshots ?? 0,
        deltas: counters?.deltas ?? 0,
        pulses: counters?.changes ?? 0,
        frames: app.connection.counters.frames,
        renders: points?.renders ?? 0,
        renderMs: points?.renderMs ?? 0,
        reconnects: app.connection.counters.reconnects,
      }
    },
    asset(number) {
      const store = entities()
      return store ? { state: store.state[number], value: store.valueOf(number) } : null
    },
    mapBounds: () => app.map.value?.bounds() ?? null,
    loseContext: () => app.map.value?.loseContext(),
  }
  return {
    mapIdle() {
      if ((entities()?.counters.snapshots ?? 0) > 0) ready = true
    },
  }
}
