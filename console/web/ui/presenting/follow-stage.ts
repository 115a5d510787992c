// The page does what the stage says: a new cue moves the map and marks its KPIs.
import { effect, untracked } from '@preact/signals'
import type { AppState } from '../shell/context.ts'

export function followStage(app: AppState): void {
  effect(() => {
    const { cue } = app.store.presentation.view.value
    const { value: map } = app.map
    if (cue !== null && (map || app.store.run.value)) untracked(() => showCue(app, cue))
  })
}

/** What a cue is about, as if somebody had just come to it. */
export function showCue({ store, state, map }: AppState, index: number): void {
  const cue = store.run.value?.cues[index]
  if (!cue) return
  state.view.value = 'map'
  state.lineage.value = null
  state.highlight.value = cue.highlight ?? []
  if (cue.camera) map.value?.showView(cue.camera)
}

/** Whoever presents goes there, as the clicker does; everybody else only looks at what it is about. */
export function toCue(app: AppState, index: number): void {
  if (isPresenting(app)) app.store.presentation.ask({ cue: index })
  else showCue(app, index)
}

export const isPresenting = ({ store, kiosk }: AppState): boolean =>
  !kiosk && store.presentation.view.value.cue !== null && store.run.value?.commands === true
