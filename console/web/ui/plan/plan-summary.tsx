// The plan on the first screen, one line per target: the official ones where there are any; the plan board has the rest.

import { quantityText } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'
import { Bullet } from '../parts/charts.tsx'
import { statusGlyph, statusTone } from '../parts/icons.tsx'
import { Scroll } from '../parts/scroll.tsx'
import { useApp } from '../shell/context.ts'
import { PlanNote } from './plan-note.tsx'
import { planRow } from './plan-row.ts'

export function PlanSummary() {
  const { store, state } = useApp()
  const run = store.run.value
  if (!run) return null
  const { targets } = run.plan
  const official = targets.filter((target) => target.grade === 'official')
  const shown = official.length > 0 ? official : targets
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
      <Scroll label={t('summary.title')}>
        <ul>
          {shown.map((target) => {
            const row = planRow(store, target)
            const status = row.status ?? 'warming-up'
            return (
              <li key={target.id} title={`${tx(target.rule)} · ${t(`status.${status}`)}`}>
                <span class={`plan-glyph tone-${statusTone(status)}`} aria-hidden="true">
                  {statusGlyph(status)}
                </span>
                <span class="plan-name">
                  {tx(target.name)}
                  <small>
                    {t('tile.target', {
                      value: quantityText(target.value, target.unit, lang.value),
                    })}{' '}
                    · {target.due.slice(0, 4)}
                  </small>
                </span>
                <span class={`plan-value ${row.value === null ? 'is-grey' : ''}`}>
                  {row.value === null
                    ? t('conf.warming-up')
                    : quantityText(row.value, target.unit, lang.value)}
                </span>
                <Bullet
                  value={row.value}
                  target={target.value}
                  expected={row.expected}
                  tone={statusTone(status)}
                />
                <span class="visually-hidden">{t(`status.${status}`)}</span>
              </li>
            )
          })}
        </ul>
      </Scroll>
      <PlanNote />
    </section>
  )
}
