// What every part of the page may reach: the store, the view's state, the live connection and the map.
import { computed, type Signal, signal } from '@preact/signals'
import { createContext } from 'preact'
import { useContext, useRef } from 'preact/hooks'
import type { ShownMap } from '../../map/shown-map.ts'
import type { LiveConnection } from '../../store/connection/connection.ts'
import type { PageStore } from '../../store/store.ts'
import type { ViewState } from '../../view-state.ts'

export type AppState = {
  store: PageStore
  state: ViewState
  connection: LiveConnection
  map: Signal<ShownMap | null>
  /** Four times a second: for shown clocks and ages. */
  tick: Signal<number>
  /** A page that can only be looked at: nothing on it leads to another view, for there is no way back. */
  kiosk: boolean
  /** Saves a picture of what is shown. */
  picture(): Promise<void>
  /** No easing and no pulses. */
  still: boolean
}

export const AppContext = createContext<AppState | null>(null)

export function useApp(): AppState {
  const app = useContext(AppContext)
  if (!app) throw new Error('useApp: no AppContext')
  return app
}

/** What `read` makes of signals, as data: the component is drawn again once that is other, not whenever a signal is. */
export function useSame<T>(read: () => T): T {
  const { current: last } = useRef<{ text?: string; value?: T }>({ text: '' })
  return computed(() => {
    const value = read()
    const text = JSON.stringify(value)
    if (last.text !== text) Object.assign(last, { text, value })
    return last.value as T
  }).value
}

/** The city's time as `of` says it, drawn again once that is other; null before there is any. */
export function useTime<T>(of: (now: number) => T): T | null {
  const { store, tick } = useApp()
  return useSame(() => {
    void tick.value
    const now = store.simNow()
    return now === null ? null : of(now)
  })
}

const TICK_MS = 250

/** Counts up while the page is open. */
export function startTick(): Signal<number> {
  const tick = signal(0)
  setInterval(() => {
    if (!document.hidden) tick.value++
  }, TICK_MS)
  return tick
}
