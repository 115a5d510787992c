// What counts as a proof of a city on Kafka: equal records, all of them, and at least one.
import { describe, expect, it } from 'vitest'
import { differences, isProof } from '../../../load/proof/city-proof.ts'

const reading = (n: number, truth = 'equal', end = '10:01') =>
  JSON.stringify({ kpi: 'lamp.lit', window: { kind: 'window', end }, truth, scopes: { a: { n } } })

describe('differences of final readings', () => {
  it('are none between equal records', () => {
    const both = `${reading(1)}\n${reading(2, 'equal', '10:02')}\n`
    expect(differences(both, both)).toEqual({ cells: 2, differing: [], missing: 0 })
    expect(isProof(differences(both, both))).toBe(true)
  })

  it('are cells and verdicts that are not the same, and records that are not there', () => {
    const changes = [reading(2), reading(1, 'differs'), '', reading(1, 'equal', '10:02')]
    for (const got of changes) expect(isProof(differences(reading(1), got)), got).toBe(false)
    expect(differences(reading(1), reading(2)).differing).toEqual(['lamp.lit window 10:01 a'])
    expect(differences(reading(1), '')).toEqual({ cells: 0, differing: [], missing: 1 })
  })

  it('prove nothing where nothing was expected, or an expected record has no cell', () => {
    expect(isProof(differences('', ''))).toBe(false)
    expect(isProof(differences('', reading(1)))).toBe(false)
    const empty = reading(1).replace(/"scopes":.*/, '"scopes":{}}')
    expect(isProof(differences(empty, empty))).toBe(false)
  })
})
