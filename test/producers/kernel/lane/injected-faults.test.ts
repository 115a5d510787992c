// What each fault does to one record, and that what was held back comes out when it is due.
import { describe, expect, it } from 'vitest'
import type { NewRecord } from '../../../../infra/event-log/event-log.ts'
import { InjectedFaults } from '../../../../producers/kernel/lane/injected-faults.ts'

const record = (text: string): NewRecord => ({ key: null, value: Buffer.from(text), timestamp: 0 })
const texts = (records: NewRecord[]) => records.map((r) => r.value!.toString())
const late = (until: number) => ({ kind: 'late' as const, until })

describe('injected faults', () => {
  it('drop, double and cut what is written, and count it', () => {
    const faults = new InjectedFaults()
    const apply = (kind: 'drop' | 'duplicate' | 'corrupt') =>
      texts(faults.apply({ kind, until: 0 }, record('whole'), 0))
    expect(apply('drop')).toEqual([])
    expect(apply('duplicate')).toEqual(['whole', 'whole'])
    expect(apply('corrupt')).toEqual(['wh'])
    expect(faults.counts).toEqual({ drop: 1, duplicate: 1, late: 0, corrupt: 1, held: 0 })
  })

  it('hold records back until they are due, equal dues in the order in which they came', () => {
    const faults = new InjectedFaults()
    for (const [text, until] of [
      ['c', 30],
      ['a', 20],
      ['b', 20],
      ['d', 40],
    ] as const) {
      expect(faults.apply(late(until), record(text), 10)).toEqual([])
    }
    expect(faults.counts).toMatchObject({ late: 4, held: 4 })
    expect(faults.release(19)).toEqual([])
    expect(texts(faults.release(30))).toEqual(['a', 'b', 'c'])
    expect(faults.counts).toMatchObject({ late: 4, held: 1 })
    expect(texts(faults.release(40))).toEqual(['d'])
    expect(faults.counts.held).toBe(0)
  })

  it('never release a record before its own time', () => {
    const faults = new InjectedFaults()
    faults.apply({ kind: 'gateway-outage', until: 5 }, record('x'), 12)
    expect(faults.release(11)).toEqual([])
    expect(texts(faults.release(12))).toEqual(['x'])
  })
})
