// The oracle's readings: sums of all topic-partitions → value, numerator, denominator and n of every scope.
import type { Measure } from '../../producers/contract/measures.ts'
import type { Descriptor } from '../../producers/contract/records.ts'
import { type Decimal, decimalOf, numberOf, rounded, times } from './decimal.ts'
import { addTo, NOTHING, type Sum, type Sums } from './sums.ts'

export type OracleCell = {
  value: number | null
  numerator: number
  denominator: number | null
  n: number
}

/** `scopes` has the whole city first, and nothing else for a domain that is city-wide. */
export type OracleKpi = {
  kpi: string
  domain: string
  measure: Measure
  /** Its terms are assets or things of a domain that is simulated at the run's scale. */
  isScaled: boolean
  scopes: string[]
}

const PLACES = 6

/** Every KPI of the run, by `<domain>.<measure>`. */
export function oracleKpis(descriptor: Descriptor, scopes: string[]): Map<string, OracleKpi> {
  const kpis = new Map<string, OracleKpi>()
  for (const [domain, { measures, cityWide }] of Object.entries(descriptor.declarations)) {
    for (const measure of measures) {
      const kpi = `${domain}.${measure.name}`
      const isScaled = !cityWide && !['ratio', 'gauge'].includes(measure.kind)
      const own = cityWide ? scopes.slice(0, 1) : scopes
      kpis.set(kpi, { kpi, domain, measure, isScaled, scopes: own })
    }
  }
  return kpis
}

/** Cells by scope; `sums` are those of all topic-partitions together. */
export function cellsOf(
  descriptor: Descriptor,
  { kpi, measure, isScaled, scopes }: OracleKpi,
  sums: Sums,
): Record<string, OracleCell> {
  const whole: Sums = new Map()
  for (const sum of sums.values()) addTo(whole, '', sum)
  const scale = isScaled ? decimalOf(descriptor.scale) : ONE
  const cells: Record<string, OracleCell> = {}
  scopes.forEach((scope, i) => {
    const sum = (i === 0 ? whole.get('') : sums.get(scope)) ?? NOTHING
    const planned = descriptor.plan.planned[kpi]?.[scope]
    cells[scope] = cellOf(measure, sum, scale, planned)
  })
  return cells
}

function cellOf(m: Measure, sum: Sum, scale: Decimal, planned: number | undefined): OracleCell {
  const numerator = numberOf(sum.numerator, m.decimals)
  const { n } = sum
  // value = numerator / (scale × denominator), as one division of whole numbers.
  const top: Decimal = { units: sum.numerator, places: m.decimals }
  if (m.kind === 'ratio' || m.kind === 'gauge') {
    const bottom: Decimal = { units: sum.denominator, places: m.decimals }
    const denominator = numberOf(sum.denominator, m.decimals)
    return { value: divided(top, bottom), numerator, denominator, n }
  }
  if (m.kind === 'share') {
    if (planned === undefined) throw new Error(`oracle: ${m.name}, expected a planned number`)
    const value = divided(top, times(scale, decimalOf(planned)))
    return { value, numerator, denominator: planned, n }
  }
  return { value: divided(top, scale), numerator, denominator: null, n }
}

/** top / bottom, rounded as every value of a reading. */
export function divided(top: Decimal, bottom: Decimal): number | null {
  const places = Math.max(top.places, bottom.places)
  const widen = (d: Decimal) => d.units * 10n ** BigInt(places - d.places)
  return rounded(widen(top), widen(bottom), PLACES)
}

const ONE = decimalOf(1)

/** 1/scale, for kinds whose terms are assets or things of a scaled domain. */
export function weightOf(descriptor: Descriptor, kpi: OracleKpi): number {
  return kpi.isScaled ? 1 / descriptor.scale : 1
}
