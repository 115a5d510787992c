// A command's form, made from the JSON Schema of its arguments; confirmed only by the stream.
import { useState } from 'preact/hooks'
import { t, tx } from '../../i18n/i18n.ts'
import type { DomainDeclaration } from '../../store/kpi/measures.ts'
import { errorText } from '../parts/error-text.ts'
import { fieldLabel, valueText } from '../parts/words.ts'
import { useApp } from '../shell/context.ts'

type OfferedCommand = DomainDeclaration['commands'][number]
type Property = {
  type?: string
  const?: unknown
  enum?: unknown[]
  anyOf?: { const?: unknown }[]
  minimum?: number
  maximum?: number
  default?: unknown
  /** In both languages: `方案号 / plan`. */
  title?: string
  description?: string
}

function titleOf({ title }: Property): string | null {
  if (title === undefined) return null
  const [zh, en = zh] = title.split(' / ')
  return tx({ zh, en })
}

/** The values a property may have when it has few. */
function choices(property: Property): unknown[] | null {
  if (property.enum) return property.enum
  if (property.anyOf?.every((o) => 'const' in o)) return property.anyOf.map((o) => o.const)
  if ('const' in property) return [property.const]
  return property.type === 'boolean' ? [true, false] : null
}

function initial(property: Property): unknown {
  if (property.default !== undefined) return property.default
  const list = choices(property)
  if (list) return list[0]
  return property.type === 'string' ? '' : (property.minimum ?? 0)
}

export function CommandForm(props: {
  command: OfferedCommand
  declaration: DomainDeclaration
  target: string
}) {
  const { command, declaration, target } = props
  const { store } = useApp()
  const properties = Object.entries(
    (command.args as { properties?: Record<string, Property> }).properties ?? {},
  )
  const [values, setValues] = useState<Record<string, unknown>>(() =>
    Object.fromEntries(properties.map(([name, p]) => [name, initial(p)])),
  )
  const [id, setId] = useState<string | null>(null)
  const sent = store.commands.sent.value.find((c) => c.id === id)
  const open = sent?.phase === 'sent' || sent?.phase === 'accepted'
  return (
    <form
      class="command"
      onSubmit={(event) => {
        event.preventDefault()
        setId(store.commands.issue(command.name, values, target))
      }}
    >
      <h3>
        {tx(command.label)}
        <small>
          {t('cmd.effect')}: {tx(command.effect)}
        </small>
      </h3>
      {properties.map(([name, property]) => (
        <label key={name} htmlFor={`${command.name}-${name}`}>
          <span>
            {titleOf(property) ?? fieldLabel(declaration, name)}{' '}
            {property.description && <small>{property.description}</small>}
          </span>
          <Input
            id={`${command.name}-${name}`}
            property={property}
            value={values[name]}
            wordOf={(choice) => valueText(declaration, name, choice)}
            onChange={(value) => setValues({ ...values, [name]: value })}
          />
        </label>
      ))}
      <div class="command-send">
        <button type="submit" class="primary" disabled={open}>
          {t('cmd.send')}
        </button>
        <span aria-live="polite" class={sent?.phase === 'refused' ? 'problem' : ''}>
          {sent ? `${t(`cmd.${sent.phase}`)} ${errorText(sent.error)}` : ''}
        </span>
      </div>
    </form>
  )
}

type InputProps = {
  id: string
  property: Property
  value: unknown
  wordOf(choice: unknown): string
  onChange(value: unknown): void
}

function Input({ id, property, value, wordOf, onChange }: InputProps) {
  const list = choices(property)
  if (list) {
    return (
      <select
        id={id}
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
        required
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
      value={String(value)}
      onInput={(event) => onChange(event.currentTarget.valueAsNumber)}
    />
  )
}
