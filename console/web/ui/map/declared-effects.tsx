// What a command is declared to do, before it is given: in words, how far it reaches, and by how much which KPI moves, when.
import { exact, span, unitWord } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'
import type { DomainDeclaration } from '../../store/kpi/measures.ts'
import { fieldLabel } from '../parts/words.ts'
import { useApp } from '../shell/context.ts'

type OfferedCommand = DomainDeclaration['commands'][number]

export function DeclaredEffects(props: {
  command: OfferedCommand
  declaration: DomainDeclaration
}) {
  const { command, declaration } = props
  const { store } = useApp()
  const group = command.group ? fieldLabel(declaration, command.group) : ''
  return (
    <div class="effects">
      <p>{tx(command.effect)}</p>
      <dl class="fields">
        <div>
          <dt>{t('cmd.reach')}</dt>
          <dd>{t(`reach.${command.reach}`, { asset: tx(declaration.asset), group })}</dd>
        </div>
        {command.moves.map((effect) => {
          const kpi = store.kpis.value.get(effect.kpi)
          return (
            <div key={`${effect.kpi}-${effect.when.en}`}>
              <dt>{kpi ? tx(kpi.measure.label) : effect.kpi}</dt>
              <dd>
                <b>{effectRange(effect, kpi?.measure.unit ?? '1')}</b>
                <small>
                  {t(`effect.where.${effect.where}`)} · {tx(effect.when)} ·{' '}
                  {effect.afterMs === 0
                    ? t('effect.at-once')
                    : t('effect.after', { span: span(effect.afterMs, lang.value) })}{' '}
                  · {t('effect.mean', { span: span(effect.forMs, lang.value) })}
                </small>
              </dd>
            </div>
          )
        })}
      </dl>
    </div>
  )
}

/** 「−1 … −10 %」 of the reading without it, or in the KPI's own unit. */
function effectRange(effect: OfferedCommand['moves'][number], kpiUnit: string): string {
  const { direction, least, most, unit } = effect
  const sign = direction === 'up' ? 1 : -1
  const isFraction = unit === 'reading' || kpiUnit === '1'
  const ends = [least, most].map((end) => signed(sign * end * (isFraction ? 100 : 1)))
  const word = isFraction
    ? t(unit === 'reading' ? 'effect.percent' : 'effect.points')
    : unitWord(kpiUnit, lang.value)
  return `${ends.join(' … ')} ${word}`
}

function signed(value: number): string {
  const size = exact(Number(Math.abs(value).toFixed(1)), lang.value)
  return value === 0 ? size : `${value < 0 ? '−' : '+'}${size}`
}
