// Lots that do not report for a while: an operator's gateway at once or one lot, repaired, and the same for every shard.
import { describe, expect, it } from 'vitest'
import { parking } from '../../../../producers/domains/parking/domain.ts'
import { STATUS } from '../../../../producers/domains/parking/event.ts'
import { type CityOptions, linesOf, run, type Seen } from '../../simulated-city.ts'
import { lots, START, START_MS } from './lots.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const FRESH_MS = 15 * MINUTE_MS
const LOTS = 240

// As many lots to a gateway as a large operator has in a district.
const assets = lots(LOTS, 8).map((a, n) => ({
  ...a,
  ...{ district: 1 + (n % 8), attributes: { ...a.attributes, operator: `o ${n % 5}` } },
}))
const city: CityOptions = { domain: parking, assets, start: START }

/** Silences longer than the freshness: lot, when it said its last, when it spoke again and what. */
function silencesIn(seen: Seen[]) {
  const last = new Map<string, number>()
  const found: { id: string; from: number; to: number; event: number }[] = []
  for (const { id, time, event } of seen) {
    const from = last.get(id)
    if (from !== undefined && time - from > FRESH_MS) found.push({ id, from, to: time, event })
    last.set(id, time)
  }
  return found
}

describe('silences', () => {
  const seen = run(city, 72)
  const silences = silencesIn(seen)

  it('keep 2 to 5 % of the lots dark at a time', () => {
    const dark = silences.reduce((sum, { from, to }) => sum + to - from - FRESH_MS, 0)
    const share = dark / (LOTS * 72 * HOUR_MS)
    console.log(`${silences.length} silences in 72 h, ${(100 * share).toFixed(2)} % of the time`)
    expect(share).toBeGreaterThan(0.015)
    expect(share).toBeLessThan(0.055)
  })

  it('take the lots of an operator in a district together', () => {
    const gateway = (id: string) => {
      const { attributes, district } = assets.find((a) => a.id === id)!
      return `${attributes.operator}/${district}`
    }
    const withOthers = silences.filter((one) =>
      silences.some(
        (other) =>
          other.id !== one.id &&
          gateway(other.id) === gateway(one.id) &&
          Math.abs(other.to - one.to) < 5 * MINUTE_MS,
      ),
    )
    expect(withOthers.length / silences.length).toBeGreaterThan(0.5)
    expect(withOthers.length).toBeLessThan(silences.length)
  })

  it('end with a status, within a day', () => {
    expect(silences.length).toBeGreaterThan(20)
    for (const { event, from, to } of silences) {
      expect(event).toBe(STATUS)
      expect(to - from).toBeLessThan(24 * HOUR_MS + 2 * FRESH_MS)
    }
  })

  it('show at the start already, by an older census', () => {
    const census = seen.filter((s) => s.time < START_MS)
    const stale = census.filter((s) => s.time < START_MS - FRESH_MS)
    expect(census).toHaveLength(LOTS)
    expect(stale.length).toBeGreaterThan(0)
    expect(stale.length).toBeLessThan(0.12 * LOTS)
    // Shortly after midnight: those that fell silent the day before.
    const early = '2025-06-19T00:05:00+08:00'
    const earlyMs = Date.parse(early)
    const before = run({ ...city, start: early }, 0.01).filter((s) => s.time < earlyMs)
    expect(before).toHaveLength(LOTS)
    expect(before.some((s) => s.time < earlyMs - FRESH_MS)).toBe(true)
  })

  it('are the same whoever else is simulated', () => {
    const own = (id: string) => assets.find((a) => a.id === id)!.cell! % 2 === 0
    const half = run({ ...city, own }, 12)
    const both = run(city, 12).filter((s) => own(s.id))
    expect(linesOf(half)).toEqual(linesOf(both))
  })
})
