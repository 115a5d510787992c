// One field of a form that is made from a JSON Schema: label, bounds, unit and default, and the input that fits.
import { useId } from 'preact/hooks'
import { DurationInput } from './duration-input.tsx'
import { bilingual, choices, type FieldOf, hintOf } from './schema.ts'

export function SchemaField(props: {
  field: FieldOf
  /** Where the schema has no title. */
  label: string
  value: unknown
  wordOf(choice: unknown): string
  onChange(value: unknown): void
}) {
  const { field, label, value, wordOf, onChange } = props
  const id = useId()
  const { property } = field
  const about = [hintOf(field), bilingual(property.description)].filter(Boolean).join(' · ')
  const described = about ? `${id}-about` : undefined
  return (
    <div class="field">
      <label htmlFor={id}>{bilingual(property.title) || label}</label>
      {property.duration ? (
        <DurationInput
          id={id}
          about={described}
          first={String(property.default ?? value)}
          bounds={property.duration}
          value={String(value)}
          onChange={onChange}
        />
      ) : (
        <Input
          id={id}
          about={described}
          field={field}
          value={value}
          wordOf={wordOf}
          onChange={onChange}
        />
      )}
      {about && <small id={described}>{about}</small>}
    </div>
  )
}

type InputProps = {
  id: string
  about: string | undefined
  field: FieldOf
  value: unknown
  wordOf(choice: unknown): string
  onChange(value: unknown): void
}

function Input({ id, about, field, value, wordOf, onChange }: InputProps) {
  const { property, needed } = field
  const list = choices(property)
  if (list) {
    return (
      <select
        id={id}
        aria-describedby={about}
        value={String(list.indexOf(value))}
        onChange={(event) => onChange(list[Number(event.currentTarget.value)])}
      >
        {list.map((choice, i) => (
          <option key={String(choice)} value={String(i)}>
            {wordOf(choice)}
          </option>
        ))}
      </select>
    )
  }
  if (property.type === 'string') {
    return (
      <input
        id={id}
        required={needed}
        aria-describedby={about}
        value={String(value)}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    )
  }
  return (
    <input
      id={id}
      type="number"
      min={property.minimum}
      max={property.maximum}
      step={property.type === 'integer' ? 1 : 'any'}
      required
      aria-describedby={about}
      value={String(value)}
      onInput={(event) => onChange(event.currentTarget.valueAsNumber)}
    />
  )
}
