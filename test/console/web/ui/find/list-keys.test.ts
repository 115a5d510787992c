// Where keys lead in a long list.
import { describe, expect, it } from 'vitest'
import { nextRow } from '../../../../../console/web/ui/find/list-keys.ts'

describe('the keys of a list', () => {
  it('walk row by row, page by page and to either end, and never out of it', () => {
    const from = (code: string, at: number) => nextRow(code, at, 45)
    expect([from('ArrowDown', 19), from('ArrowUp', 20), from('ArrowUp', 0)]).toEqual([20, 19, 0])
    expect([from('PageDown', 30), from('PageUp', 30), from('PageUp', 3)]).toEqual([44, 10, 0])
    expect([from('Home', 30), from('End', 3), from('ArrowDown', 44)]).toEqual([0, 44, 44])
    expect(from('KeyX', 3)).toBe(null)
  })
})
