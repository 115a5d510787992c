// The plan on the first screen, one line per target: the official ones where there are any; the plan board has the rest.
import { t, tx } from '../../i18n/i18n.ts'
import type { PlanTarget } from '../../store/kpi/measures.ts'
import { statusGlyph, statusTone } from '../parts/icons.tsx'
import { notation } from '../parts/notation.ts'
import { Scroll } from '../parts/scroll.tsx'
import { useApp, useSame } from '../shell/context.ts'
import { PlanNote } from './plan-note.tsx'
import { planRow, tally } from './plan-row.ts'
import { headline } from './plan-words.ts'

export function PlanSummary() {
  const { store, state } = useApp()
  const targets = store.run.value?.plan.targets ?? []
  const official = targets.filter((target) => target.grade === 'official')
  const shown = official.length > 0 ? official : targets
  const years = [...new Set(shown.map(dueYear))].sort().reverse()
  const line = useSame(() => {
    const counts = tally(shown.map((target) => planRow(store, target)))
    return headline(shown.length, { ...counts, furthest: null })
  })
  return (
    <section class="panel plan-summary" aria-labelledby="summary-title">
      <h2 id="summary-title">
        {t('summary.title')}
        <button
          type="button"
          class="link"
          onClick={() => {
            state.view.value = 'plan'
          }}
        >
          {t('summary.open')} <kbd>P</kbd>
        </button>
      </h2>
      {/* In place of the table where alerts and twins leave it no room. */}
      <p class="summary-line">{line}</p>
      <Scroll label={t('summary.title')}>
        <table>
          <thead class="visually-hidden">
            <tr>
              <th scope="col">{t('plan.target')}</th>
              <th scope="col">{t('plan.current')}</th>
              <th scope="col">{t('plan.value')}</th>
              <th scope="col">{t('plan.status')}</th>
            </tr>
          </thead>
          {years.map((year) => (
            <tbody key={year}>
              <tr class="plan-year">
                <th scope="rowgroup" colSpan={2}>
                  {t('summary.year', { year })}
                </th>
                <td>{t('summary.target')}</td>
                <td />
              </tr>
              {shown
                .filter((target) => dueYear(target) === year)
                .map((target) => (
                  <SummaryRow key={target.id} target={target} />
                ))}
            </tbody>
          ))}
        </table>
      </Scroll>
      <PlanNote />
    </section>
  )
}

const dueYear = ({ due }: PlanTarget): string => due.slice(0, 4)

function SummaryRow({ target }: { target: PlanTarget }) {
  const { store } = useApp()
  const { status, value, goal } = useSame(() => {
    const row = planRow(store, target)
    const as = notation(target.unit, Math.max(target.value, row.value ?? 0))
    return {
      status: row.status ?? ('warming-up' as const),
      value: row.value === null ? null : as.value(row.value),
      goal: as.short(target.value),
    }
  })
  return (
    <tr title={`${tx(target.name)} · ${tx(target.rule)} · ${target.due}`}>
      <th scope="row" class="plan-name">
        {tx(target.name)}
      </th>
      <td class={`plan-value ${value === null ? 'is-grey' : ''}`}>
        {value ?? t('conf.warming-up')}
      </td>
      <td class="plan-goal">{goal}</td>
      <td class={`plan-state tone-${statusTone(status)}`}>
        {statusGlyph(status)} {t(`status.${status}`)}
      </td>
    </tr>
  )
}
