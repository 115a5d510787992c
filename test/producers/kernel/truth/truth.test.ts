// The truth: a naive evaluator whose sums can be checked by hand.
import { describe, expect, it } from 'vitest'
import type { Measure } from '../../../../producers/contract/measures.ts'
import { TruthRows } from '../../../../producers/kernel/truth/scope-sums.ts'
import { Truth } from '../../../../producers/kernel/truth/truth.ts'
import { lamp, START } from '../../lamp-city.ts'

const both = (en: string) => ({ zh: en, en })
const base = { label: both('m'), short: both('m'), rule: both('m'), unit: '1', good: null }

function open(measures: Measure[], start = START) {
  return new Truth({
    declaration: { ...lamp.declaration, measures },
    mark: { epoch: 41 },
    partition: 3,
    rows: new TruthRows(['a', 'b', 'c', 'd'], ['N', 'N', 'S', 'S']),
    start,
  })
}

/** Rows of the assets. */
const [A, B, C, D] = [0, 1, 2, 3]
const STATUS = 0
const FLASH = 1
const ratio: Measure = {
  ...base,
  name: 'lit',
  kind: 'ratio',
  on: ['flash'],
  decimals: 1,
  used: { if: [{ field: 'lit' }, { field: 'watts' }, 0] },
  of: { field: 'watts' },
}
const share: Measure = {
  ...base,
  name: 'on',
  kind: 'share',
  on: ['status', 'flash'],
  decimals: 0,
  counts: { and: [{ field: 'lit' }, { gt: [{ field: 'watts' }, 50] }] },
  freshForMs: 90_000,
}

describe('truth', () => {
  it('sums a ratio over the window in scaled integers and leaves the census out', () => {
    const truth = open([ratio])
    truth.event(A, FLASH, START - 1, { lit: true, watts: 99 })
    truth.event(A, FLASH, START, { lit: true, watts: 40.5 })
    truth.event(B, FLASH, START + 5, { lit: false, watts: 60 })
    truth.event(B, STATUS, START + 6, { lit: false, watts: 60 })
    truth.event(C, FLASH, START + 7, { lit: true, watts: 0 })
    const partial = truth.close(START, START + 60_000)
    expect(partial.measures.lit.window).toEqual({ N: [405, 1005, 2] })
    expect(truth.close(START + 60_000, START + 120_000).measures.lit).toEqual({
      window: {},
      day: { N: [405, 1005, 2] },
    })
  })

  it('counts an asset by its latest event while fresh, the boundary included', () => {
    const truth = open([share])
    truth.event(A, STATUS, START - 30_000, { lit: true, watts: 60 })
    truth.event(B, STATUS, START - 30_001, { lit: true, watts: 60 })
    truth.event(C, STATUS, START, { lit: false, watts: 60 })
    truth.event(C, FLASH, START, { lit: true, watts: 60 })
    truth.event(D, FLASH, START + 1, { lit: true, watts: 50 })
    expect(truth.close(START, START + 60_000).measures.on.window).toEqual({
      N: [1, null, 1],
      S: [1, null, 1],
    })
  })

  it('gives the window that ends at midnight to the old day', () => {
    const start = Date.parse('2025-06-18T15:59:00.000Z')
    const truth = open([ratio], start)
    truth.event(A, FLASH, start, { lit: true, watts: 1 })
    expect(truth.close(start, start + 60_000).measures.lit.day).toEqual({ N: [10, 10, 1] })
    truth.event(A, FLASH, start + 60_000, { lit: false, watts: 1 })
    expect(truth.close(start + 60_000, start + 120_000).measures.lit.day).toEqual({ N: [0, 10, 1] })
  })

  it('looks at one asset alone where the measure names one, and at none where it is not among these', () => {
    const truth = open([
      { ...ratio, asset: 'b' },
      { ...share, asset: 'elsewhere' },
    ])
    for (const row of [A, B]) truth.event(row, FLASH, START, { lit: true, watts: 60 })
    const { lit, on } = truth.close(START, START + 60_000).measures
    expect(lit.window).toEqual({ N: [600, 600, 1] })
    expect(on.window).toEqual({})
  })

  it('copies what it is given, because simulators reuse their objects', () => {
    const truth = open([share])
    const data = { lit: true, watts: 60 }
    truth.event(A, STATUS, START, data)
    data.lit = false
    expect(truth.close(START, START + 60_000).measures.on.window).toEqual({ N: [1, null, 1] })
  })
})
