// How far the city is from its twin: per KPI in the unit that people count, the places that differ most, and a text without empty digits.
import type { TwinView } from '../../../messages.ts'
import { compact, unitWord } from '../../i18n/format.ts'
import type { Lang } from '../../i18n/i18n.ts'

export type ComparedKpi = TwinView['kpis'][number]
/** `by`: in `unit`; `part`: of the twin's own value, where that is not 0. */
export type TwinDeviation = {
  kpi: string
  code: string
  by: number
  unit: string
  part: number | null
}

/** Of one KPI, the largest first; districts that are as the twin is are left out. */
export function deviations(compared: ComparedKpi, codes: string[]): TwinDeviation[] {
  const found = codes.flatMap((code) => deviation(compared, code) ?? [])
  return found.sort((a, b) => Math.abs(b.by) - Math.abs(a.by))
}

/** Null where nothing differs. */
export function deviation({ kpi, unit, scopes, counted }: ComparedKpi, code: string) {
  const of = scopes[code]
  if (!of) return null
  const by = counted ? (counted.scopes[code] ?? 0) : (of.difference ?? 0)
  if (by === 0) return null
  const part = of.twin && of.difference !== null ? of.difference / Math.abs(of.twin) : null
  return { kpi, code, by, unit: counted?.unit ?? unit, part }
}

/** Districts, the one furthest from its twin first, each with the KPI in which it is furthest relative to what would be. */
export function furthest(kpis: ComparedKpi[], codes: string[]): TwinDeviation[] {
  const size = ({ part }: TwinDeviation) => Math.abs(part ?? 0)
  const worst = codes.flatMap((code) => {
    const own = kpis.flatMap((kpi) => deviation(kpi, code) ?? [])
    return own.sort((a, b) => size(b) - size(a)).slice(0, 1)
  })
  return worst.sort((a, b) => size(b) - size(a))
}

/** Too small to be said in two decimals. */
const LEAST = 0.005

/** With its sign, and digits until they say something: never a zero with a sign. `points`: percentage points in words. */
export function differenceText(by: number, unit: string, lang: Lang, points: string): string {
  const shown = unit === '1' ? by * 100 : by
  const size = Math.abs(shown)
  const word = unit === '1' ? points : unitWord(unit, lang)
  const gap = word === '' || lang === 'zh' ? '' : ' '
  if (size === 0) return `0${gap}${word}`
  if (size < LEAST) return `≈ 0${gap}${word}`
  const digits = size >= 100 ? 0 : size >= 1 ? 1 : 2
  return `${shown > 0 ? '+' : '-'}${compact(size, lang, digits)}${gap}${word}`
}
