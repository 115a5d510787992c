// Puts the command by which a domain takes up what was noticed into the form of one of its assets in that district.
import { tx } from '../../i18n/i18n.ts'
import { useApp } from '../shell/context.ts'

export function OpenOne(props: { id: string; district: string | undefined; note: string }) {
  const { store, state } = useApp()
  const run = store.run.value
  const entities = store.entities.value
  const declaration = Object.values(run?.declarations ?? {}).find(({ items }) => items?.opens)
  const opens = declaration?.items?.opens
  const command = declaration?.commands.find(({ name }) => name === opens?.command)
  if (!run?.commands || !entities || !declaration || !opens || !command) return null
  const scope = run.scopes.findIndex(({ code }) => code === props.district)
  const number = scope < 0 ? -1 : entities.next(declaration.domain, scope, -1)
  if (number < 0) return null
  return (
    <button
      type="button"
      onClick={() => {
        const args = { ...opens.args, [opens.about]: props.id, [opens.note]: props.note }
        state.view.value = 'map'
        state.rightRail.value = true
        state.order.value = { command: command.name, args }
        state.asset.value = number
      }}
    >
      {tx(command.label)}
    </button>
  )
}
