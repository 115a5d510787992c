// Words of a plan target that are put together: its clause, the gap, and the sentence over the board.
import { t, tx } from '../../i18n/i18n.ts'
import type { PlanTarget } from '../../store/kpi/measures.ts'
import { notation } from '../parts/notation.ts'
import type { PlanRow, PlanTally } from './plan-row.ts'

/** Says so when the words are not the document's own. */
export const clauseText = ({ clause, wording }: PlanTarget): string =>
  wording === 'paraphrase' ? t('lineage.paraphrase', { clause: tx(clause) }) : tx(clause)

/** In the notation of the row; shares in percentage points. */
export function gapText({ gap, target, value }: PlanRow): string {
  if (gap === null) return ''
  if (gap === 0) return t('plan.gap.none')
  const as = notation(target.unit, Math.max(target.value, value ?? 0))
  const by = target.unit === '1' ? t('usual.points', { n: as.value(gap) }) : as.text(gap)
  return t('plan.gap.by', { by })
}

/** 13 official targets: 7 met or ahead · 4 on track · 2 behind; largest gap … */
export function headline(count: number, { furthest, ...tally }: PlanTally): string {
  const parts = [
    t('plan.head.reached', { n: tally.reached }),
    t('plan.head.on-track', { n: tally.onTrack }),
    t('plan.head.behind', { n: tally.behind }),
  ]
  if (tally.unknown > 0) parts.push(t('plan.head.unknown', { n: tally.unknown }))
  const text = t('plan.head', { n: count, parts: parts.join(' · ') })
  if (!furthest) return text
  const gap = t('plan.head.gap', { name: tx(furthest.target.name), gap: gapText(furthest) })
  return `${text}${gap}`
}
