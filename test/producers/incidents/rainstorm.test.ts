// What a rainstorm's conditions come to in a city: rain of its signal, water at the same low points whatever the storm.
import { describe, expect, it } from 'vitest'
import { openWorld } from '../../../commands/wiring/world.ts'
import { HOUR_MS, MINUTE_MS } from '../../../infra/time.ts'
import { CityIncidents } from '../../../producers/incidents/city-incidents.ts'
import type { Incident } from '../../../producers/incidents/incident.ts'
import { incidentKinds } from '../../../producers/incidents/kinds.ts'

const STEP_MS = 10 * MINUTE_MS
const { city, catalogue } = openWorld({ city: 'guangzhou', scale: '0.1' }, { truth: false })
const CENTRE = { lon: 113.3, lat: 23.12, km: 18 }

/** By asset of the place: mm in all, and the deepest water, cm. */
function fallen(severity: Incident['severity'], seed = 1, place: Incident['place'] = CENTRE) {
  const incidents = new CityIncidents({ city, catalogue, seed, kinds: incidentKinds })
  const span = { from: 0, until: 3 * HOUR_MS, planned: 3 * HOUR_MS }
  const storm = { id: 'storm', kind: 'rainstorm', ...span, place, severity, parameters: {}, by: '' }
  expect(incidents.add(storm)).toBeNull()
  const numbers = incidents.step(0)
  const conditions = incidents.at(numbers)
  return new Map(
    Array.from(numbers, (number, i) => {
      let [mm, cm] = [0, 0]
      for (let time = 0; time < 5 * HOUR_MS; time += STEP_MS) {
        mm += ((conditions.at('rain', time, i)?.value ?? 0) * STEP_MS) / HOUR_MS
        cm = Math.max(cm, conditions.at('ponding', time, i)?.value ?? 0)
      }
      return [number, { mm, cm }]
    }),
  )
}

const shareDeeper = (places: Map<number, { cm: number }>, than: number) =>
  [...places.values()].filter(({ cm }) => cm >= than).length / places.size

describe('a rainstorm of three hours over the centre', () => {
  const red = fallen('red')
  const orange = fallen('orange')

  it('brings what its signal warns of: 100 mm at red, 50 mm at orange', () => {
    const middle = (places: typeof red) => {
      const sorted = [...places.values()].map(({ mm }) => mm).sort((a, b) => a - b)
      return sorted[sorted.length >> 1]
    }
    expect(middle(red)).toBeGreaterThan(85)
    expect(middle(red)).toBeLessThan(125)
    expect(middle(orange)).toBeCloseTo(middle(red) / 2, 6)
  })

  it('at red leaves 30 cm and more at a few places in a hundred, a metre at most; at orange hardly anywhere', () => {
    expect(shareDeeper(red, 30)).toBeGreaterThan(0.02)
    expect(shareDeeper(red, 30)).toBeLessThan(0.08)
    expect(shareDeeper(red, 60)).toBeLessThan(0.01)
    expect(shareDeeper(red, 100.1)).toBe(0)
    expect(shareDeeper(orange, 30)).toBeLessThan(0.002)
  })

  it('floods the places that another storm floods, which has another seed and another middle', () => {
    const other = fallen('red', 2, { lon: 113.25, lat: 23.15, km: 15 })
    const both = [...red].flatMap(([number, { cm }]) => {
      const there = other.get(number)
      return there ? [[cm > 0, there.cm > 0]] : []
    })
    expect(both.filter(([one, two]) => one && two).length).toBeGreaterThan(100)
    // At the edges of the low points a weak shower leaves nothing.
    const unlike = both.filter(([one, two]) => one !== two).length
    expect(unlike / both.length).toBeLessThan(0.002)
  })
})
