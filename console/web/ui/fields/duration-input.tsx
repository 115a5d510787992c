// A length of time as people give it: one of a few usual ones, or a number and minutes, hours or days.
import { t } from '../../i18n/i18n.ts'
import { boundsIn, type DurationUnit, durationOf, isSame, partsOf, proposed } from './duration.ts'

const UNITS: DurationUnit[] = ['M', 'H', 'D']

export function DurationInput(props: {
  id: string
  about?: string
  /** ISO 8601. */
  value: string
  /** What is proposed: the buttons are those around it. */
  first: string
  bounds: { least?: string; most?: string }
  onChange(value: string): void
}) {
  const { id, about, value, first, bounds, onChange } = props
  const { count, unit } = partsOf(value)
  // Units in which no whole number lies within the bounds are not offered.
  const offered = UNITS.filter((u) => {
    const { min, max = min } = boundsIn(u, bounds)
    return min <= max || u === unit
  })
  const units = offered.includes(unit) ? offered : [unit, ...offered]
  return (
    <span class="duration">
      {proposed(first, bounds).map((text) => {
        const { count: n, unit: u } = partsOf(text)
        return (
          <button
            key={text}
            type="button"
            class="outlined"
            aria-pressed={isSame(text, value)}
            onClick={() => onChange(text)}
          >
            {n} {t(`unit.short.${u}`)}
          </button>
        )
      })}
      <input
        id={id}
        aria-describedby={about}
        type="number"
        required
        step={1}
        {...boundsIn(unit, bounds)}
        value={Number.isNaN(count) ? '' : String(count)}
        onInput={(event) => onChange(durationOf(event.currentTarget.valueAsNumber, unit))}
      />
      <select
        aria-label={t('field.unit')}
        value={unit}
        onChange={(event) => onChange(durationOf(count, event.currentTarget.value as DurationUnit))}
      >
        {units.map((u) => (
          <option key={u} value={u}>
            {t(`unit.${u}`)}
          </option>
        ))}
      </select>
    </span>
  )
}
