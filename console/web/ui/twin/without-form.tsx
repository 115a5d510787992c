// Asks for a twin without one command: what would be if that one had not been given.
import { useState } from 'preact/hooks'
import type { TwinChoices } from '../../../messages.ts'
import { hourMinute } from '../../i18n/format.ts'
import { t, tx } from '../../i18n/i18n.ts'
import { kindOf } from '../../store/incidents.ts'
import { usePolled } from '../parts/polled.ts'
import { useApp } from '../shell/context.ts'

const POLLING = { everyMs: 5_000, atOnce: false }

type Choice = TwinChoices['commands'][number]

export function WithoutForm() {
  const { store } = useApp()
  const { commands } = usePolled('twin-choices', store.api.twinChoices, POLLING) ?? { commands: [] }
  const [chosen, choose] = useState<string | null>(null)
  const [said, say] = useState('')
  if (commands.length === 0) return null
  const id = commands.find((command) => command.id === chosen)?.id ?? commands[0].id
  async function ask(): Promise<void> {
    say(t('twin.asked'))
    try {
      await store.api.twinWithout(id)
    } catch (error) {
      say((error as Error).message)
    }
  }
  return (
    <form
      class="twin-without"
      onSubmit={(event) => {
        event.preventDefault()
        void ask()
      }}
    >
      <label htmlFor="twin-without">{t('twin.choose')}</label>
      <select id="twin-without" value={id} onChange={(e) => choose(e.currentTarget.value)}>
        {commands.map((command) => (
          <option key={command.id} value={command.id}>
            <ChoiceText choice={command} />
          </option>
        ))}
      </select>
      <button type="submit">{t('twin.ask')}</button>
      <small aria-live="polite">{said}</small>
    </form>
  )
}

function ChoiceText({ choice: { id, name, target, effectiveAt } }: { choice: Choice }) {
  const { store } = useApp()
  const run = store.run.value
  const declared = Object.values(run?.declarations ?? {})
    .flatMap(({ commands }) => commands)
    .find((command) => command.name === name)
  // An incident has the id of the command that started it.
  const incident = store.incidents.value.find((one) => one.id === id)
  const label = declared?.label ?? (run && incident && kindOf(run, incident.kind)?.label)
  const time = hourMinute(Date.parse(effectiveAt))
  return <>{[time, label ? tx(label) : name, target ?? ''].join(' ').trim()}</>
}
