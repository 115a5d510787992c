// One field of what an asset reported or is: its label, its value in words, and a list as bars where it is declared so.
import { unitWord } from '../../i18n/format.ts'
import { lang } from '../../i18n/i18n.ts'
import type { DomainDeclaration } from '../../store/kpi/measures.ts'
import { type Bar, barsOf, fieldLabel, valueText } from './words.ts'

export function DataField(props: {
  declaration: DomainDeclaration
  name: string
  value: unknown
  unit?: string
}) {
  const { declaration, name, value, unit } = props
  const bars = barsOf(declaration, name, value)
  return (
    <div>
      <dt>{fieldLabel(declaration, name)}</dt>
      <dd>
        {bars && bars.length > 0 ? (
          <Bars bars={bars} />
        ) : (
          <>
            {bars ? '–' : valueText(declaration, name, value)}{' '}
            <small>{unit && !bars ? unitWord(unit, lang.value) : ''}</small>
          </>
        )}
      </dd>
    </div>
  )
}

function Bars({ bars }: { bars: Bar[] }) {
  const largest = Math.max(1, ...bars.map(({ size }) => size))
  return (
    <ul class="field-bars">
      {bars.map(({ name, size, text }) => (
        <li key={name}>
          <span>{name}</span>
          <meter min={0} max={largest} value={size} aria-hidden="true" />
          <span>{text}</span>
        </li>
      ))}
    </ul>
  )
}
