// Keeps the address bar and the document in step with what the person chose.
import { effect } from '@preact/signals'
import { lang } from '../../i18n/i18n.ts'
import { type ViewState, writeHash } from '../../view-state.ts'

/** Keeps the address, the document's language, title and theme in step with the state. */
export function followState(state: ViewState, title: () => string): void {
  effect(() => {
    const hash = writeHash(state)
    if (location.hash !== hash) history.replaceState(null, '', hash)
  })
  effect(() => {
    document.documentElement.lang = lang.value === 'zh' ? 'zh-CN' : 'en'
    document.title = title()
  })
  effect(() => {
    document.documentElement.dataset.theme = state.theme.value
  })
  effect(() => {
    document.documentElement.dataset.wall = String(state.wall.value)
  })
}
