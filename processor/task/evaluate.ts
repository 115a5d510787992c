// Computes every measure's scaled terms of one event; the event is refused when a term is not exact.
import { problemText } from '../../infra/problem.ts'
import type { EventData } from '../program/compile.ts'
import type { CompiledMeasure, EventProgram } from '../program/program.ts'

/** A float product of exact decimals is off by far less than this; a wrong `decimals` is off by more. */
const ABSOLUTE_TOLERANCE = 1e-6
const RELATIVE_TOLERANCE = 1e-12

/**
 * Writes [numerator, denominator] of measure i to scratch[2i], scaled integers; denominator 0 = does not enter, and
 * 1 stands for "enters" where the kind has no denominator. Returns null, or the detail of a `schema` dead letter.
 */
export function evaluate(
  event: EventProgram,
  number: number,
  data: EventData,
  scratch: Float64Array,
): string | null {
  for (const m of event.measures) {
    const at = 2 * m.index
    if (m.asset >= 0 && m.asset !== number) {
      scratch[at] = 0
      scratch[at + 1] = 0
      continue
    }
    if (m.kind === 'share') {
      const counts = m.counts(data)
      scratch[at] = counts ? m.scale : 0
      scratch[at + 1] = counts ? 1 : 0
      continue
    }
    const quotient = m.kind === 'ratio' || m.kind === 'gauge'
    const value = quotient ? m.used(data) : m.value(data)
    const numerator = scaled(value, m)
    if (Number.isNaN(numerator)) return inexact(m, quotient ? 'used' : 'value', value, data)
    scratch[at] = numerator
    if (quotient) {
      const of = m.of(data)
      const denominator = scaled(of, m)
      if (Number.isNaN(denominator)) return inexact(m, 'of', of, data)
      scratch[at + 1] = denominator
    } else {
      scratch[at + 1] = 1
    }
  }
  return null
}

/** round(x × scale), or NaN when that is not exact or above the measure's limit. */
function scaled(x: number, m: CompiledMeasure): number {
  const exact = x * m.scale
  const whole = Math.round(exact)
  const size = Math.abs(whole)
  const near = Math.abs(exact - whole) <= ABSOLUTE_TOLERANCE + size * RELATIVE_TOLERANCE
  return near && size <= m.limit ? whole + 0 : Number.NaN
}

function inexact(m: CompiledMeasure, part: string, x: number, data: EventData): string {
  const fields = [...new Set(fieldsIn(m.measure[part as 'used']))]
  const values = fields.map((f) => `${f} = ${JSON.stringify(data[f])}`).join(', ')
  const size = Math.abs(x * m.scale)
  const expected =
    size > m.limit
      ? `at most ${m.limit} at ${m.measure.decimals} decimals, so that sums stay below 2^53`
      : `a number exact at ${m.measure.decimals} decimals`
  return problemText(`measure ${m.kpi}.${part}`, `${x}${values ? ` from ${values}` : ''}`, expected)
}

function fieldsIn(expr: unknown): string[] {
  if (typeof expr !== 'object' || expr === null) return []
  if ('field' in expr) return [String(expr.field)]
  return Object.values(expr).flatMap((x) => (Array.isArray(x) ? x.flatMap(fieldsIn) : fieldsIn(x)))
}
