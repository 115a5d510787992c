// What a browser test may ask of the page (only with ?test=1): readiness and counters, never a way to change it.
import { options, type VNode } from 'preact'
import type { AppState } from './context.ts'

/** Preact's own name for what it calls before a component is drawn. */
type DrawOptions = { __r?(node: VNode): void }

export type TestHook = {
  /** True after the map was idle with everything drawn as the server has it. */
  readonly ready: boolean
  /** ms from the navigation until the map was idle for the first time with assets on it; 0 before. */
  readonly idleMs: number
  counters(): {
    assets: number
    drawn: number
    readings: number
    snapshots: number
    deltas: number
    pulses: number
    frames: number
    renders: number
    reconnects: number
    /** Components drawn so far. */
    components: number
  }
  /** State byte and value of an asset, as the page holds them. */
  asset(number: number): { state: number; value: number } | null
  /** What the map has in view: west, south, east, north; null without a map. */
  mapBounds(): number[] | null
  /** Where a place is on the screen (px), null without a map; where an asset stands. */
  onScreen(lon: number, lat: number): [number, number] | null
  placeOf(asset: number): [number, number] | null
  loseContext(): void
  /**
   * From now on each delta leaves the marks `delta-applied` and `delta-drawn` on the page's performance timeline, the second
   * with the frame after the one in which the map drew it; `detail` = its DeltaTimes. Whoever reads them clears them.
   */
  markDeltas(): void
}

declare global {
  interface Window {
    __huacheng?: TestHook
  }
}

export function exposeForTests(app: AppState): { mapIdle(): void } {
  let ready = false
  let idleMs = 0
  let components = 0
  const { __r } = options as DrawOptions
  ;(options as DrawOptions).__r = (node) => {
    __r?.(node)
    components++
  }
  const entities = () => app.store.entities.value
  window.__huacheng = {
    get ready() {
      return ready
    },
    get idleMs() {
      return idleMs
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
        reconnects: app.connection.counters.reconnects,
        components,
      }
    },
    asset(number) {
      const store = entities()
      return store ? { state: store.state[number], value: store.valueOf(number) } : null
    },
    mapBounds: () => app.map.value?.bounds() ?? null,
    onScreen(lon, lat) {
      const at = app.map.value?.project([lon, lat])
      const frame = document.querySelector('.map-holder')?.getBoundingClientRect()
      return at && frame ? [frame.left + at[0], frame.top + at[1]] : null
    },
    placeOf: (asset) => entities()?.placeOf(asset) ?? null,
    loseContext: () => app.map.value?.loseContext(),
    markDeltas() {
      app.store.latency.watch = (stage, detail) => {
        const mark = () => performance.mark(`delta-${stage}`, { detail })
        if (stage === 'drawn') requestAnimationFrame(mark)
        else mark()
      }
    },
  }
  return {
    mapIdle() {
      const store = entities()
      if (!store?.isFilled) return
      idleMs ||= performance.now()
      ready ||= store.isExact && !store.isRough
    },
  }
}
