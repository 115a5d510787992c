// Words of a plan target that are put together: its clause, and the period that a figure is of.
import { t, tx } from '../../i18n/i18n.ts'
import type { PlanTarget } from '../../store/kpi/measures.ts'
import type { ReportPeriod } from '../../store/kpi/report-period.ts'

/** Says so when the words are not the document's own. */
export const clauseText = ({ clause, wording }: PlanTarget): string =>
  wording === 'paraphrase' ? t('lineage.paraphrase', { clause: tx(clause) }) : tx(clause)

/** 2024 · published 2025-01-21. */
export const periodText = ({ name, published }: ReportPeriod): string =>
  t('plan.period', { period: name, date: published })
