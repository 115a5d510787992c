// A cue that is pointed at: whoever presents goes there, everybody else looks.
import { signal } from '@preact/signals'
import { expect, it } from 'vitest'
import { isPresenting, toCue } from '../../../../../console/web/ui/presenting/follow-stage.ts'
import type { AppState } from '../../../../../console/web/ui/shell/context.ts'

function page(cue: number | null, more: Partial<AppState> = {}) {
  const asked: unknown[] = []
  const app = {
    ...{ kiosk: false, map: signal(null) },
    store: {
      run: signal({
        commands: true,
        cues: [{ highlight: ['lamp.on'] }, { highlight: ['lamp.off'] }],
      }),
      presentation: { view: signal({ cue }), ask: (message: unknown) => asked.push(message) },
    },
    state: { view: signal('plan'), lineage: signal(null), highlight: signal<string[]>([]) },
    ...more,
  } as unknown as AppState
  return { app, asked }
}

it('takes the city to a cue while somebody presents', () => {
  const { app, asked } = page(0)
  toCue(app, 1)
  expect([asked, app.state.view.value]).toEqual([[{ cue: 1 }], 'plan'])
})

it('only looks where nobody presents, and never goes from a kiosk', () => {
  const { app, asked } = page(null)
  toCue(app, 1)
  expect([asked, app.state.view.value, app.state.highlight.value]).toEqual([
    [],
    'map',
    ['lamp.off'],
  ])
  expect(isPresenting(page(0, { kiosk: true }).app)).toBe(false)
})
