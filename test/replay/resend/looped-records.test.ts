// A recording sent again and again: what a second pass has anew and what it has once more, and where it all ends.
import { describe, expect, test } from 'vitest'
import { realClock, virtualClock } from '../../../infra/clock.ts'
import { readRange } from '../../../infra/event-log/log-range.ts'
import { createMemoryLog } from '../../../infra/memory/memory-log.ts'
import type { RecordedRecord } from '../../../replay/recording/line.ts'
import {
  LoopedRecords,
  type LoopOptions,
  type PassedRecord,
} from '../../../replay/resend/looped-records.ts'
import type { PlannedRecord } from '../../../replay/resend/merged-records.ts'
import { Resend } from '../../../replay/resend/resend.ts'

const UNKNOWN = Number.NEGATIVE_INFINITY
const DUES = [UNKNOWN, 1_000, 1_000, 1_400, 2_000]

const recordAt = (i: number): RecordedRecord => ({
  ...{ topic: 'a', partition: i % 2, offset: BigInt(100 + i), timestamp: 5_000 + i },
  ...{ key: Buffer.from(`k${i}`), value: Buffer.from(`{"id":${i}}`), headers: [['own', null]] },
})

/** Two at a time. */
function once(dues: number[]): { next(): Promise<PlannedRecord[]> } {
  const all = dues.map((due, i) => ({ due, record: recordAt(i) }))
  return { next: async () => all.splice(0, 2) }
}

async function read(options: Partial<LoopOptions>, most = 1_000): Promise<PassedRecord[]> {
  const records = new LoopedRecords({ open: () => once(DUES), isLooped: true, ...options })
  const found: PassedRecord[] = []
  for (let chunk = await records.next(); chunk.length > 0; chunk = await records.next()) {
    found.push(...chunk)
    if (found.length > most) break
  }
  return found
}

const duesOf = (records: PassedRecord[]) =>
  records.map(({ due, pass }) => `${pass?.number ?? '-'}: ${due}`)

describe('when a pass is due', () => {
  test('is behind the one before, as long as it takes from its first record to its last', async () => {
    const found = await read({ forMs: 2_500 })
    expect(duesOf(found)).toEqual([
      ...['1: -Infinity', '1: 1000', '1: 1000', '1: 1400', '1: 2000'],
      ...['2: -Infinity', '2: 2000', '2: 2000', '2: 2400', '2: 3000'],
      ...['3: -Infinity', '3: 3000', '3: 3000', '3: 3400'],
    ])
  })

  test('is never that of a pass that would begin where all ends', async () => {
    expect(await read({ forMs: 2_000, until: 3_000 })).toHaveLength(DUES.length)
  })

  test('is as long as the stretch that was asked for, its silence included', async () => {
    const found = await read({ from: 500, until: 4_500, forMs: 5_000 })
    expect(duesOf(found.slice(5))).toEqual(['2: -Infinity', '2: 5000', '2: 5000', '2: 5400'])
  })

  test('ends early in one that is sent once, too', async () => {
    expect(duesOf(await read({ isLooped: false, forMs: 400 }))).toEqual([
      ...['-: -Infinity', '-: 1000', '-: 1000'],
    ])
    expect(await read({ isLooped: false })).toHaveLength(DUES.length)
  })

  test('never is at the same instant for ever, nor for nothing', async () => {
    const found = await read({ open: () => once([7, 7]) }, 5)
    expect(duesOf(found)).toEqual(['1: 7', '1: 7', '2: 8', '2: 8', '3: 9', '3: 9'])
    await expect(read({ open: () => once([]) })).rejects.toThrow(
      '--loop: no record in that stretch',
    )
  })
})

async function sent(timestamps: 'original' | 'shifted') {
  const log = createMemoryLog()
  await log.ensureTopics([{ name: 'r.a', partitions: 2, cleanup: 'delete' }])
  const clock = virtualClock(50_000)
  const records = new LoopedRecords({ open: () => once(DUES), isLooped: true, forMs: 1_700 })
  const resend = new Resend({
    ...{ log, clock, records, speed: 1, run: 'run-1', timestamps, target: () => 'r.a' },
  })
  const run = resend.run()
  let isOver = false
  void run.finally(() => {
    isOver = true
  })
  for (let i = 0; i < 10_000 && !isOver; i++) {
    clock.advance(1)
    await realClock.turn()
  }
  const outcome = await run
  const lane: RecordedRecord[] = []
  for await (const some of readRange(log, { topic: 'r.a', partition: 1 })) {
    lane.push(...some.map((record) => ({ ...record, topic: 'r.a', partition: 1 })))
  }
  return { outcome, lane }
}

describe('a second pass', () => {
  test('has the bytes, ids and original offsets of the first, behind it, and says which it is', async () => {
    const { lane, outcome } = await sent('original')
    expect(lane.map(({ offset }) => offset)).toEqual([0n, 1n, 2n, 3n])
    expect(lane.map(({ value }) => String(value))).toEqual([
      '{"id":1}',
      '{"id":3}',
      '{"id":1}',
      '{"id":3}',
    ])
    expect(lane.map(({ timestamp }) => timestamp)).toEqual([5_001, 5_003, 5_001, 5_003])
    const headers = lane.map(({ headers = [] }) =>
      headers.map(([name, value]) => `${name}=${value === null ? '' : value}`).join(' '),
    )
    expect(headers).toEqual(
      [
        [101, 1],
        [103, 1],
        [101, 2],
        [103, 2],
      ].map(
        ([offset, pass]) =>
          `own= replay.run=run-1 replay.orig.offset=${offset} replay.pass=${pass}`,
      ),
    )
    // The newest is of the second pass, at its own time.
    expect(outcome).toMatchObject({ passes: 2, from: 1_000, to: 1_400, playedMs: 1_400 })
    expect(outcome.acknowledged).toBe(9)
  })

  test('has timestamps that go on, where they are shifted', async () => {
    const { lane } = await sent('shifted')
    const [first, ...rest] = lane.map(({ timestamp }) => timestamp)
    expect(rest.map((timestamp) => timestamp - first)).toEqual([400, 1_000, 1_400])
  })
})
