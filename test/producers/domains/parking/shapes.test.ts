// The day of each type of lot as its users make it: offices, homes, malls, hospitals, stations, kerbs.
import { describe, expect, it } from 'vitest'
import { ENTRY, EXIT } from '../../../../producers/domains/parking/event.ts'
import { simulatedCity } from '../../simulated-city.ts'
import { lotOf, lots, options, simulate, TYPES } from './lots.ts'

const HOUR_MS = 3_600_000

/** Of 20 lots of each type: share of spaces taken at each full hour, entries per space, and share of exits in each hour. */
function dayOf(start: string, warmUpHours = 0) {
  const assets = lots(120, 150)
  const typeOf = new Map(assets.map((a) => [a.id, String(a.attributes.type)]))
  const empty = () => ({ taken: [] as number[], entries: 0, exits: new Array<number>(24).fill(0) })
  const days = Object.fromEntries(TYPES.map((type) => [type, empty()]))
  const occupied = new Map<string, number>()
  const context = simulatedCity({ ...options, assets, start })
  const from = context.scenario.start + warmUpHours * HOUR_MS
  let hour = 0
  simulate(context, warmUpHours + 24, (s) => {
    for (; s.time >= from + hour * HOUR_MS; hour++) {
      for (const type of TYPES) days[type].taken.push(0)
      for (const [id, cars] of occupied) days[typeOf.get(id)!].taken[hour] += cars / (20 * 150)
    }
    occupied.set(s.id, lotOf(s).occupied)
    if (s.time < from) return
    const day = days[typeOf.get(s.id)!]
    if (s.event === ENTRY) day.entries += 1 / (20 * 150)
    if (s.event === EXIT) day.exits[Math.floor((s.time - from) / HOUR_MS)]++
  })
  return days
}

const shareOf = (exits: number[], from: number, to: number) =>
  exits.slice(from, to).reduce((a, b) => a + b) / exits.reduce((a, b) => a + b)
const peakOf = (values: number[]) => values.indexOf(Math.max(...values))

describe('a Wednesday at car parks', () => {
  const day = dayOf('2025-06-18T00:00:00+08:00')
  for (const type of TYPES) {
    const { taken, entries } = day[type]
    const at = [3, 8, 11, 15, 19, 22].map((h) => `${h} h ${(100 * taken[h]).toFixed(0)} %`)
    console.log(`${type}: ${at.join(', ')}; ${entries.toFixed(2)} entries a space`)
  }

  it('empties offices at the end of work: exits at their peak at 18 h, 5-15 % taken at 03 h', () => {
    const { taken, exits } = day.office
    expect(peakOf(exits)).toBe(18)
    expect(taken[3]).toBeGreaterThan(0.05)
    expect(taken[3]).toBeLessThan(0.15)
    expect(taken[15]).toBeGreaterThan(0.75)
  })

  it('empties homes in the morning: about half of the exits from 07 to 09 h, full at night', () => {
    const { taken, exits } = day.home
    console.log(`homes: ${(100 * shareOf(exits, 7, 9)).toFixed(0)} % of exits from 07 to 09 h`)
    expect(shareOf(exits, 7, 9)).toBeGreaterThan(0.42)
    expect(shareOf(exits, 7, 9)).toBeLessThan(0.6)
    expect(taken[3]).toBeGreaterThan(0.82)
    expect(taken[12]).toBeLessThan(0.4)
  })

  it('has two sessions at hospitals', () => {
    const { taken } = day.hospital
    const noon = Math.min(taken[12], taken[13])
    expect(taken[10]).toBeGreaterThan(1.1 * noon)
    expect(taken[15]).toBeGreaterThan(1.05 * noon)
    expect(taken[3]).toBeLessThan(0.25)
  })

  it('fills malls in the evening, and kerbs and stations all day', () => {
    expect(peakOf(day.mall.taken)).toBeGreaterThanOrEqual(18)
    expect(day.mall.taken[19]).toBeGreaterThan(0.75)
    expect(day.mall.taken[19]).toBeLessThan(0.92)
    expect(day.mall.taken[4]).toBeLessThan(0.12)
    expect(Math.min(...day.transport.taken)).toBeGreaterThan(0.4)
    expect(day.kerb.entries).toBeGreaterThan(7)
  })
})

describe('a Saturday at car parks', () => {
  const day = dayOf('2025-06-20T00:00:00+08:00', 24)

  it('leaves offices empty, residents at home and malls full from noon on', () => {
    expect(day.office.taken[11]).toBeLessThan(0.35)
    expect(day.home.taken[9]).toBeGreaterThan(0.65)
    expect(shareOf(day.home.exits, 7, 9)).toBeLessThan(0.25)
    expect(day.mall.taken[14]).toBeGreaterThan(0.72)
  })
})
