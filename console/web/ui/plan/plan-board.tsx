// The plan board: every clause with its rule, value, sample, expectation, path to the due date and origin.

import { quantityText, whole } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'
import type { PlanTarget } from '../../store/kpi/measures.ts'
import { reportPeriod } from '../../store/kpi/report-period.ts'
import { Trajectory } from '../parts/charts.tsx'
import { statusGlyph, statusTone } from '../parts/icons.tsx'
import { ageText } from '../parts/reading-view.ts'
import { Scroll } from '../parts/scroll.tsx'
import { useApp } from '../shell/context.ts'
import { PlanNote } from './plan-note.tsx'
import { planRow } from './plan-row.ts'
import { clauseText, periodText } from './plan-words.ts'

export function PlanBoard() {
  const { store } = useApp()
  const targets = store.run.value?.plan.targets ?? []
  const official = targets.filter((target) => target.grade === 'official')
  const assumed = targets.filter((target) => target.grade !== 'official')
  return (
    <section class="panel board" aria-labelledby="plan-title">
      <h2 id="plan-title">{t('plan.title')}</h2>
      <Scroll label={t('plan.title')}>
        <table class="plan-table">
          <thead>
            <tr>
              <th scope="col">{t('plan.target')}</th>
              <th scope="col">{t('plan.rule')}</th>
              <th scope="col" class="num">
                {t('plan.value')}
              </th>
              <th scope="col" class="num">
                {t('plan.current')}
              </th>
              <th scope="col" class="num">
                {t('plan.expected')}
              </th>
              <th scope="col">{t('plan.status')}</th>
              <th scope="col">{t('plan.trajectory')}</th>
              <th scope="col">{t('plan.document')}</th>
            </tr>
          </thead>
          <Group title={t('plan.official')} targets={official} />
          <Group title={t('plan.assumed')} targets={assumed} />
        </table>
      </Scroll>
      <PlanNote strong />
    </section>
  )
}

function Group({ title, targets }: { title: string; targets: PlanTarget[] }) {
  if (targets.length === 0) return null
  return (
    <tbody>
      <tr class="plan-group">
        <th scope="rowgroup" colSpan={8}>
          {title} <small>{t('plan.count', { n: targets.length })}</small>
        </th>
      </tr>
      {targets.map((target) => (
        <Row key={target.id} target={target} />
      ))}
    </tbody>
  )
}

function Row({ target }: { target: PlanTarget }) {
  const { store, state } = useApp()
  const row = planRow(store, target)
  const { status, value } = row
  const now = store.clock.value?.horizon ?? 0
  const period = reportPeriod(target, now)
  const tone = statusTone(status)
  const unit = target.unit
  return (
    <tr>
      <th scope="row">
        <button
          type="button"
          class="link"
          onClick={() => {
            state.lineage.value = target.kpi
          }}
        >
          {tx(target.name)}
        </button>
        <small>{t('plan.due', { date: target.due })}</small>
      </th>
      <td class="plan-rule">{tx(target.rule)}</td>
      <td class="num">{quantityText(target.value, unit, lang.value)}</td>
      <td class="num plan-current">
        {value === null ? (
          <span class="is-grey">
            {t(status === 'no-data' ? 'conf.no-data' : 'conf.warming-up')}
          </span>
        ) : (
          <b>{quantityText(value, unit, lang.value)}</b>
        )}
        <small>
          {period ? (
            periodText(period)
          ) : (
            <>
              {row.n === null ? '' : `n = ${whole(row.n, lang.value)} · `}
              {ageText(store, row.reading)}
            </>
          )}
        </small>
      </td>
      <td class="num">{quantityText(row.expected, unit, lang.value)}</td>
      <td>
        <span class={`status tone-${tone}`}>
          {status ? `${statusGlyph(status)} ${t(`status.${status}`)}` : '–'}
        </span>
      </td>
      <td>
        <Trajectory
          target={target}
          now={now}
          value={value}
          tone={tone}
          label={`${target.baseline.date} ${quantityText(target.baseline.value, unit, lang.value)} → ${target.due} ${quantityText(target.value, unit, lang.value)}`}
        />
      </td>
      <td class="plan-document">
        <span class={`grade ${target.grade === 'official' ? 'is-official' : ''}`}>
          {t(`grade.${target.grade}`)}
        </span>
        <small title={clauseText(target)}>
          {tx(target.document)} {target.documentDate}
        </small>
      </td>
    </tr>
  )
}
