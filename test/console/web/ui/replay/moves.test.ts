// What the transport bar of a replay asks for: by key, by drag and by link.
import { describe, expect, it } from 'vitest'
import {
  askedTime,
  barsPath,
  KEY_ROWS,
  linkTo,
  moveOfDrag,
  moveOfKey,
  timeAt,
} from '../../../../../console/web/ui/replay/moves.ts'
import type { AppState } from '../../../../../console/web/ui/shell/context.ts'
import { listenToKeys } from '../../../../../console/web/ui/shell/keyboard.ts'

const AT = Date.parse('2025-06-11T07:00:00.000Z')
const replay = { from: AT, to: AT + 600_000, loop: null }

describe('keys of a replay', () => {
  it('step, and go to what happens', () => {
    expect(moveOfKey('Comma', false)).toEqual({ name: 'replay.step', args: { by: 'event' } })
    expect(moveOfKey('KeyC', false)?.args).toEqual({ by: 'window' })
    expect(moveOfKey('KeyZ', false)?.args).toEqual({ by: 'window', back: true })
    expect(moveOfKey('KeyH', false)).toEqual({ name: 'replay.next', args: {} })
    expect(moveOfKey('KeyH', true)?.args).toEqual({ back: true })
    expect(moveOfKey('KeyM', false)).toBeNull()
  })

  it('are none of the page’s own, and none that a clicker sends', () => {
    const listeners: Record<string, (event: object) => void> = {}
    const target = {
      addEventListener: (name: string, listener: (event: object) => void) => {
        listeners[name] = listener
      },
      removeEventListener() {},
    }
    const store = { demo: { capabilities: { value: [] } } }
    listenToKeys({ store } as unknown as AppState, target as unknown as Window)
    const taken = (code: string) => {
      let isTaken = false
      const preventDefault = () => {
        isTaken = true
      }
      // A repeat is taken and acts on nothing.
      listeners.keydown({ code, repeat: true, target: null, preventDefault })
      return isTaken
    }
    expect(['KeyM', 'PageDown', 'KeyB', 'Space'].every(taken)).toBe(true)
    const ours = KEY_ROWS.flatMap(([keys]) => keys).map((key) =>
      key === ',' ? 'Comma' : `Key${key.replace('⇧', '')}`,
    )
    expect(ours.filter(taken)).toEqual([])
    const clicker = ['PageDown', 'PageUp', 'KeyB', 'Period', 'F5', 'Escape', 'ArrowLeft']
    expect(clicker.filter((code) => moveOfKey(code, false) !== null)).toEqual([])
  })
})

describe('a moment', () => {
  it('is in the page’s address, beside what else is there', () => {
    const href = linkTo('http://a/b/?test=1#lang=zh', AT)
    expect(href).toBe('http://a/b/?test=1&at=2025-06-11T07%3A00%3A00.000Z#lang=zh')
    expect(askedTime(new URL(href).search, replay)).toBe(AT)
    expect(linkTo(href, null)).toBe('http://a/b/?test=1#lang=zh')
  })

  it('is none where the recording does not hold it, or nothing is asked for', () => {
    expect(askedTime('?at=2025-06-11T06:59:59Z', replay)).toBeNull()
    expect(askedTime('?at=soon', replay)).toBeNull()
    expect(askedTime('', replay)).toBeNull()
  })
})

describe('a drag', () => {
  it('goes to where it ends, inside the recording', () => {
    expect([timeAt(-1, replay), timeAt(0.5, replay), timeAt(2, replay)]).toEqual([
      AT,
      AT + 300_000,
      AT + 600_000,
    ])
    expect(moveOfDrag(AT, AT + 1_000, false, 20_000)).toEqual({
      name: 'clock.jump',
      args: { to: '2025-06-11T07:00:01.000Z' },
    })
  })

  it('with Shift chooses a part, in either direction; too short a one is none', () => {
    expect(moveOfDrag(AT + 60_000, AT, true, 20_000)).toEqual({
      name: 'replay.loop',
      args: { from: '2025-06-11T07:00:00.000Z', to: '2025-06-11T07:01:00.000Z' },
    })
    expect(moveOfDrag(AT, AT + 1_000, true, 20_000).name).toBe('clock.jump')
  })
})

it('draws steps without events as nothing, and cuts what is far more than usual', () => {
  const counts = [1_000_000, ...Array.from({ length: 99 }, () => 10), 0]
  const path = barsPath({ counts }, 40)
  expect(path.startsWith('M0 40v-40.0h.8v40.0M1 40v-40.0')).toBe(true)
  expect(path).not.toContain('M100')
})
