// Keeps the document in step with what the person chose; address.ts does that for the address bar.
import { effect } from '@preact/signals'
import { lang } from '../../i18n/i18n.ts'
import type { ViewState } from '../../view-state.ts'

/** Keeps the document's language, title and theme in step with the state. */
export function followState(state: ViewState, title: () => string): void {
  effect(() => {
    document.documentElement.lang = lang.value === 'zh' ? 'zh-CN' : 'en'
    document.title = title()
  })
  effect(() => {
    document.documentElement.dataset.theme = state.theme.value
  })
  effect(() => {
    document.documentElement.dataset.density = state.density.value
  })
  effect(() => {
    document.documentElement.dataset.wall = String(state.wall.value)
  })
}
