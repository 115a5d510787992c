// For engineers: a measure's declaration as it is, with the events that it reads, what went into the newest window, and its clause.
import { exact, span, whole } from '../../i18n/format.ts'
import { lang, t } from '../../i18n/i18n.ts'
import type { DeclaredKpi } from '../../store/kpi/measures.ts'
import { latestWindow } from '../../store/kpi/shown-reading.ts'
import { clauseText } from '../plan/plan-words.ts'
import { useApp } from '../shell/context.ts'
import { formulaText } from './formula.ts'

export function RawFormula({ kpi, scope }: { kpi: DeclaredKpi; scope: string }) {
  const { store, state } = useApp()
  const run = store.run.value
  if (state.density.value !== 'engineering' || !run) return null
  const { measure, declaration, targets } = kpi
  const reading = latestWindow(store, kpi)
  const cell = reading?.scopes[scope]
  const types = declaration.events.filter(({ name }) => measure.on.includes(name))
  const inputs = cell
    ? [
        `Σ₁ ${exact(cell.numerator, lang.value)}`,
        cell.denominator === null ? '' : `Σ₂ ${exact(cell.denominator, lang.value)}`,
        `n ${whole(cell.n, lang.value)}`,
        t('tile.partitions', { n: run.partitions }),
      ]
    : [t('conf.warming-up')]
  const rows = [
    [t('raw.declared'), <code key="f">{formulaText(kpi, true)}</code>],
    [t('raw.on'), <code key="o">{types.map(({ type }) => type).join(', ')}</code>],
    [t('raw.inputs'), inputs.filter(Boolean).join(' · ')],
    [t('raw.exact'), t('raw.decimals', { n: measure.decimals })],
    measure.freshForMs !== undefined && [t('raw.fresh'), span(measure.freshForMs, lang.value)],
    ...targets.map((target) => [t('lineage.clause'), `${target.id}: ${clauseText(target)}`]),
  ].filter((row) => row !== false)
  return (
    <dl class="fields fields-tight raw-formula">
      {rows.map(([name, value], i) => (
        <div key={`${i} ${name}`}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
