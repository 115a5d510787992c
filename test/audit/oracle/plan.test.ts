// The oracle's opinion of a target against the processor's, which shares no code with it: every target of every city, over years.
import { describe, expect, it } from 'vitest'
import { standingOf } from '../../../audit/oracle/plan.ts'
import type { OracleCell, OracleKpi } from '../../../audit/oracle/reading.ts'
import { DAY_MS } from '../../../infra/time.ts'
import { targetOf } from '../../../processor/contract/run-facts.ts'
import { standing } from '../../../processor/merge/targets.ts'
import type { Measure } from '../../../producers/contract/measures.ts'
import type { Descriptor } from '../../../producers/contract/records.ts'
import { loadCity } from '../../../seeds/load/city.ts'
import { loadPlan } from '../../../seeds/load/plan.ts'
import { CITIES } from '../../cities.ts'

const FROM = Date.parse('2021-06-01T00:00:00+08:00')
const level = { kind: 'level', good: 'up' } as Measure

describe.each(CITIES)('targets of %s', (id) => {
  const plan = loadPlan(loadCity(id))
  const descriptor = { plan, scale: 1 } as unknown as Descriptor
  const own = plan.targets.filter((t) => targetOf(plan, t.kpi)?.id === t.id)

  it.each(own.map((t) => [t.id, t] as const))('%s stands alike', (_, target) => {
    const seen = new Set<string>()
    const kpi = { kpi: target.kpi, measure: level, isScaled: false } as unknown as OracleKpi
    const about = target.value * (1 - (target.about ?? 0))
    for (let time = FROM; time < FROM + 2400 * DAY_MS; time += 5.25 * DAY_MS) {
      const span = target.value - target.baseline.value
      const values = [0.2, 0.5, 0.8, 0.96, 1.01].map((part) => target.baseline.value + part * span)
      for (const value of [...values, target.value, about]) {
        const exact = Math.round(value * 1e4) / 1e4
        const cell = { value: exact, numerator: exact, denominator: null, n: 1 } as OracleCell
        const ours = standing(
          target,
          level,
          { value: exact, amount: exact, planned: null, n: 1 },
          time,
        )
        const theirs = standingOf(descriptor, kpi, 'day', cell, time)
        expect([theirs.target, theirs.status]).toEqual([ours.target, ours.status])
        // A float's product here, exact there.
        expect(Math.abs(theirs.expected! / ours.expected - 1)).toBeLessThan(2e-6)
        seen.add(ours.status)
      }
    }
    expect(seen).toContain('met')
    expect(seen).toContain('missed')
    expect(seen).toContain('behind')
  })
})
