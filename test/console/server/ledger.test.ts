// The account over all tasks.
import { describe, expect, it } from 'vitest'
import { createLedgerBook } from '../../../console/server/ledger.ts'
import { NO_INJECTED } from '../../../producers/contract/records.ts'
import { ledger } from './small-city.ts'

const bookOf = (...readings: ReturnType<typeof ledger>[]) => {
  const book = createLedgerBook()
  for (const reading of readings) book.put(reading)
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

  it('passes over what a restored task or one that lost its partitions tells again', () => {
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

  it('names the tick interval where something is missing', () => {
    const breaks = [{ from: 'a', to: 'b', expected: 10, got: 9 }]
    const view = bookOf(
      ledger(1),
      ledger(1, { domain: 'well', partition: 2, folded: 99, read: 99, unexplained: 1, breaks }),
    )
    expect(view.balanced).toBe(false)
    expect(view.unexplained).toBe(1)
    expect(view.broken).toEqual([{ domain: 'well', partition: 2, from: 'a', to: 'b' }])
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
