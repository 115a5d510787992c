// The second recording as the page has it: a store of its own, fed by its own connection; what the person chooses is for both.
import { signal } from '@preact/signals'
import type { ShownMap } from '../../map/shown-map.ts'
import { openCity } from '../../store/connection/open-city.ts'
import { takeToken } from '../../store/connection/ticket-socket.ts'
import type { MapSpot } from '../../view-state.ts'
import type { AppState } from '../shell/context.ts'
import { followEmphasis } from './same-emphasis.ts'

/** The two, A first; for each a map that neither eases nor pulses: what moves on one map only would look like a difference. */
export function openSides(app: AppState, base: string): [AppState, AppState] {
  const second = openCity(takeToken('', sessionStorage).token, base)
  followEmphasis(app.store, second.store)
  // What is asked for of an asset or a camera is asked of the first map; the second follows it.
  const state = {
    ...app.state,
    asset: signal<number | null>(null),
    camera: signal<MapSpot | null>(null),
    askedCamera: signal<MapSpot | 'fit' | null>(null),
  }
  return [
    { ...app, still: true },
    { ...app, ...second, state, map: signal<ShownMap | null>(null), still: true },
  ]
}
