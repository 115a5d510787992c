// A link to an asset by its id: the map flies there, and its card opens with a ring around it.
import { t } from '../../i18n/i18n.ts'
import { type AppState, useApp } from '../shell/context.ts'

export function ShowAsset({ id, label }: { id: string; label: string }) {
  const app = useApp()
  return (
    <button
      type="button"
      class="link"
      title={t('stage.show.hint')}
      onClick={() => showAsset(app, id)}
    >
      ◎ {label}
    </button>
  )
}

function showAsset({ store, state, map }: AppState, id: string): void {
  store.api.asset(id).then(
    ({ number }) => {
      state.view.value = 'map'
      state.rightRail.value = true
      state.asset.value = number
      // The map has its size back only once its view is shown.
      requestAnimationFrame(() => map.value?.showAsset(number))
    },
    (error: Error) => store.problem(error.message),
  )
}
