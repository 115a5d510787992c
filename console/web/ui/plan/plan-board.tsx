// The plan board, the official's page: what all targets come to, then every clause with value, gap, expectation and path.
import { useState } from 'preact/hooks'
import { date, weekday, whole } from '../../i18n/format.ts'
import { lang, t, tx, type WordKey } from '../../i18n/i18n.ts'
import { reportPeriod } from '../../store/kpi/report-period.ts'
import { planCharts } from '../charts/late-charts.ts'
import { Trajectory } from '../parts/charts.tsx'
import { statusGlyph, statusTone } from '../parts/icons.tsx'
import { Later } from '../parts/later.tsx'
import { notation } from '../parts/notation.ts'
import { periodText, untilText } from '../parts/reading-view.ts'
import { Scroll } from '../parts/scroll.tsx'
import { useApp } from '../shell/context.ts'
import { PlanExport } from './plan-export.tsx'
import { PlanNote } from './plan-note.tsx'
import { type PlanOrder, type PlanRow, planRow, sorted, tally } from './plan-row.ts'
import { clauseText, gapText, headline } from './plan-words.ts'

const COLUMNS = 8

export function PlanBoard() {
  const { store } = useApp()
  const [order, setOrder] = useState<PlanOrder>('document')
  const [isDrawn, setIsDrawn] = useState(false)
  const rows = (store.run.value?.plan.targets ?? []).map((target) => planRow(store, target))
  const official = rows.filter(({ target }) => target.grade === 'official')
  const assumed = rows.filter(({ target }) => target.grade !== 'official')
  const head = (of: PlanOrder, word: WordKey, isNumber = false) => (
    <th scope="col" class={isNumber ? 'num' : ''} aria-sort={order === of ? 'ascending' : 'none'}>
      <button type="button" onClick={() => setOrder(order === of ? 'document' : of)}>
        {t(word)}
        {order === of ? ' ▾' : ''}
      </button>
    </th>
  )
  return (
    <section class="panel board" aria-labelledby="plan-title">
      <div class="board-head">
        <h2 id="plan-title">{t('plan.title')}</h2>
        <SimDate />
        <button
          type="button"
          class="outlined"
          aria-pressed={isDrawn}
          onClick={() => setIsDrawn(!isDrawn)}
        >
          {t('plan.charts')}
        </button>
        <PlanExport rows={[...official, ...assumed]} />
      </div>
      <p class="board-sentence">{headline(official.length, tally(official))}</p>
      {isDrawn ? (
        <Later late={planCharts} />
      ) : (
        <Scroll label={t('plan.title')}>
          <table class="plan-table">
            <thead>
              <tr>
                <th scope="col">{t('plan.target')}</th>
                <th scope="col" class="num">
                  {t('plan.current')}
                </th>
                <th scope="col" class="num">
                  {t('plan.value')}
                </th>
                {head('gap', 'plan.gap', true)}
                <th scope="col" class="num">
                  {t('plan.expected')}
                </th>
                {head('status', 'plan.status')}
                {head('due', 'plan.due.head')}
                <th scope="col">{t('plan.trajectory')}</th>
              </tr>
            </thead>
            <Group title={t('plan.official')} rows={sorted(official, order)} />
            <Group title={t('plan.assumed')} rows={sorted(assumed, order)} />
          </table>
        </Scroll>
      )}
      <PlanNote strong />
    </section>
  )
}

/** The city's day beside the day on which somebody reads this. */
function SimDate() {
  const { store, tick } = useApp()
  void tick.value
  const now = store.simNow()
  if (now === null) return null
  const today = date(Date.now() + store.clockOffset())
  return (
    <p class="board-date">
      {t('plan.dates', { sim: `${date(now)} ${weekday(now, lang.value)}`, today })}
    </p>
  )
}

function Group({ title, rows }: { title: string; rows: PlanRow[] }) {
  if (rows.length === 0) return null
  const documents = new Set(
    rows.map(({ target }) => `${tx(target.document)} ${target.documentDate}`),
  )
  return (
    <tbody>
      <tr class="plan-group">
        <th scope="rowgroup" colSpan={COLUMNS}>
          {title} <small>{t('plan.count', { n: rows.length })}</small>{' '}
          <small class="plan-documents">{[...documents].join(' · ')}</small>
        </th>
      </tr>
      {rows.map((row) => (
        <Row key={row.target.id} row={row} />
      ))}
    </tbody>
  )
}

function Row({ row }: { row: PlanRow }) {
  const { store, state } = useApp()
  const { target, status, value } = row
  const now = store.clock.value?.horizon ?? 0
  const tone = statusTone(status)
  const as = notation(target.unit, Math.max(target.value, value ?? 0))
  const fresh = row.kpi ? freshness(row.kpi, row) : ''
  return (
    <tr>
      <th scope="row" title={clauseText(target)}>
        <button
          type="button"
          class="link"
          onClick={() => {
            state.lineage.value = target.kpi
          }}
        >
          {tx(target.name)}
        </button>
        <span class="visually-hidden grade">{t(`grade.${target.grade}`)}</span>
        <small class="plan-rule" title={tx(target.rule)}>
          {tx(target.rule)}
        </small>
      </th>
      <td class="num plan-current" title={fresh}>
        {value === null ? (
          <span class="is-grey">
            {t(status === 'no-data' ? 'conf.no-data' : 'conf.warming-up')}
          </span>
        ) : (
          <b>{as.text(value)}</b>
        )}
        <small>{fresh}</small>
      </td>
      <td class="num">{as.text(target.value)}</td>
      <td class={`num ${row.gap === 0 ? 'is-grey' : ''}`}>{gapText(row)}</td>
      <td class="num">{row.expected === null ? '' : as.text(row.expected)}</td>
      <td>
        <span class={`status tone-${tone}`}>
          {statusGlyph(status)} {t(`status.${status ?? 'no-data'}`)}
        </span>
      </td>
      <td class="plan-due">{target.due}</td>
      <td>
        <Trajectory
          target={target}
          now={now}
          value={value}
          tone={tone}
          label={`${target.baseline.date} ${as.text(target.baseline.value)} → ${target.due} ${as.text(target.value)}`}
        />
      </td>
    </tr>
  )

  function freshness(kpi: NonNullable<PlanRow['kpi']>, { reading, n }: PlanRow): string {
    const period = reportPeriod(target, now)
    if (period) return periodText(period)
    const sample = n === null ? '' : `n = ${whole(n, lang.value)} · `
    return `${sample}${untilText(store, kpi, reading)}`
  }
}
