// Shading of districts: fixed scale, the table's numbers, steps that do not flicker, only what is far from usual beside it.
import { describe, expect, it } from 'vitest'
import type { KpiReading, RunView, TwinView } from '../../../../../console/messages.ts'
import { ShadeFade } from '../../../../../console/web/map/districts/shade-fade.ts'
import { createApi } from '../../../../../console/web/store/connection/api.ts'
import { districtShades, tableKpis } from '../../../../../console/web/store/kpi/districts.ts'
import {
  SHADES_EVERY_MS,
  SteadyShades,
  stepOf,
} from '../../../../../console/web/store/kpi/steady-shades.ts'
import { PageStore } from '../../../../../console/web/store/store.ts'
import { shown } from '../../../../../console/web/ui/parts/reading-view.ts'
import { createViewState } from '../../../../../console/web/view-state.ts'

/** Mean delay in Yuexiu, Liwan, Haizhu and Conghua: the first ten finals of the default scenario. */
const RECORDED = [
  [27.1, 22.0, 23.8, 20.8],
  [26.0, 21.9, 24.4, 22.0],
  [29.0, 21.7, 23.8, 20.0],
  [27.0, 22.8, 24.5, 22.2],
  [27.6, 22.1, 23.9, 21.3],
  [27.7, 22.1, 24.6, 21.0],
  [26.7, 22.2, 23.8, 21.9],
  [28.6, 23.0, 25.2, 22.0],
  [28.2, 22.4, 23.7, 22.1],
  [28.2, 22.8, 25.1, 21.5],
]
const WINDOW_MS = 2_000

const minute = (k: number) => new Date(Date.UTC(2025, 5, 18, 8, 30 + k)).toISOString()

function reading(k: number, values: number[], final = true): KpiReading {
  const cell = (value: number) => ({ value, numerator: value, denominator: 1, n: 500 })
  return {
    ...{ epoch: 1, kpi: 'x.delay', final, watermark: minute(k + 1), weight: 1, unit: 's' },
    ...{ target: null, expected: null, status: null, truth: 'equal' },
    window: { kind: 'window', start: minute(k), end: minute(k + 1) },
    scopes: Object.fromEntries(values.map((value, i) => [`d${i}`, cell(value)])),
  }
}

function page(shading: object | undefined) {
  const store = new PageStore(
    createApi(),
    () => 0,
    () => 0,
    {} as never,
  )
  const measure = { name: 'delay', kind: 'ratio', unit: 's', good: 'down', headline: 1, shading }
  store.run.value = {
    epoch: 1,
    declarations: { x: { domain: 'x', cityWide: false, measures: [measure] } },
    plan: { targets: [], planned: {} },
    scopes: ['c', 'd0', 'd1', 'd2', 'd3'].map((code) => ({ code, name: { zh: code, en: code } })),
  } as unknown as RunView
  return { store, state: createViewState() }
}

describe('steps of shading', () => {
  it('stay where they are while a value swings around an edge', () => {
    let held = stepOf(0.49, 'scale', undefined)
    expect(held).toBe(2)
    for (const value of [0.51, 0.54, 0.48, 0.52]) {
      held = stepOf(value, 'scale', held)
      expect(held).toBe(2)
    }
    expect(stepOf(0.56, 'scale', held)).toBe(3)
  })

  it('are shown beside usual only beyond a tenth', () => {
    expect([-0.1, -0.05, 0, 0.1].map((by) => stepOf(by, 'usual', undefined))).toEqual([0, 0, 0, 0])
    expect([-0.5, -0.2, 0.2, 0.5].map((by) => stepOf(by, 'usual', 0))).toEqual([-2, -1, 1, 2])
    expect(stepOf(0.105, 'usual', 1)).toBe(1)
    expect(stepOf(0.099, 'usual', 1)).toBe(0)
  })

  it('change at most every ten seconds, and say when the next change is due', () => {
    const shades = new SteadyShades()
    const input = (value: number, key = 'a') => ({
      ...{ key, basis: 'scale' as const, values: new Map([['d0', value]]) },
    })
    expect(shades.update(input(0.2), 0).steps.get('d0')).toBe(1)
    const held = shades.update(input(0.9), 4_000)
    expect([held.steps.get('d0'), held.dueAt]).toEqual([1, SHADES_EVERY_MS])
    expect(shades.update(input(0.9), SHADES_EVERY_MS).steps.get('d0')).toBe(4)
    expect(shades.update(input(0.3, 'b'), SHADES_EVERY_MS + 1).steps.get('d0')).toBe(1)
  })
})

describe('shading of districts', () => {
  it('does not flicker over the finals of an evening, and says what the table says', () => {
    const { store, state } = page({ from: 0, to: 60 })
    const [kpi] = tableKpis(store.kpis.value)
    const seen = new Set<string>()
    for (let k = 0; k < 30; k++) {
      store.readings.put([reading(k, RECORDED[k % RECORDED.length])])
      store.readings.put([reading(k + 1, [55, 3, 9, 0], false)]) // the open window holds few events yet
      const shades = districtShades(store, state, k * WINDOW_MS)
      seen.add([...shades.byScope.values()].join())
      for (const [code, value] of shades.values) {
        expect(value).toBe(shown(store, kpi, code, 'c').value)
      }
      expect(shades.range).toEqual({ from: 0, to: 60 })
    }
    expect([...seen]).toEqual(['0.4,0.4,0.4,0.4'])
  })

  it('is none where a number has no range of its own', () => {
    const { store, state } = page(undefined)
    store.readings.put([reading(0, RECORDED[0])])
    const { range, byScope, values } = districtShades(store, state, 0)
    expect([range, byScope.size, values.size]).toEqual([null, 0, 4])
  })

  it('shows what is far from usual where a twin says what is usual', () => {
    const { store, state } = page({ from: 0, to: 60 })
    store.readings.put([reading(0, RECORDED[0])])
    const scope = (value: number, twin: number) => ({ value, twin, difference: value - twin })
    const scopes = { d0: scope(27.1, 20), d1: scope(22, 21.5), d2: scope(23.8, 40) }
    const compared = { kpi: 'x.delay', unit: 's', scopes, counted: null }
    store.usual.view.value = { twin: 'usual', kpis: [compared] } as unknown as TwinView
    const { basis, byScope } = districtShades(store, state, 0)
    expect([basis, Object.fromEntries(byScope)]).toEqual(['usual', { d0: 1, d1: 0, d2: -1 }])
  })
})

describe('fade of shades', () => {
  it('passes from what is seen to what is wanted in 0.8 s, even when that changes on the way', () => {
    const fade = new ShadeFade()
    fade.aim(new Map([['d0', 0]]), 0, false)
    expect(fade.aim(new Map([['d0', 1]]), 1_000, false)).toBe(true)
    expect(fade.at(1_400).get('d0')).toBeCloseTo(0.5)
    fade.aim(new Map([['d0', 0]]), 1_400, false)
    expect(fade.at(1_400).get('d0')).toBeCloseTo(0.5)
    expect([fade.isOver(2_100), fade.isOver(2_200)]).toEqual([false, true])
    expect(fade.aim(new Map([['d0', 0]]), 3_000, false)).toBe(false)
  })
})
