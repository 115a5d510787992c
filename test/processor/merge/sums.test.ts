// Packed sums say what the partials said: cell by cell, whatever scopes came later, and whatever is missing.
import { describe, expect, it } from 'vitest'
import { SumLayout } from '../../../processor/merge/sums.ts'
import type { Cell, MeasurePartial } from '../../../producers/contract/records.ts'

type Cells = Record<string, Cell>
const said = (...measures: [name: string, window: Cells, day: Cells][]) => ({
  measures: Object.fromEntries(
    measures.map(([name, window, day]): [string, MeasurePartial] => [name, { window, day }]),
  ),
})
const layout = () => new SumLayout(['usage', 'volume'])

describe('packed sums', () => {
  it('add up by measure, kind and scope, those that were packed before a scope was met, too', () => {
    const sums = layout()
    const first = sums.pack(said(['usage', { a: [1, 2, 3] }, { a: [10, 20, 30] }]))
    const second = sums.pack(
      said(['volume', { b: [7, null, 7] }, {}], ['usage', { a: [1, 1, 1], b: [5, 6, 7] }, {}]),
    )
    const of = (m: number, kind: 'window' | 'day') =>
      Object.fromEntries(sums.sumOver([first, second], m, kind))
    expect(of(0, 'window')).toEqual({ a: [2, 3, 4], b: [5, 6, 7] })
    expect(of(0, 'day')).toEqual({ a: [10, 20, 30], b: [0, 0, 0] })
    expect(of(1, 'window')).toEqual({ a: [0, 0, 0], b: [7, 0, 7] })
  })

  it.each([
    ['nothing and zeros', {}, { a: [0, null, 0] }, true],
    ['a denominator of none and of zero', { a: [1, null, 1] }, { a: [1, 0, 1] }, true],
    ['another numerator', { a: [1, 2, 3] }, { a: [2, 2, 3] }, false],
    ['another denominator', { a: [1, 2, 3] }, { a: [1, 3, 3] }, false],
    ['another n', { a: [1, 2, 3] }, { a: [1, 2, 4] }, false],
    ['a scope more', { a: [1, 2, 3] }, { a: [1, 2, 3], b: [0, 0, 1] }, false],
    ['a scope less', { a: [1, 2, 3], b: [0, 1, 0] }, { a: [1, 2, 3] }, false],
  ] as [string, Cells, Cells, boolean][])('tell: %s', (_, one, other, equal) => {
    const sums = layout()
    const [a, b] = [one, other].map((cells) => sums.pack(said(['volume', cells, {}])))
    expect(sums.areEqual(a, b, 1, 'window')).toBe(equal)
    expect(sums.areEqual(b, a, 1, 'window')).toBe(equal)
    expect(sums.areEqual(a, b, 1, 'day')).toBe(true)
    expect(sums.areEqual(a, b, 0, 'window')).toBe(true)
  })

  it('differ from no truth at all, unless they are zero', () => {
    const sums = layout()
    const some = sums.pack(said(['usage', { a: [1, 2, 3] }, {}]))
    expect(sums.areEqual(some, undefined, 0, 'window')).toBe(false)
    expect(sums.areEqual(some, undefined, 0, 'day')).toBe(true)
  })
})
