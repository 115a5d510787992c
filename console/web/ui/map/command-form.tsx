// A command's form, made from the JSON Schema of its arguments: what it will do stands above, and only the stream confirms it.
import { useState } from 'preact/hooks'
import { t, tx } from '../../i18n/i18n.ts'
import type { DomainDeclaration } from '../../store/kpi/measures.ts'
import { argumentsOf, fieldsOf, firstValues } from '../fields/schema.ts'
import { SchemaField } from '../fields/schema-field.tsx'
import { SendLine } from '../fields/send-line.tsx'
import { sentText } from '../parts/sent-text.ts'
import { fieldLabel, valueText } from '../parts/words.ts'
import { useApp } from '../shell/context.ts'
import { DeclaredEffects } from './declared-effects.tsx'

type OfferedCommand = DomainDeclaration['commands'][number]

export function CommandForm(props: {
  command: OfferedCommand
  declaration: DomainDeclaration
  target: string
  /** Filled in beforehand; then the form is open. */
  given?: Record<string, unknown>
}) {
  const { command, declaration, target, given } = props
  const { store } = useApp()
  const fields = fieldsOf(command.args)
  const [values, setValues] = useState(() => ({ ...firstValues(fields), ...given }))
  const [id, setId] = useState<string | null>(null)
  const sent = store.commands.sent.value.find((c) => c.id === id)
  const open = sent?.phase === 'sent' || sent?.phase === 'accepted'
  return (
    <details class="command" name="command" open={given !== undefined}>
      <summary>
        {tx(command.label)}
        {sent && <small>{sentText(sent)}</small>}
      </summary>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          setId(store.commands.issue(command.name, argumentsOf(fields, values), target))
        }}
      >
        <DeclaredEffects command={command} declaration={declaration} />
        {fields.map((field) => (
          <SchemaField
            key={field.name}
            field={field}
            label={fieldLabel(declaration, field.name)}
            value={values[field.name]}
            wordOf={(choice) => valueText(declaration, field.name, choice)}
            onChange={(value) => setValues({ ...values, [field.name]: value })}
          />
        ))}
        <SendLine label={t('cmd.send')} disabled={open} sent={sent} />
      </form>
    </details>
  )
}
