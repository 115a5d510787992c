// `--threshold` and `--slo`: `e2e p99<500ms`, `lag slope<=0.5%`, `errors<1`: read, and held against what a load came to.
import { Problem, problemText } from '../../infra/problem.ts'
import type { LatencyHistogram } from '../measure/latency-histogram.ts'
import { certainGrowth } from '../measure/slope.ts'
import type { LagFigures } from '../pipeline/lag-watch.ts'
import { parseRate } from '../plan/quantities.ts'
import type { LoadFigures } from './figures.ts'

const LATENCIES = ['send', 'ack', 'e2e'] as const
const COUNTS = ['errors', 'lost', 'duplicates'] as const
const LAG_STATS = ['max', 'end', 'slope'] as const

type LatencyName = (typeof LATENCIES)[number]
type Count = (typeof COUNTS)[number]
type LagStat = (typeof LAG_STATS)[number]
type RuleSubject =
  | { of: 'latency'; metric: LatencyName; stat: string }
  | { of: 'count'; metric: Count }
  | { of: 'lag'; stat: LagStat }
  | { of: 'rate' }

export type LoadRule = {
  text: string
  subject: RuleSubject
  operator: Operator
  /** ms, records, events or events/s; of `percent` the share of the offered rate, or of the events. */
  limit: number
  percent: boolean
}

export type LoadRuleResult = {
  text: string
  /** In the limit's unit; null where nothing was measured, which fails. */
  actual: number | null
  unit: 'ms' | '%' | 'records' | 'records/s' | 'events' | 'events/s'
  ok: boolean
}

const OPERATORS = {
  '<': (a: number, b: number) => a < b,
  '<=': (a: number, b: number) => a <= b,
  '>': (a: number, b: number) => a > b,
  '>=': (a: number, b: number) => a >= b,
  '==': (a: number, b: number) => a === b,
}
type Operator = keyof typeof OPERATORS

const FORM =
  /^(?:(send|ack|e2e|lag|rate|errors|lost|duplicates)\s*)?(?:(p\d{1,2}(?:\.\d{1,4})?|avg|max|end|slope)\s*)?(<=|>=|==|<|>)\s*([\d.]+)\s*(us|ms|s|%|k|M|(?:k|M)?\/s)?$/
const MS: Record<string, number> = { us: 0.001, ms: 1, s: 1000 }
const EXAMPLES =
  "'e2e p99<500ms' (send, ack, e2e; p50 to p99.9999, avg, max), 'lag max<10000' (max, end, slope), 'errors<1', 'lost<1', 'rate>=19k'"

/** `metric`: what a threshold that names none is about; without it it must name one. */
export function parseThreshold(text: string, where: string, metric?: LatencyName): LoadRule {
  const [, named, stat, operator, digits, unit = ''] = FORM.exec(text.trim()) ?? []
  const subject = subjectOf(named ?? metric, stat)
  const value = Number(digits)
  if (!subject || !Number.isFinite(value)) throw refused(text, where)
  const limit = limitOf(subject, digits, unit)
  if (limit === null) throw refused(text, where)
  return { text: text.trim(), subject, operator: operator as Operator, ...limit }
}

const refused = (text: string, where: string) =>
  new Problem(problemText(where, `"${text}"`, `such as ${EXAMPLES}`))

function subjectOf(metric: string | undefined, stat: string | undefined): RuleSubject | null {
  if (isOneOf(LATENCIES, metric)) {
    const known = stat !== undefined && stat !== 'end' && stat !== 'slope'
    return known ? { of: 'latency', metric, stat } : null
  }
  if (metric === 'lag') return isOneOf(LAG_STATS, stat) ? { of: 'lag', stat } : null
  if (stat !== undefined) return null
  if (isOneOf(COUNTS, metric)) return { of: 'count', metric }
  return metric === 'rate' ? { of: 'rate' } : null
}

const isOneOf = <T extends string>(list: readonly T[], text: string | undefined): text is T =>
  list.includes(text as T)

function limitOf(subject: RuleSubject, digits: string, unit: string) {
  const value = Number(digits)
  if (subject.of === 'latency') {
    return unit in MS ? { limit: value * MS[unit], percent: false } : null
  }
  if (unit === '%') {
    const isShare = subject.of === 'count' || (subject.of === 'lag' && subject.stat === 'slope')
    return isShare ? { limit: value, percent: true } : null
  }
  if (unit in MS) return null
  return { limit: parseRate(`${digits}${unit.replace('/s', '')}`, 'threshold'), percent: false }
}

/** What holds of every load, unless somebody says otherwise. */
export const NO_ERRORS = parseThreshold('errors<1', 'threshold')
/** Of every pipeline whose group is watched: what grows less than that is noise. */
export const STEADY_LAG = parseThreshold('lag slope<=0.5%', 'threshold')

/** Whether both are about the same figure. */
export const isAboutSame = (a: LoadRule, b: LoadRule): boolean =>
  JSON.stringify(a.subject) === JSON.stringify(b.subject)

export function judge(threshold: LoadRule, figures: LoadFigures): LoadRuleResult {
  const { text, operator, limit, percent } = threshold
  const { actual, unit } = actualOf(threshold, figures)
  const shown = percent && actual !== null ? (actual * 100) / wholeOf(threshold, figures) : actual
  const ok = shown !== null && OPERATORS[operator](shown, limit)
  return { text, actual: shown, unit: percent ? '%' : unit, ok }
}

/** What a percentage is of. */
const wholeOf = ({ subject }: LoadRule, { offered, sent }: LoadFigures) =>
  subject.of === 'lag' ? offered : Math.max(1, sent)

function actualOf(
  { subject }: LoadRule,
  figures: LoadFigures,
): Pick<LoadRuleResult, 'actual' | 'unit'> {
  switch (subject.of) {
    case 'latency': {
      const histogram = figures[subject.metric]
      return { actual: histogram && statOf(histogram, subject.stat), unit: 'ms' }
    }
    case 'lag': {
      const unit = subject.stat === 'slope' ? 'records/s' : 'records'
      return { actual: lagStat(figures.lag, subject.stat), unit }
    }
    case 'rate':
      return { actual: figures.acked / Math.max(figures.seconds, 0.001), unit: 'events/s' }
    case 'count': {
      const { errors, sink } = figures
      const actual = subject.metric === 'errors' ? errors : (sink?.[subject.metric] ?? null)
      return { actual, unit: 'events' }
    }
  }
}

function lagStat(lag: LagFigures | null, stat: LagStat): number | null {
  if (stat !== 'slope') return lag?.[stat] ?? null
  return lag?.trend ? certainGrowth(lag.trend) : null
}

function statOf(histogram: LatencyHistogram, stat: string): number | null {
  if (stat === 'avg') return histogram.mean()
  if (stat === 'max') return histogram.max()
  return histogram.quantile(Number(stat.slice(1)) / 100)
}
