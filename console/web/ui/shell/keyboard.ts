// Keyboard shortcuts by physical key, so that a Chinese input method does not swallow them.
import { lang } from '../../i18n/i18n.ts'
import { CLOCK_PAUSE, CLOCK_RESUME, CLOCK_SPEED } from '../../store/commands.ts'
import { openAlerts } from '../../store/kpi/districts.ts'
import type { View } from '../../view-state.ts'
import type { AppState } from './context.ts'

/** Listens on `target`; returns what stops it. */
export function listenToKeys(app: AppState, target: Window): () => void {
  const listener = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
    const action = actionOf(event)
    if (!action) return
    event.preventDefault()
    action(app)
  }
  target.addEventListener('keydown', listener)
  return () => target.removeEventListener('keydown', listener)
}

function isTyping(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null
  return element !== null && /^(?:INPUT|SELECT|TEXTAREA)$/.test(element.tagName ?? '')
}

type Action = (app: AppState) => void

/** A switch that is on or off. */
const flip =
  (name: 'leftRail' | 'rightRail' | 'wall' | 'help'): Action =>
  ({ state }) => {
    state[name].value = !state[name].value
  }

const show =
  (view: View): Action =>
  ({ state }) => {
    state.view.value = view
  }

const ACTIONS: Record<string, Action> = {
  KeyM: show('map'),
  KeyP: show('plan'),
  KeyV: show('proof'),
  KeyE: show('engine'),
  Equal: (app) => stepSpeed(app, 1),
  NumpadAdd: (app) => stepSpeed(app, 1),
  Minus: (app) => stepSpeed(app, -1),
  NumpadSubtract: (app) => stepSpeed(app, -1),
  KeyD: nextDistrict,
  KeyA: nextAlert,
  KeyF: fitCity,
  BracketLeft: flip('leftRail'),
  BracketRight: flip('rightRail'),
  KeyW: flip('wall'),
  KeyK: ({ store }) => store.demo.act('kill'),
  KeyT: ({ state }) => {
    state.theme.value = state.theme.value === 'dark' ? 'light' : 'dark'
  },
  KeyG: () => {
    lang.value = lang.value === 'zh' ? 'en' : 'zh'
  },
  Escape: up,
}

function actionOf(event: KeyboardEvent): Action | null {
  const { code } = event
  const digit = /^(?:Digit|Numpad)([1-6])$/.exec(code)
  if (digit) return (app) => toggleLayer(app, Number(digit[1]))
  if (code === 'Slash') return event.shiftKey ? flip('help') : null
  // A focused button is pressed by Space; only without one it is ours.
  const onButton = (event.target as HTMLElement | null)?.tagName === 'BUTTON'
  if (code === 'Space') return onButton ? null : togglePause
  return ACTIONS[code] ?? null
}

/** Domains that draw points, by layer order. */
export function layerDomains(app: AppState): string[] {
  return Object.values(app.store.run.value?.declarations ?? {})
    .filter((d) => d.layer.order !== null)
    .sort((a, b) => a.layer.order! - b.layer.order!)
    .map((d) => d.domain)
}

export function toggleLayer(app: AppState, order: number): void {
  const domain = layerDomains(app)[order - 1]
  if (!domain) return
  const hidden = new Set(app.state.hiddenLayers.value)
  if (!hidden.delete(domain)) hidden.add(domain)
  app.state.hiddenLayers.value = hidden
}

function togglePause({ store }: AppState): void {
  const status = store.clock.value?.status
  if (!store.run.value?.commands || store.commands.open(CLOCK_PAUSE, CLOCK_RESUME)) return
  if (status === 'running') store.commands.issue(CLOCK_PAUSE)
  if (status === 'paused') store.commands.issue(CLOCK_RESUME)
}

function stepSpeed({ store }: AppState, by: 1 | -1): void {
  const run = store.run.value
  const clock = store.clock.value
  if (!run?.commands || !clock || clock.status !== 'running') return
  const faster = run.speeds.filter((s) => s > clock.speed)
  const slower = run.speeds.filter((s) => s < clock.speed)
  const speed = by > 0 ? faster[0] : slower.at(-1)
  if (speed !== undefined) store.commands.issue(CLOCK_SPEED, { speed })
}

function fitCity({ state, map }: AppState): void {
  state.district.value = null
  map.value?.fitCity()
}

function nextDistrict({ store, state }: AppState): void {
  const codes = (store.run.value?.scopes ?? []).slice(1).map((s) => s.code)
  const at = codes.indexOf(state.district.value ?? '')
  state.district.value = codes[at + 1] ?? null
}

function nextAlert({ store, state }: AppState): void {
  const open = openAlerts(store.alerts.value)
  if (open.length === 0) return
  const at = open.findIndex(
    (a) => a.kpi === state.lineage.value && a.scope === state.district.value,
  )
  const next = open[(at + 1) % open.length]
  const city = store.run.value?.scopes[0].code
  state.view.value = 'map'
  state.district.value = next.scope === city ? null : next.scope
  state.lineage.value = next.kpi
}

/** Closes what lies on top: help, lineage, asset, district, then back to the map. */
function up({ state, map }: AppState): void {
  if (state.help.value) state.help.value = false
  else if (state.lineage.value !== null) state.lineage.value = null
  else if (state.asset.value !== null) state.asset.value = null
  else if (state.wall.value) state.wall.value = false
  else if (state.view.value !== 'map') state.view.value = 'map'
  else if (state.district.value !== null) state.district.value = null
  else map.value?.fitCity()
}
