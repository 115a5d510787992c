// The plan board as charts: per indicator the way from its baseline to its target by years, and what was read of it.
import { useEffect, useState } from 'preact/hooks'
import { hourMinute } from '../../i18n/format.ts'
import { t, tx } from '../../i18n/i18n.ts'
import { comparesCount, judgedAt, type PlanTarget } from '../../store/kpi/measures.ts'
import { reportPeriod } from '../../store/kpi/report-period.ts'
import { statusGlyph, statusTone } from '../parts/icons.tsx'
import { notation } from '../parts/notation.ts'
import { Scroll } from '../parts/scroll.tsx'
import { type PlanRow, planRow } from '../plan/plan-row.ts'
import { useApp } from '../shell/context.ts'
import type { ChartPoint } from './chart-model.ts'
import { ChartKey, ChartTable } from './chart-table.tsx'
import { byRules, figuresOf } from './plan-figures.ts'
import { planModel, planStopText, planTable, type RuledTarget } from './plan-model.ts'
import { TimeChart } from './time-chart.tsx'
import { usePlanPast } from './use-plan-past.ts'

const HEIGHT_PX = 190

export function PlanCharts() {
  const { store } = useApp()
  const targets = store.run.value?.plan.targets ?? []
  const official = targets.filter(({ grade }) => grade === 'official')
  const assumed = targets.filter(({ grade }) => grade !== 'official')
  const cards = [...byRules(official), ...byRules(assumed)]
  const past = usePlanPast(store)
  const drawn = useFew(cards.length)
  return (
    <Scroll label={t('plan.charts')}>
      <div class="plan-cards">
        {cards.slice(0, drawn).map((rules) => (
          <PlanCard key={rules[0].id} rules={rules} past={past} />
        ))}
      </div>
    </Scroll>
  )
}

/** Two more with every frame: eighteen at once would hold the page up. */
function useFew(all: number): number {
  const [count, setCount] = useState(2)
  useEffect(() => {
    if (count >= all) return
    const frame = requestAnimationFrame(() => setCount(count + 2))
    return () => cancelAnimationFrame(frame)
  }, [count, all])
  return count
}

function PlanCard({ rules, past }: { rules: PlanTarget[]; past: Map<string, ChartPoint[]> }) {
  const { store } = useApp()
  const now = store.clock.value?.horizon ?? 0
  const ruled = rules.map((target, i) => ({
    ...ruledTarget(target, planRow(store, target), past.get(target.kpi) ?? [], now),
    isSecond: i > 0,
  }))
  const [{ target: first }] = ruled
  const model = planModel(ruled, now)
  if (!model) return null
  const as = notation(first.unit, model.axis.to)
  const newest = model.stops.indexOf(ruled[0].current?.at ?? Number.NaN)
  return (
    <article class="panel plan-card" id={`plan-card-${first.id}`} aria-label={tx(first.name)}>
      <h3>
        {tx(first.name)} <small class="grade">{t(`grade.${first.grade}`)}</small>
      </h3>
      {ruled.map((of) => (
        <Standing key={of.target.id} of={of} isOne={ruled.length === 1} />
      ))}
      <TimeChart
        model={model}
        label={t('chart.plan', { name: tx(first.name) })}
        height={HEIGHT_PX}
        text={first.unit === '1' ? as.text : as.value}
        read={(stop) => planStopText(ruled, model.stops[stop], as.text)}
        first={newest < 0 ? undefined : newest}
      />
      <ChartKey model={model} />
      <ChartTable
        summary={t('chart.table.plan')}
        titles={[t('chart.day'), t('chart.what'), t('lineage.value'), t('chart.published')]}
        rows={planTable(ruled, as.text)}
      />
    </article>
  )
}

/** Status, value and counting rule in a line: colour for what is behind, a sign for all. */
function Standing({ of: { target, row, isSecond }, isOne }: { of: RuledTarget; isOne: boolean }) {
  const { store } = useApp()
  const { status, value } = row
  const as = notation(target.unit, Math.max(target.value, value ?? 0))
  const period = reportPeriod(target, store.clock.value?.horizon ?? 0)
  const until = row.reading ? Date.parse(row.reading.watermark) : null
  return (
    <p class={`plan-card-rule ${isSecond ? 'is-second' : ''}`} title={tx(target.rule)}>
      <b>
        {value === null
          ? t(status === 'no-data' ? 'conf.no-data' : 'conf.warming-up')
          : as.text(value)}
      </b>{' '}
      <span class={`status tone-${statusTone(status)}`}>
        {statusGlyph(status)} {t(`status.${status ?? 'no-data'}`)}
      </span>{' '}
      {t('chart.goal', { value: as.text(target.value), due: target.due })}
      <small>
        {period
          ? t('plan.period', { period: period.name, date: period.published })
          : until !== null && t('tile.until', { time: hourMinute(until) })}
        {' · '}
        {!isOne && `${tx(target.name)}：`}
        {tx(target.rule)}
      </small>
    </p>
  )
}

function ruledTarget(
  target: PlanTarget,
  row: PlanRow,
  past: ChartPoint[],
  now: number,
): Omit<RuledTarget, 'isSecond'> {
  const { kpi, reading, value } = row
  const by = kpi && comparesCount(kpi, target) ? planned(row) : 1
  const shown =
    by === null ? [] : past.map((p) => ({ ...p, value: p.value === null ? null : p.value * by }))
  const period = reportPeriod(target, now)
  const current =
    value === null || !reading
      ? null
      : {
          at: period?.end ?? judgedAt(target, Date.parse(reading.watermark)),
          ...{ value, name: period?.name ?? null, published: period?.published ?? null },
        }
  return {
    ...{ target, row, current },
    figures: figuresOf(target, shown).filter(({ at }) => at !== current?.at),
  }
}

/** So many are planned for the city, whose cell stands first: what turns a share into things. */
const planned = ({ reading }: PlanRow): number | null =>
  Object.values(reading?.scopes ?? {})[0]?.denominator ?? null
