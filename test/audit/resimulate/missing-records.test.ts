// Which missing record an unexpected one stands for.
import { describe, expect, it } from 'vitest'
import { ExpectedRecords } from '../../../audit/resimulate/expected-records.ts'
import { MissingRecords } from '../../../audit/resimulate/missing-records.ts'
import { isoTime } from '../../../infra/time.ts'

const event = (subject: string, seq: number) => ({
  key: Buffer.from(subject),
  value: Buffer.from(JSON.stringify({ specversion: '1.0', id: `${subject}:${seq}`, subject, seq })),
  timestamp: 0,
})
const tick = (time: number) => ({
  key: null,
  value: Buffer.from(
    JSON.stringify({ specversion: '1.0', id: `tick-${time}`, time: isoTime(time) }),
  ),
  timestamp: 0,
})

describe('missing records', () => {
  it('are what was not found, up to the tick behind which nothing need have come', () => {
    const expected = new ExpectedRecords([event('a', 1), tick(0), event('a', 2), tick(10)])
    expected.find(1, 7n)
    expect([...new MissingRecords(expected, null).left]).toEqual([0, 2, 3])
    expect([...new MissingRecords(expected, 0).left]).toEqual([0])
    expect(expected.whereOf(0)).toBe('nothing of the run')
    expect(expected.whereOf(2)).toBe('offset 7')
  })

  it('are taken once each, by name or as the nearest of their asset', () => {
    const events = [1, 2, 3].map((seq) => event('a', seq))
    const expected = new ExpectedRecords([...events, event('b', 1)])
    const missing = new MissingRecords(expected, null)
    expect(missing.takeOne(expected.withId('a:2'))).toBe(1)
    expect(missing.takeOne(expected.withId('a:2'))).toBeUndefined()
    expect(missing.takeNearest('a', 3)).toBe(2)
    expect(missing.takeNearest('a', 3)).toBe(0)
    expect(missing.takeNearest('a', 3)).toBeUndefined()
    expect([...missing.left]).toEqual([3])
  })
})
