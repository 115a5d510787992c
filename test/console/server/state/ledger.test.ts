// The account over all tasks.
import { describe, expect, it } from 'vitest'
import { createLedgerBook } from '../../../../console/server/state/ledger.ts'
import type { LedgerBreak } from '../../../../processor/contract/types.ts'
import { NO_INJECTED } from '../../../../producers/contract/records.ts'
import { ledger } from '../small-city.ts'

const bookOf = (...readings: ReturnType<typeof ledger>[]) => {
  const book = createLedgerBook()
  for (const reading of readings) book.put(reading, 'processor-1', 7)
  return book.view()
}

describe('the ledger view', () => {
  it('sums the newest ledger of every task', () => {
    const view = bookOf(
      ledger(1, { read: 10, folded: 10, produced: 10 }),
      ledger(1),
      ledger(1, { partition: 1 }),
      ledger(1, { domain: 'well' }),
    )
    expect(view).toMatchObject({ tasks: 3, read: 300, folded: 300, produced: 300, balanced: true })
  })

  it('ignores what a restored task or one that lost its partitions publishes again', () => {
    const watermark = '2099-01-01T00:00:00.000Z'
    const view = bookOf(
      ledger(1, { watermark, read: 300, folded: 300, produced: 300 }),
      ledger(1),
      ledger(1, { watermark, read: 200, folded: 200, produced: 200 }),
    )
    expect(view).toMatchObject({ tasks: 1, read: 300 })
  })

  it('balances with explained losses, duplicates and events held back', () => {
    const injected = { ...NO_INJECTED, drop: 3, corrupt: 2, duplicate: 4, late: 5, held: 6 }
    const sums = { read: 93, folded: 79, late: 10, duplicate: 2, deadLetter: 2 }
    const view = bookOf(ledger(1, { ...sums, produced: 79 + 10 + 6 + 3 + 2, injected }))
    expect(view).toMatchObject({ balanced: true, injected: 14, lost: 5, held: 6, broken: [] })
  })

  const broken = (to: string, change: Partial<LedgerBreak> = {}): LedgerBreak => ({
    ...{ from: 'a', to, expected: 10, got: 9, unexplained: 1, altered: false, returned: 0 },
    missing: [],
    ...change,
  })
  const lossy = { domain: 'well', folded: 99, read: 99, unexplained: 1 }

  it('names the tick interval where something is missing, and the event once it is known', () => {
    const named = { asset: 'well-7', district: '990001', seq: 5, after: null, before: 'c' }
    const breaks = [broken('b'), broken('d', { missing: [named] })]
    const view = bookOf(
      ledger(1),
      ledger(1, { ...lossy, partition: 2, unexplained: 2, folded: 98, read: 98, breaks }),
    )
    expect(view.balanced).toBe(false)
    expect(view.unexplained).toBe(2)
    const place = { domain: 'well', partition: 2, from: 'a', unexplained: 1 }
    expect(view.broken).toEqual([
      { ...place, to: 'd', named },
      { ...place, to: 'b', named: null },
    ])
  })

  it('balances again when what was missing came late, and says how many came', () => {
    const gone = broken('b', { returned: 1 })
    const came = broken('d', { expected: 3, got: 4, unexplained: -1 })
    const whole = { ...lossy, unexplained: 0, late: 1, read: 100 }
    expect(bookOf(ledger(1, { ...whole, breaks: [gone, came] }))).toMatchObject({
      ...{ balanced: true, returned: 1, broken: [] },
    })
    // Of two, one is still lost: only its interval is left.
    const other = broken('c')
    const view = bookOf(
      ledger(1, { ...whole, folded: 98, read: 99, unexplained: 1, breaks: [gone, other, came] }),
    )
    expect(view).toMatchObject({
      balanced: false,
      returned: 1,
      broken: [{ to: 'c', unexplained: 1 }],
    })
  })

  it('leaves out the intervals that injected faults explain, and keeps the newest 20', () => {
    const explained = broken('x', { unexplained: 0 })
    const one = bookOf(ledger(1, { ...lossy, breaks: [explained, broken('b')] }))
    expect(one.broken.map((b) => b.to)).toEqual(['b'])
    const many = Array.from({ length: 15 }, (_, i) => broken(`b${10 + i}`))
    const two = bookOf(
      ledger(1, { ...lossy, breaks: many }),
      ledger(1, { ...lossy, partition: 1, breaks: many }),
    )
    expect(two.broken.map((b) => b.to).slice(0, 3)).toEqual(['b24', 'b24', 'b23'])
    expect(two.broken).toHaveLength(20)
  })

  it('is broken by other bytes although every count agrees', () => {
    const altered = broken('b', { got: 10, unexplained: 0, altered: true })
    expect(bookOf(ledger(1, { breaks: [altered] }))).toMatchObject({
      balanced: false,
      broken: [{ unexplained: 0, named: null }],
    })
  })

  it('says which processor published a ledger, and when', () => {
    const book = createLedgerBook()
    book.put(ledger(1), 'processor-1', 7)
    book.put(ledger(1), 'processor-2', 8)
    expect(book.all()).toEqual([{ ...ledger(1), owner: 'processor-2', toldAt: 8 }])
  })

  it('does not let a surplus in one task hide a loss in another', () => {
    const view = bookOf(
      ledger(1, { partition: 0, unexplained: 1, folded: 99, read: 99 }),
      ledger(1, { partition: 1, unexplained: -1, folded: 101, read: 101 }),
    )
    expect(view.unexplained).toBe(0)
    expect(view.balanced).toBe(false)
  })

  it('is broken when the sums of a task do not add up, whatever it says', () => {
    const view = bookOf(ledger(1, { folded: 90 }))
    expect(view).toMatchObject({ balanced: false, broken: [{ domain: 'lamp', partition: 0 }] })
  })
})
