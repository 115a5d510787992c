// The chart of one indicator of the plan, by one or two counting rules; what stands at each of its dates, in words.
import { date } from '../../i18n/format.ts'
import { t, tx } from '../../i18n/i18n.ts'
import { dueAt, type PlanTarget } from '../../store/kpi/measures.ts'
import type { PlanRow } from '../plan/plan-row.ts'
import { valueAxis } from './axis.ts'
import type { ChartFlag, ChartLine, ChartModel } from './chart-model.ts'
import {
  baselineAt,
  dailyPoints,
  lineAt,
  onTrackEdges,
  type PlanFigure,
  pathPoints,
  yearMarks,
} from './plan-figures.ts'

export type RuledTarget = {
  target: PlanTarget
  row: PlanRow
  /** What the board shows of it now. */
  current: PlanFigure | null
  /** What was read before, without `current`. */
  figures: PlanFigure[]
  /** The narrower of two rules. */
  isSecond: boolean
}

const DAY_MS = 86_400_000
/** Room at the right of the last date. */
const ROOM = 0.03

export function planModel(ruled: RuledTarget[], now: number): ChartModel | null {
  const from = Math.min(...ruled.map(({ target }) => baselineAt(target)))
  const last = Math.max(now, ...ruled.map(({ target }) => dueAt(target)))
  const to = last + (last - from) * ROOM
  const lines: ChartLine[] = []
  const bands: [number, number][] = []
  for (const of of ruled) {
    bands.push([lines.length, lines.length + 1])
    lines.push(...linesOf(of, to))
  }
  const values = lines.flatMap(({ points }) => points.map(({ value }) => value))
  const isShare = ruled[0].target.unit === '1'
  const axis = valueAxis(values, isShare)
  if (!axis) return null
  const stops = new Set(
    lines
      .filter(({ look }) => look !== 'edge')
      .flatMap(({ points }) => points.filter(({ value }) => value !== null).map(({ at }) => at))
      .filter((at) => at <= last),
  )
  const flags: ChartFlag[] = [
    ...ruled.map(({ target }) => ({ ...flagAt(dueAt(target), 'due'), text: target.due })),
    ...(now > 0 ? [flagAt(now, 'now')] : []),
  ]
  return {
    ...{ from, to, axis, lines, bands, flags },
    marks: yearMarks(from, to),
    stops: [...stops].sort((a, b) => a - b),
  }
}

const flagAt = (at: number, kind: ChartFlag['kind']): ChartFlag => ({
  at,
  until: at,
  kind,
  text: '',
})

function linesOf(
  { target, row, current, figures, isSecond }: RuledTarget,
  to: number,
): ChartLine[] {
  const [upper, lower] = onTrackEdges(target)
  const second = isSecond ? { isSecond } : {}
  const isDaily = target.reported === undefined
  const tone =
    row.status === 'missed' ? '--critical' : row.status === 'behind' ? '--warning' : undefined
  const before = figures.map(({ at, value }) => ({ at, value }))
  const rule = isSecond ? t('chart.rule.second') : ''
  const lines: ChartLine[] = [
    { name: '', look: 'edge', points: upper },
    { name: '', look: 'edge', points: lower },
    {
      ...{ name: `${t('chart.path')}${rule}`, look: 'path', points: pathPoints(target, to) },
      ...second,
    },
  ]
  if (isDaily && figures.length > 0)
    lines.push({
      name: `${t('chart.read')}${rule}`,
      look: 'value',
      points: dailyPoints(figures),
      ...second,
    })
  if (!isDaily && before.length > 0)
    lines.push({
      name: `${t('chart.published.before')}${rule}`,
      look: 'figures',
      points: before,
      ...second,
    })
  if (current)
    lines.push({
      ...{ name: `${t('chart.current')}${rule}`, look: 'current', tone },
      ...{ points: [{ at: current.at, value: current.value }], ...second },
    })
  return lines
}

/** What the plan expects at a date and what was read of it, by each rule. */
export function planStopText(
  ruled: RuledTarget[],
  at: number | undefined,
  text: (value: number) => string,
): string {
  if (at === undefined) return t('chart.empty')
  const parts = ruled.flatMap((of) => {
    const said = stopParts(of, at, text)
    return said.length > 0 && ruled.length > 1 ? [`${tx(of.target.name)} ${said.join('，')}`] : said
  })
  const based = ruled.find(({ target }) => baselineAt(target) === at)
  return [based?.target.baseline.date ?? dayText(at), ...parts].join(' · ')
}

function stopParts(
  { target, current, figures }: RuledTarget,
  at: number,
  text: (value: number) => string,
) {
  const parts: string[] = []
  if (at === baselineAt(target))
    parts.push(t('chart.at.baseline', { value: text(target.baseline.value) }))
  else if (at <= dueAt(target) && at > baselineAt(target))
    parts.push(
      t(at === dueAt(target) ? 'chart.at.goal' : 'chart.at.expected', {
        value: text(lineAt(target, at)),
      }),
    )
  const figure = [...figures, ...(current ? [current] : [])].find((one) => one.at === at)
  if (figure) parts.push(t('chart.at.read', { value: text(figure.value) }))
  if (figure?.name)
    parts.push(t('plan.period', { period: figure.name, date: figure.published ?? '' }))
  return parts
}

/** The end of a day belongs to it. */
const dayText = (at: number) => date(at - 1)

/** Rows of the table beside the chart, in order: date, what it is, value, published. */
export function planTable(ruled: RuledTarget[], text: (value: number) => string): string[][] {
  const rows = ruled.flatMap(({ target, current, figures }) => {
    const rule = ruled.length > 1 ? ` · ${tx(target.name)}` : ''
    const [from, due] = [baselineAt(target), dueAt(target)]
    const path = pathPoints(target, due).map(({ at, value }) => {
      const what =
        at === from ? 'lineage.baseline' : at === due ? 'lineage.target' : 'chart.expected'
      const day = at === from ? target.baseline.date : dayText(at)
      return { at, cells: [day, `${t(what)}${rule}`, text(value ?? 0), ''] }
    })
    const read = [...sparse(figures), ...(current ? [current] : [])].map((figure) => ({
      at: figure.at,
      cells: [
        dayText(figure.at),
        `${t('chart.read')}${figure.name ? ` ${figure.name}` : ''}${rule}`,
        text(figure.value),
        figure.published ?? '',
      ],
    }))
    return [...path, ...read]
  })
  rows.sort((a, b) => a.at - b.at)
  return rows.map(({ cells }) => cells)
}

/** Of daily readings one a quarter is enough to read; figures of periods are all there. */
function sparse(figures: PlanFigure[]): PlanFigure[] {
  let next = Number.NEGATIVE_INFINITY
  return figures.filter(({ at, name }) => {
    if (name === null && at < next) return false
    next = at + 90 * DAY_MS
    return true
  })
}
