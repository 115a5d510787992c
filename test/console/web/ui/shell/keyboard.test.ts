// Keys of the page: what Space does where, and that a held key acts once.
import { signal } from '@preact/signals'
import { beforeEach, describe, expect, it } from 'vitest'
import type { AppState } from '../../../../../console/web/ui/shell/context.ts'
import { listenToKeys } from '../../../../../console/web/ui/shell/keyboard.ts'
import { createViewState } from '../../../../../console/web/view-state.ts'

type Listener = (event: unknown) => void
let listeners: Map<string, Listener>
let issued: string[]
let state: ReturnType<typeof createViewState>

beforeEach(() => {
  listeners = new Map()
  issued = []
  state = createViewState()
  const store = {
    run: signal({ commands: true, declarations: {} }),
    clock: signal({ status: 'running' }),
    commands: { open: () => null, issue: (name: string) => issued.push(name) },
  }
  const target = {
    addEventListener: (type: string, listener: Listener) => listeners.set(type, listener),
    removeEventListener: (type: string) => listeners.delete(type),
  }
  listenToKeys({ store, state } as unknown as AppState, target as unknown as Window)
})

/** Whether the browser's own action was kept from happening. */
function send(type: string, code: string, target: object = { tagName: 'BODY' }, more = {}) {
  let isOurs = false
  const preventDefault = () => {
    isOurs = true
  }
  listeners.get(type)!({ code, target, preventDefault, ...more })
  return isOurs
}

describe('Space', () => {
  it('pauses, on a focused button too, which it does not press as well', () => {
    const button = { tagName: 'BUTTON' }
    expect(send('keydown', 'Space', button)).toBe(true)
    expect(send('keyup', 'Space', button)).toBe(true)
    expect(issued).toEqual(['clock.pause'])
  })

  it.each([
    { tagName: 'INPUT' },
    { tagName: 'SELECT' },
    { tagName: 'TEXTAREA' },
    { tagName: 'DIV', getAttribute: () => 'combobox' },
  ])('is typed in $tagName', (target) => {
    expect([send('keydown', 'Space', target), send('keyup', 'Space', target)]).toEqual([
      false,
      false,
    ])
    expect(issued).toEqual([])
  })
})

describe('a held key', () => {
  it('acts once', () => {
    send('keydown', 'KeyT')
    expect(state.theme.value).toBe('light')
    expect(send('keydown', 'KeyT', undefined, { repeat: true })).toBe(true)
    expect(state.theme.value).toBe('light')
    send('keydown', 'Space')
    send('keydown', 'Space', undefined, { repeat: true })
    expect(issued).toEqual(['clock.pause'])
  })
})
