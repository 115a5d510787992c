// On a wall nobody presses keys: one district after the other, then the whole city again.
import { effect } from '@preact/signals'
import type { AppState } from '../shell/context.ts'

const EACH_MS = 20_000

export function cycleOnWall(app: AppState, next: (app: AppState) => void): void {
  effect(() => {
    if (!app.state.wall.value) return
    const timer = setInterval(() => {
      if (!document.hidden && app.store.presentation.view.value.cue === null) next(app)
    }, EACH_MS)
    return () => clearInterval(timer)
  })
}
