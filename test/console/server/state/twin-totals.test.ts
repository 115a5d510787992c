// What a difference from a twin comes to: summed over common windows once each, or as it stands, in the declared unit.
import { describe, expect, it } from 'vitest'
import { History } from '../../../../console/server/state/history.ts'
import { type CountedKpi, TwinTotals } from '../../../../console/server/state/twin-totals.ts'
import type { KpiReading } from '../../../../processor/contract/types.ts'
import type { Measure } from '../../../../producers/contract/measures.ts'
import { descriptor, reading } from '../small-city.ts'

const declaration = descriptor.declarations.lamp
const label = { zh: '车辆延误', en: 'Delay' }
const hours = { label, unit: '{vehicle}.h', of: 'used', per: 3600 } as const
const dark = { label, unit: '{lamp}', of: 'rest' } as const

function kpisOf(more: Partial<Measure>, cityWide = false): Map<string, CountedKpi> {
  const measure = { ...declaration.measures[0], ...more } as Measure
  return new Map([['lamp.coverage', { declaration: { ...declaration, cityWide }, measure }]])
}

/** Window k, in which so much was summed in the city and half of it in each district. */
function sums(k: number, numerator: number, denominator = 100): KpiReading {
  const scope = (part: number) => ({
    ...{ value: numerator / denominator, n: 1 },
    ...{ numerator: numerator * part, denominator: denominator * part },
  })
  const scopes = { 990000: scope(1), 990001: scope(0.5), 990002: scope(0.5) }
  return reading(1, k, null, { scopes })
}

const amounts = (of: ReturnType<TwinTotals['of']>) => of && Object.fromEntries(of.scopes)

describe('the counted difference', () => {
  it('of a ratio is summed over the windows that both have, from the first that differs', () => {
    const city = new History()
    const totals = new TwinTotals(kpisOf({ kind: 'ratio', difference: hours }), 1)
    // The twin is ahead of the city in window 3, and started anew it says everything once more.
    for (const k of [0, 1, 2]) city.put(sums(k, k === 0 ? 3600 : 7200))
    for (const k of [0, 1, 2, 3, 0, 1]) totals.put(sums(k, 3600), city)
    const at = (k: number, of: number) => totals.of(sums(k, of), sums(k, 3600), city)!
    expect(at(2, 7200)).toMatchObject({
      unit: '{vehicle}.h',
      sums: true,
      since: sums(1, 0).window.start,
    })
    expect(amounts(at(2, 7200))).toEqual({ 990000: 2, 990001: 1, 990002: 1 })
    city.put(sums(3, 0))
    expect(amounts(at(3, 0))).toEqual({ 990000: 1, 990001: 0.5, 990002: 0.5 })
  })

  it('leaves out a window that the city has gone past, and goes on behind it', () => {
    const city = new History()
    const totals = new TwinTotals(kpisOf({ kind: 'ratio', difference: hours }), 1)
    for (const k of [0, 1]) totals.put(sums(k, 3600), city)
    city.put(sums(1, 7200))
    expect(amounts(totals.of(sums(1, 7200), sums(1, 3600), city))).toMatchObject({ 990000: 1 })
  })

  it('of what stands is that of the window, counted whole in a city of a smaller scale', () => {
    const city = new History()
    const of = (kpis: Map<string, CountedKpi>) =>
      new TwinTotals(kpis, 0.1).of(sums(0, 90), sums(0, 95), city)
    const gauge = { kind: 'gauge', difference: dark } as const
    expect(of(kpisOf(gauge))).toMatchObject({ unit: '{lamp}', sums: false, since: null })
    expect(amounts(of(kpisOf(gauge)))).toMatchObject({ 990000: 50 })
    expect(amounts(of(kpisOf(gauge, true)))).toMatchObject({ 990000: 5 })
    expect(of(kpisOf({ kind: 'level', unit: '{case}' }))).toMatchObject({ unit: '{case}' })
  })

  it('is none where nobody declared what its sums are', () => {
    const totals = new TwinTotals(kpisOf({ kind: 'ratio' }), 1)
    totals.put(sums(0, 1), new History())
    expect(totals.of(sums(0, 1), sums(0, 2), new History())).toBeNull()
  })
})
