// Sums of all partitions → the KpiReading: scopes, weight, one exact division, target and status.
import { collector } from '../../infra/problem.ts'
import { cityDayStart, isoTime } from '../../infra/time.ts'
import type { Measure } from '../../producers/contract/measures.ts'
import type { Cell, Descriptor } from '../../producers/contract/records.ts'
import type { City, Target } from '../../seeds/contract.ts'
import { isScaled, targetOf } from '../contract/run-facts.ts'
import type { KpiReading, ScopeReading } from '../contract/types.ts'
import { fractionOf, roundedQuotient } from './decimal.ts'
import { standing } from './targets.ts'

/** How one measure's sums become readings. */
export type ReadingProgram = {
  kpi: string
  measure: Measure
  /** 1/scale for share, count and level of domains that are scaled, else 1. */
  weight: number
  weightTop: bigint
  weightBottom: bigint
  /** Whole city first. */
  scopes: string[]
  /** Planned numbers by scope, of a share. */
  planned: Record<string, number> | null
  target: Target | null
  start: number
}

export type ReadingFrame = {
  epoch: number
  kind: 'window' | 'day'
  /** Window bounds and watermark (ms). */
  start: number
  end: number
  watermark: number
  final: boolean
  truth: KpiReading['truth']
}

/** By KPI, in the declarations' order; throws one Problem that lists every share without planned numbers. */
export function compileReadings(descriptor: Descriptor, city: City): Map<string, ReadingProgram> {
  const problems = collector()
  const programs = new Map<string, ReadingProgram>()
  const scale = fractionOf(descriptor.scale)
  for (const [domain, declaration] of Object.entries(descriptor.declarations)) {
    const codes = city.scopes.map((s) => s.code)
    const scopes = declaration.cityWide ? codes.slice(0, 1) : codes
    for (const measure of declaration.measures) {
      const kpi = `${domain}.${measure.name}`
      const planned = measure.kind === 'share' ? (descriptor.plan.planned[kpi] ?? {}) : null
      for (const code of planned ? scopes : []) {
        if (!(planned![code] >= 0)) {
          const todo = `add plan.planned["${kpi}"]["${code}"]`
          problems.add(`plan, share ${kpi}`, `no planned number for ${code}`, 'a number ≥ 0', todo)
        }
      }
      const scaled = isScaled(measure, declaration.cityWide)
      programs.set(kpi, {
        kpi,
        measure,
        weight: scaled ? 1 / descriptor.scale : 1,
        weightTop: scaled ? scale.bottom : 1n,
        weightBottom: scaled ? scale.top : 1n,
        scopes,
        planned,
        target: targetOf(descriptor.plan, kpi),
        start: Date.parse(descriptor.start),
      })
    }
  }
  problems.throwIfAny(`plan of run ${descriptor.run}`)
  return programs
}

/** `sums`: cells over all partitions by scope code; the city's is the sum of all. */
export function readingOf(
  program: ReadingProgram,
  sums: ReadonlyMap<string, Cell>,
  frame: ReadingFrame,
): KpiReading {
  const { kind, start, end, watermark } = frame
  const total: Cell = [0, null, 0]
  for (const cell of sums.values()) addCell(total, cell)
  const scopes: Record<string, ScopeReading> = {}
  program.scopes.forEach((code, i) => {
    const cell = i === 0 ? total : (sums.get(code) ?? [0, null, 0])
    scopes[code] = scopeReading(program, code, cell)
  })
  const city = scopes[program.scopes[0]]
  const reading = {
    value: city.value,
    amount: city.numerator * program.weight,
    planned: program.planned?.[program.scopes[0]] ?? null,
    n: city.n,
  }
  const { target, measure } = program
  const status = kind === 'day' && target ? standing(target, measure, reading, watermark) : null
  // The window that ends at 00:00 belongs to the old day.
  const from = kind === 'day' ? Math.max(cityDayStart(end - 1), program.start) : start
  return {
    epoch: frame.epoch,
    kpi: program.kpi,
    window: { kind, start: isoTime(from), end: isoTime(end) },
    final: frame.final,
    watermark: isoTime(watermark),
    weight: program.weight,
    unit: measure.unit,
    target: target?.id ?? null,
    expected: status?.expected ?? null,
    status: status?.status ?? null,
    truth: frame.truth,
    scopes,
  }
}

function addCell(sum: Cell, cell: Cell): void {
  sum[0] += cell[0]
  if (cell[1] !== null) sum[1] = (sum[1] ?? 0) + cell[1]
  sum[2] += cell[2]
}

function scopeReading(program: ReadingProgram, code: string, cell: Cell): ScopeReading {
  const { kind, decimals } = program.measure
  const scale = 10 ** decimals
  const numerator = cell[0] / scale
  const n = cell[2]
  const top = BigInt(cell[0]) * program.weightTop
  if (kind === 'ratio' || kind === 'gauge') {
    const of = cell[1] ?? 0
    const value = roundedQuotient(top, BigInt(of) * program.weightBottom)
    return { value, numerator, denominator: of / scale, n }
  }
  const unscale = program.weightBottom * BigInt(scale)
  if (kind === 'share') {
    const denominator = program.planned![code]
    const part = fractionOf(denominator)
    const value = roundedQuotient(top * part.bottom, part.top * unscale)
    return { value, numerator, denominator, n }
  }
  return { value: roundedQuotient(top, unscale), numerator, denominator: null, n }
}
