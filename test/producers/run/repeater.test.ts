// When a record that has not changed is written again: once a second while the city moves, ever more rarely while it stands.
import { describe, expect, it } from 'vitest'
import { Repeater } from '../../../producers/run/repeater.ts'

/** Seconds at which it says so, asked ten times a second. */
function dueAt(repeater: Repeater, fromS: number, toS: number, standing: boolean, text = 'a') {
  const due: number[] = []
  for (let ms = fromS * 1000; ms <= toS * 1000; ms += 100) {
    if (repeater.isDue(text, ms, standing)) due.push(ms / 1000)
  }
  return due
}

describe('what is repeated', () => {
  it('is due at once when it is new, then once a second while the city moves', () => {
    const repeater = new Repeater()
    expect(dueAt(repeater, 0, 5, false)).toEqual([0, 1, 2, 3, 4, 5])
    expect(repeater.isDue('b', 5_050, false)).toBe(true)
    expect(repeater.isDue('b', 5_150, false)).toBe(false)
  })

  it('is due ever more rarely while it stands, and soon again once something is new', () => {
    const repeater = new Repeater()
    expect(dueAt(repeater, 0, 50, true)).toEqual([0, 1, 3, 7, 15, 25, 35, 45])
    expect(dueAt(repeater, 51, 54, true, 'b')).toEqual([51, 52, 54])
    expect(dueAt(repeater, 55, 57, false, 'b')).toEqual([55, 56, 57])
  })

  it('is due when the wall clock was set back', () => {
    const repeater = new Repeater()
    expect(repeater.isDue('a', 3_600_000, false)).toBe(true)
    expect(repeater.isDue('a', 0, false)).toBe(true)
    expect(repeater.isDue('a', 500, false)).toBe(false)
  })
})
