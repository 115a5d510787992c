// What the person has chosen (view, language, theme, district, layers), mirrored in the URL's hash.
import { signal } from '@preact/signals'
import { type Lang, lang } from './i18n/i18n.ts'

export type View = 'map' | 'plan' | 'proof' | 'engine'
export type Theme = 'dark' | 'light'

const VIEWS: View[] = ['map', 'plan', 'proof', 'engine']

export type ViewState = ReturnType<typeof createViewState>

export function createViewState() {
  return {
    view: signal<View>('map'),
    theme: signal<Theme>('dark'),
    /** Scope code, or null for the whole city. */
    district: signal<string | null>(null),
    /** Domains that are switched off. */
    hiddenLayers: signal<ReadonlySet<string>>(new Set()),
    /** KPI by which districts are sorted and shaded; null = the first one. */
    metric: signal<string | null>(null),
    /** Catalogue number of the selected asset. */
    asset: signal<number | null>(null),
    /** KPI whose lineage is open. */
    lineage: signal<string | null>(null),
    help: signal(false),
    wall: signal(false),
    leftRail: signal(true),
    rightRail: signal(true),
  }
}

/** Reads a hash such as `#view=plan&d=<district>&off=a,b&lang=en&theme=light` into the state; unknown parts are ignored. */
export function readHash(
  state: ViewState,
  hash: string,
  preferred: { lang: Lang; theme: Theme },
): void {
  const parts = new URLSearchParams(hash.replace(/^#/, ''))
  const view = parts.get('view') as View
  state.view.value = VIEWS.includes(view) ? view : 'map'
  state.district.value = parts.get('d')
  state.metric.value = parts.get('m')
  state.hiddenLayers.value = new Set((parts.get('off') ?? '').split(',').filter(Boolean))
  const asked = parts.get('lang')
  lang.value = asked === 'zh' || asked === 'en' ? asked : preferred.lang
  const theme = parts.get('theme')
  state.theme.value = theme === 'dark' || theme === 'light' ? theme : preferred.theme
}

/** The hash that `readHash` reads back. */
export function writeHash(state: ViewState): string {
  const parts = new URLSearchParams()
  if (state.view.value !== 'map') parts.set('view', state.view.value)
  if (state.district.value) parts.set('d', state.district.value)
  if (state.metric.value) parts.set('m', state.metric.value)
  if (state.hiddenLayers.value.size > 0) parts.set('off', [...state.hiddenLayers.value].join(','))
  parts.set('lang', lang.value)
  parts.set('theme', state.theme.value)
  return `#${parts.toString().replace(/%2C/g, ',')}`
}
