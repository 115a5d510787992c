// Which ticks count: where one may stand, what a copy under another time gives away, and how a forged one is got over.
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { NO_INJECTED } from '../../../producers/contract/records.ts'
import {
  createTicks,
  firstTickState,
  type TickFacts,
  tickTimeProblem,
} from '../../../producers/contract/ticks.ts'

const S = 1000
const TIMES = { start: 0, end: 65 * S, tickMs: 10 * S }
const next = (chain: string, lines = '') =>
  createHash('sha256').update(Buffer.from(chain, 'hex')).update(lines).digest('hex')

/** Ticks 0 to 6 of a run with these numbers of events in each interval; the last stands at the end. */
function honest(events: number[]): TickFacts[] {
  let count = 0
  let chain = '0'.repeat(64)
  return events.map((n, i) => {
    count += n
    chain = next(chain, 'event\n'.repeat(n))
    const time = Math.min(TIMES.start + i * TIMES.tickMs, TIMES.end)
    return { time, count, injected: NO_INJECTED, chain }
  })
}

/** `accepted` = what had arrived before each tick; default what it counts. */
function judged(ticks: TickFacts[], accepted = ticks.map((t) => t.count)): string[] {
  const line = createTicks(TIMES, firstTickState(TIMES))
  return ticks.map((tick, i) => {
    const verdict = line.judge(tick, accepted[i])
    return typeof verdict === 'string' ? verdict : 'refused'
  })
}

describe('a tick’s time', () => {
  it('is the start plus a multiple of the tick, or the end', () => {
    for (const time of [0, 10 * S, 60 * S, 65 * S]) expect(tickTimeProblem(TIMES, time)).toBeNull()
    for (const time of [-10 * S, 5 * S, 64 * S, 70 * S, Date.parse('2099-01-01T00:00:00Z')]) {
      expect(tickTimeProblem(TIMES, time)).toMatch(/plus a multiple of 10 s/)
    }
  })
})

describe('the line of ticks', () => {
  const ticks = honest([3, 2, 0, 0, 4, 1, 0, 2])

  it('takes what producers write, also after lost events, lost ticks and retries', () => {
    expect(judged(ticks)).toEqual(ticks.map(() => 'next'))
    expect(judged(ticks, [2, 2, 2, 2, 5, 5, 5, 7])).toEqual(ticks.map(() => 'next'))
    for (let lost = 0; lost < ticks.length - 1; lost++) {
      const left = ticks.toSpliced(lost, 1)
      expect(judged(left)).toEqual(left.map(() => 'next'))
    }
    const retried = [ticks[0], ticks[1], ticks[2], ticks[1], ticks[2], ticks[3]]
    expect(judged(retried)).toEqual(['next', 'next', 'next', 'repeated', 'repeated', 'next'])
  })

  it('refuses every earlier tick under every later time, and goes on', () => {
    for (let at = 0; at < 6; at++) {
      for (let of = 0; of <= at; of++) {
        for (let to = at + 1; to < 7; to++) {
          const copy = { ...ticks[of], time: to * TIMES.tickMs }
          const stream = [...ticks.slice(0, at + 1), copy, ...ticks.slice(at + 1)]
          const wanted = ticks.map(() => 'next').toSpliced(at + 1, 0, 'refused')
          expect(judged(stream), `tick ${of} after ${at} as ${to}`).toEqual(wanted)
        }
      }
    }
  })

  it('gets over a forged count: two ticks in a row that agree count again', () => {
    const forged = { ...ticks[2], count: 1_000_000, chain: next(ticks[1].chain, 'forged') }
    const stream = [ticks[0], ticks[1], forged, ticks[2], ticks[3], ticks[4], ticks[5]]
    expect(judged(stream, [3, 5, 5, 5, 5, 9, 10])).toEqual([
      ...['next', 'next', 'next', 'repeated', 'refused', 'next', 'next'],
    ])
  })

  it('knows nothing of what came before the first tick of a stretch', () => {
    const line = createTicks(TIMES, { last: null, doubted: null })
    expect(line.judge(ticks[4], 0)).toBe('next')
    expect(line.judge(ticks[5], 1)).toBe('next')
  })
})
