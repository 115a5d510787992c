// The story of a lost event by the accounts: missed in its interval, named when it is the very one, settled when it came back.
import { describe, expect, it } from 'vitest'
import type { LedgerBreak, TaskView, Theft } from '../../../../console/messages.ts'
import { storyOf, UNTOLD } from '../../../../console/server/commands/loss-story.ts'

const theft: Theft = {
  ...{ topic: 'city.lamp', partition: 3, asset: 'lamp-7', district: 'd', seq: 9 },
  ...{ time: '2025-06-18T08:30:05.000Z', lostAt: 1_000 },
  ...UNTOLD,
}
const place = (change: Partial<LedgerBreak> = {}): LedgerBreak => ({
  ...{ from: '2025-06-18T08:30:00.000Z', to: '2025-06-18T08:30:10.000Z' },
  ...{ expected: 5, got: 4, unexplained: 1, altered: false, returned: 0, missing: [] },
  ...change,
})
const account = (toldAt: number, breaks: LedgerBreak[], change: Partial<TaskView> = {}) =>
  ({
    ...{ domain: 'lamp', partition: 3, watermark: '2025-06-18T08:31:00.000Z', late: 0 },
    ...{ injected: { drop: 0, duplicate: 0, late: 0, corrupt: 0, held: 0 } },
    ...{ toldAt, breaks },
    ...change,
  }) as TaskView
const missing = (seq: number) => ({
  ...{ asset: 'lamp-7', district: 'd', seq, after: null, before: '2025-06-18T08:31:00.000Z' },
})

describe('the story of a lost event', () => {
  it('comes from the account of its own interval, with the times at which that was published', () => {
    const elsewhere = [
      account(1_400, [place()], { partition: 2 }),
      account(1_400, [place()], { domain: 'well' }),
      account(1_400, [place({ from: '2025-06-18T08:30:06.000Z' })]),
      account(1_400, [place({ to: theft.time })]),
    ]
    for (const task of elsewhere) expect(storyOf(theft, [task], [])).toBe(theft)
    const missed = storyOf(theft, [account(1_500, [place()])], [])
    expect([missed.missedAt, missed.namedAt]).toEqual([1_500, null])
    const other = storyOf(missed, [account(2_000, [place({ missing: [missing(8)] })])], [])
    expect(other).toBe(missed)
    const named = storyOf(missed, [account(3_000, [place({ missing: [missing(9)] })])], [])
    expect([named.missedAt, named.namedAt]).toEqual([1_500, 3_000])
    const later = storyOf(named, [account(9_000, [place({ missing: [missing(9)] })])], [])
    expect(later, 'a page that is opened later reads the same').toBe(named)
  })

  const returned: Theft = { ...theft, missedAt: 1_500, namedAt: 3_000, returnedAt: 5_000 }
  const back = [place({ returned: 1 })]

  it('is over when the account has it back, as late or folded', () => {
    expect(storyOf(returned, [account(5_500, [place()])], [])).toBe(returned)
    expect(storyOf(returned, [account(6_000, back)], [])).toMatchObject({
      ...{ settledAt: 6_000, counted: 'folded' },
    })
    const late = account(6_000, back, { late: 4 })
    expect(storyOf({ ...returned, lateBefore: 3 }, [late], []).counted).toBe('late')
    const injected = account(6_000, back, { late: 4, injected: { ...late.injected, late: 3 } })
    expect(storyOf(returned, [injected], []).counted).toBeNull()
  })

  it('waits for its own return where the interval lost several', () => {
    const other = { ...returned, seq: 8, settledAt: 5_500 }
    const tasks = (count: number) => [account(6_000, [place({ got: 3, returned: count })])]
    expect(storyOf(returned, tasks(1), [other])).toBe(returned)
    expect(storyOf(returned, tasks(2), [other]).settledAt).toBe(6_000)
  })

  it('was never missed when it came back before its interval had ended', () => {
    const quick: Theft = { ...theft, returnedAt: 1_200 }
    const before = account(1_300, [], { watermark: '2025-06-18T08:30:00.000Z' })
    expect(storyOf(quick, [before], [])).toBe(quick)
    expect(storyOf(quick, [account(1_500, [])], [])).toMatchObject({
      ...{ missedAt: null, settledAt: 1_500, counted: 'folded' },
    })
  })
})
