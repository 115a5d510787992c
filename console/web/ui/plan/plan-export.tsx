// Takes the plan board away: as a table of open data, as a picture with the badge burnt in, on paper.
import { date, hourMinute } from '../../i18n/format.ts'
import { t, tx } from '../../i18n/i18n.ts'
import { statusGlyph } from '../parts/icons.tsx'
import { notation } from '../parts/notation.ts'
import { useApp } from '../shell/context.ts'
import { drawTable } from './plan-picture.ts'
import type { PlanRow } from './plan-row.ts'
import { tally } from './plan-row.ts'
import { gapText, headline } from './plan-words.ts'

export function PlanExport({ rows }: { rows: PlanRow[] }) {
  const { store } = useApp()
  const run = store.run.value
  if (!run) return null
  const save = () => {
    const now = store.simNow()
    const official = rows.filter(({ target }) => target.grade === 'official')
    const { notice } = run.plan
    const picture = drawTable({
      title: `${tx(run.scopes[0].name)} · ${t('plan.title')}`,
      lead: headline(official.length, tally(official)),
      badge: `${t('badge.simulated')} ${t('badge.simulated.other')}`,
      columns: ['plan.target', 'plan.current', 'plan.value', 'plan.gap', 'plan.status'] as const,
      rows: rows.map(cellsOf),
      foot: [
        now === null ? '' : `${t('clock.label')} ${date(now)} ${hourMinute(now)}`,
        notice ? `${notice.zh} · ${notice.en}` : t('plan.note'),
      ].filter(Boolean),
    })
    picture.toBlob((blob) => {
      if (!blob) return store.problem(t('picture.none'))
      const url = URL.createObjectURL(blob)
      const link = document.createElement('a')
      link.href = url
      link.download = `plan-${run.run}.png`
      link.click()
      setTimeout(() => URL.revokeObjectURL(url), 1_000)
    }, 'image/png')
  }
  return (
    <p class="board-export">
      <a href="api/open-data?format=csv" download>
        CSV
      </a>
      <button type="button" class="link" onClick={save}>
        PNG
      </button>
      <a href="api/open-data" target="_blank" rel="noreferrer">
        {t('plan.open-data')}
      </a>
      <button type="button" class="link" onClick={() => print()}>
        {t('plan.print')} <kbd>P</kbd>
      </button>
    </p>
  )
}

function cellsOf(row: PlanRow): string[] {
  const { target, value, status } = row
  const as = notation(target.unit, Math.max(target.value, value ?? 0))
  return [
    tx(target.name),
    value === null ? t('conf.warming-up') : as.text(value),
    `${as.text(target.value)} · ${target.due}`,
    gapText(row),
    `${statusGlyph(status)} ${t(`status.${status ?? 'no-data'}`)}`,
  ]
}
