// Keyboard shortcuts by physical key, so that a Chinese input method does not swallow them.
import { lang } from '../../i18n/i18n.ts'
import { CLOCK_PAUSE, CLOCK_RESUME, CLOCK_SPEED } from '../../store/commands.ts'
import { openAlerts } from '../../store/kpi/districts.ts'
import type { View } from '../../view-state.ts'
import { showCue } from '../presenting/follow-stage.ts'
import { reachedCue } from '../presenting/reached-cue.ts'
import { HeldKey } from '../stage/held-key.ts'
import type { AppState } from './context.ts'

/** Listens on `target`; returns what stops it. */
export function listenToKeys(app: AppState, target: Window): () => void {
  /** Space was ours when it went down: a focused button must not be pressed when it goes up. */
  let isSpaceOurs = false
  const { demo } = app.store
  const kill = new HeldKey(
    () => demo.act('kill'),
    () => {
      if (demo.capabilities.value.includes('kill')) demo.hint.value++
    },
  )
  const down = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
    if (event.code === 'KeyK') kill.down(event.timeStamp)
    const action = actionOf(event)
    if (!action) return
    event.preventDefault()
    isSpaceOurs = event.code === 'Space'
    // A key that is held acts once.
    if (!event.repeat) action(app)
  }
  const released = (event: KeyboardEvent) => {
    if (event.code === 'KeyK') kill.up(event.timeStamp)
    if (event.code !== 'Space') return
    if (isSpaceOurs) event.preventDefault()
    isSpaceOurs = false
  }
  target.addEventListener('keydown', down)
  target.addEventListener('keyup', released)
  return () => {
    target.removeEventListener('keydown', down)
    target.removeEventListener('keyup', released)
  }
}

/** Where letters and Space have a meaning of their own. */
function isTyping(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null
  if (/^(?:INPUT|SELECT|TEXTAREA)$/.test(element?.tagName ?? '')) return true
  return element?.getAttribute?.('role') === 'combobox'
}

type Action = (app: AppState) => void

const picture: Action = (app) => {
  app.picture().catch((error: Error) => app.store.problem(error.message))
}

/** A switch that is on or off. */
const flip =
  (name: 'leftRail' | 'rightRail' | 'wall' | 'help' | 'searching'): Action =>
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
  // On the plan board once more: onto paper.
  KeyP: (app) => (app.state.view.value === 'plan' ? print() : show('plan')(app)),
  KeyV: show('proof'),
  KeyE: show('engine'),
  Equal: (app) => stepSpeed(app, 1),
  NumpadAdd: (app) => stepSpeed(app, 1),
  Minus: (app) => stepSpeed(app, -1),
  NumpadSubtract: (app) => stepSpeed(app, -1),
  KeyD: nextDistrict,
  KeyA: nextAlert,
  KeyX: ({ store, state }) => {
    const id = state.attention.value
    const isSeen = store.acknowledgements.value.some((known) => known.id === id)
    if (id !== null && !isSeen) store.acknowledge(id)
  },
  KeyF: fitCity,
  KeyN: ({ state }) => {
    state.density.value = state.density.value === 'explaining' ? 'engineering' : 'explaining'
  },
  KeyI: inject,
  KeyL: list,
  BracketLeft: flip('leftRail'),
  BracketRight: flip('rightRail'),
  KeyW: flip('wall'),
  KeyT: ({ state }) => {
    state.theme.value = state.theme.value === 'dark' ? 'light' : 'dark'
  },
  KeyG: () => {
    lang.value = lang.value === 'zh' ? 'en' : 'zh'
  },
  PageDown: (app) => stepCue(app, 1),
  PageUp: (app) => stepCue(app, -1),
  KeyB: ({ store }) => store.presentation.blank(),
  Period: ({ store }) => store.presentation.blank(),
  NumpadDecimal: ({ store }) => store.presentation.blank(),
  KeyR: ({ store }) => store.presentation.reset(),
  Home: showAgain,
  F5: fullScreen,
  Escape: up,
}

function stepCue({ store }: AppState, by: 1 | -1): void {
  store.presentation.step(by, store.run.value?.cues.length ?? 0, reachedCue(store))
}

/** What the cue that is presented shows, whatever was looked at since. */
function showAgain(app: AppState): void {
  const { cue } = app.store.presentation.view.value
  if (cue !== null) showCue(app, cue)
}

function fullScreen({ store }: AppState): void {
  const change = document.fullscreenElement
    ? document.exitFullscreen()
    : document.documentElement.requestFullscreen()
  change.catch((error: Error) => store.problem(error.message))
}

function actionOf(event: KeyboardEvent): Action | null {
  const { code } = event
  if (code === 'KeyS') return event.shiftKey ? picture : null
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(code)
  if (digit) return (app) => toggleLayer(app, Number(digit[1]))
  if (code === 'Slash') return flip(event.shiftKey ? 'help' : 'searching')
  // A focused button is pressed by Enter: Space always pauses, after a click on a button too.
  if (code === 'Space') return togglePause
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

/** Opens the form that starts an incident. */
function inject({ store, state }: AppState): void {
  const run = store.run.value
  if (!run?.commands || run.incidents.length === 0) return
  state.view.value = 'map'
  state.rightRail.value = true
  state.asset.value = null
  state.injecting.value = true
}

/** Opens the list of assets, or closes it. */
function list({ state }: AppState): void {
  const isOpen = state.listing.value && state.view.value === 'map'
  state.view.value = 'map'
  state.rightRail.value = true
  state.asset.value = null
  state.injecting.value = false
  state.listing.value = !isOpen
}

function fitCity({ state, map }: AppState): void {
  state.district.value = null
  map.value?.fitCity()
}

export function nextDistrict({ store, state }: AppState): void {
  const codes = (store.run.value?.scopes ?? []).slice(1).map((s) => s.code)
  const at = codes.indexOf(state.district.value ?? '')
  state.district.value = codes[at + 1] ?? null
}

/** Comes to the next row of what is abnormal, which Enter opens. */
function nextAlert({ store, state }: AppState): void {
  const findings = store.findings.value.filter(({ until }) => until === null)
  const ids = [...findings, ...openAlerts(store.alerts.value)].map(({ id }) => id)
  if (ids.length === 0) {
    state.nothingOpen.value++
    return
  }
  const next = ids[(ids.indexOf(state.attention.value ?? '') + 1) % ids.length]
  state.view.value = 'map'
  state.rightRail.value = true
  state.asset.value = null
  state.attention.value = next
  // Once it is on the page.
  setTimeout(() => showRow(next), 0)
}

function showRow(id: string): void {
  const row = document.getElementById(`alert-${id}`)
  row?.closest('details')?.setAttribute('open', '')
  row?.scrollIntoView({ block: 'nearest' })
  row?.querySelector<HTMLElement>('.alert-view')?.focus()
}

/** Closes what lies on top: help, lineage, asset, the form of incidents, district, then back to the map. */
function up({ state, map }: AppState): void {
  if (state.help.value) state.help.value = false
  else if (state.lineage.value !== null) state.lineage.value = null
  else if (state.asset.value !== null) {
    state.asset.value = null
    state.order.value = null
  } else if (state.injecting.value) state.injecting.value = false
  else if (state.listing.value) state.listing.value = false
  else if (state.wall.value) state.wall.value = false
  else if (state.view.value !== 'map') state.view.value = 'map'
  else if (state.highlight.value.length > 0) state.highlight.value = []
  else if (state.district.value !== null) state.district.value = null
  else map.value?.fitCity()
}
