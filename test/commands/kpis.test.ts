// What `huacheng kpis` makes of its readings: a summary, and whether it proves anything.
import { describe, expect, it } from 'vitest'
import { computeKpis, report } from '../../commands/kpis.ts'
import type { OptionValues } from '../../commands/options/options.ts'
import type { Printer } from '../../commands/output/print.ts'
import { openWorld } from '../../commands/wiring/world.ts'
import type { KpiReading } from '../../processor/contract/types.ts'
import type { Ledger } from '../../producers/contract/records.ts'

const SMALL = { scale: '0.02', for: 'PT2M', partitions: '2' }
const world = openWorld(SMALL, { truth: true })
const readings: KpiReading[] = []
const { ledger } = computeKpis(world, (reading) => readings.push(reading))

/** What is printed last, and the verdict. */
function printed(of: KpiReading[], accounts: Ledger[], values: OptionValues = {}) {
  const lines: string[] = []
  const print: Printer = { line: (text) => lines.push(text), bytes: () => {}, end: () => {} }
  const out = report(values, world.city.code, world.plan, print)
  for (const reading of of) out.take(reading)
  const verdict = out.end(accounts, 'r-000000000001')
  return { text: lines.join('\n'), verdict }
}

const withTruth = (truth: KpiReading['truth']) => readings.map((r) => ({ ...r, truth }))

describe('the report of kpis', () => {
  it('has nothing to say against readings that equal the truth', () => {
    const { text, verdict } = printed(readings, ledger)
    expect(verdict).toBeNull()
    expect(text).toMatch(/^\d{3,} cells, 0 readings differing from truth; .*unexplained 0$/m)
    expect(printed(readings, ledger, { json: true }).verdict).toBeNull()
  })

  it('is no success without a reading', () => {
    for (const values of [{}, { json: true }]) {
      expect(printed([], [], values).verdict).toMatch(/^no final reading, so nothing was compared/)
    }
  })

  it('does not call readings different that no truth was there for', () => {
    const { text, verdict } = printed(withTruth(null), ledger)
    expect(text).toMatch(/cells, \d+ readings not compared: this run has no truth; /)
    expect(verdict).toBeNull()
  })

  it('fails where the truth differs, unless something was late or lost on purpose', () => {
    const differing = withTruth('differs')
    expect(printed(differing, ledger).verdict).toMatch(/differ from the truth/)
    const injected = { ...ledger[0].injected, drop: 1 }
    expect(printed(differing, [{ ...ledger[0], injected }]).verdict).toBeNull()
    expect(printed(differing, [{ ...ledger[0], late: 1 }]).verdict).toBeNull()
  })

  it('fails where an event is unexplained', () => {
    expect(printed(readings, [{ ...ledger[0], unexplained: 2 }]).verdict).toMatch(
      /^2 events unexpl/,
    )
  })
})
