// Starts the page: state from the address, live connection, shell; the map follows as its own chunk.
import { effect, signal } from '@preact/signals'
import { render } from 'preact'
import { SUBPROTOCOL } from '../messages.ts'
import { t, tx } from './i18n/i18n.ts'
import type { ShownMap } from './map/shown-map.ts'
import { createApi } from './store/connection/api.ts'
import { LiveConnection, type Socket } from './store/connection/connection.ts'
import { TicketSocket, takeToken } from './store/connection/ticket-socket.ts'
import { canUnpack } from './store/connection/unpacking.ts'
import { followDistrict } from './store/kpi/district-histories.ts'
import { PageStore } from './store/store.ts'
import './styles/page.css'
import { followStage } from './ui/presenting/follow-stage.ts'
import { cycleOnWall } from './ui/presenting/wall-cycle.ts'
import { AddressBar } from './ui/shell/address.ts'
import { App, parts } from './ui/shell/app.tsx'
import { type AppState, startTick } from './ui/shell/context.ts'
import { followState } from './ui/shell/follow-state.ts'
import { listenToKeys, nextDistrict } from './ui/shell/keyboard.ts'
import { releaseOldTrees } from './ui/shell/old-trees.ts'
import { exposeForTests } from './ui/shell/test-hook.ts'
import { createViewState } from './view-state.ts'

/** The page looks at the wall clock so often; if longer passed in between, it slept. */
const LOOK_MS = 1_000
const SLEPT_MS = 4_000

const query = new URLSearchParams(location.search)
const testing = query.has('test')
const media = (text: string) => matchMedia(text).matches

// Between the phone's single column and a full screen the left rail is a drawer: closed at first.
const state = createViewState(!media('(min-width: 801px) and (max-width: 1100px)'))
const preferred = {
  lang: navigator.language.toLowerCase().startsWith('zh') ? ('zh' as const) : ('en' as const),
  theme: media('(prefers-color-scheme: light)') ? ('light' as const) : ('dark' as const),
  wall: query.has('wall') || query.has('kiosk'),
}
const { token, hash } = takeToken(location.hash, sessionStorage)
const api = createApi(token)
const store = new PageStore(
  api,
  () => Date.now(),
  () => performance.now() / 1000,
  { schedule: (ms, task) => void setTimeout(task, ms), random: Math.random },
)
releaseOldTrees()
store.begin()
new AddressBar({ state, store, preferred, target: window }, hash)
// The last guard: what nobody caught is at least said. A browser's own notices come without an error object.
addEventListener('error', ({ error, message }) => {
  if (error) store.problem(message)
})
addEventListener('unhandledrejection', ({ reason }) => {
  if (reason?.name !== 'AbortError') store.problem(String(reason?.message ?? reason))
})

function socket(ticket?: string): Socket {
  const url = new URL('live', location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  url.hash = ''
  if (ticket) url.searchParams.set('ticket', ticket)
  if (canUnpack()) url.searchParams.set('packed', '1')
  return new WebSocket(url, SUBPROTOCOL) as Socket
}

const connection = new LiveConnection({
  open: () => (token === null ? socket() : new TicketSocket(api.ticket, socket)),
  now: () => Date.now(),
  schedule(ms, task) {
    const timer = setTimeout(task, ms)
    return () => clearTimeout(timer)
  },
  frame: (task) => requestAnimationFrame(task),
  random: Math.random,
  hidden: () => document.hidden,
  wantsFrames: () => store.stands.value,
  onState: (next, retryInMs) => {
    const retryAt = retryInMs === null ? null : Date.now() + retryInMs
    store.connection.value = { state: next, retryAt }
    if (next === 'lost') store.commands.interrupted()
    // A socket that never opened cannot say why; the same server's REST can.
    if (next === 'lost' && store.run.value === null) {
      api.run().catch((error: Error) => store.problem(error.message))
    }
  },
  onMessage: (message) => store.message(message),
  onFrame: (message) => store.frame(message),
  onProblem: (problem) => store.problem(problem),
})
// A kiosk looks and asks for nothing.
const kiosk = query.has('kiosk')
const isAsking = (op: string) => op === 'cmd' || op === 'stage'
store.attach((message) => !(kiosk && isAsking(message.op)) && connection.send(message))
effect(() => {
  if (store.entities.value) connection.drawWaiting()
})
effect(() => {
  if (store.stands.value) connection.subscribe()
})
document.addEventListener('visibilitychange', () => connection.subscribe())
addEventListener('online', () => connection.retryNow())
let lookedAt = Date.now()
setInterval(() => {
  const now = Date.now()
  if (now - lookedAt > SLEPT_MS) connection.woke()
  lookedAt = now
}, LOOK_MS)

const app: AppState = {
  store,
  state,
  connection,
  map: signal<ShownMap | null>(null),
  tick: startTick(),
  kiosk,
  picture: () => parts().then(({ savePicture }) => savePicture(app)),
  still: testing || media('(prefers-reduced-motion: reduce)'),
}
// Without a map the next frame is what shows it.
store.onDrawn.add(() => {
  if (app.map.value === null) requestAnimationFrame(() => store.painted())
})
followDistrict(store, state.district)
followState(state, () => {
  const city = store.city.value
  return `${city ? `${tx(city.name)} · ` : ''}${t('app.name')} · ${t('badge.simulated')}`
})
const presenting = location.pathname.endsWith('/presenter')
if (!kiosk) listenToKeys(app, window)
if (!presenting) followStage(app)
// No map is waited for.
else store.pictureStands()
cycleOnWall(app, nextDistrict)
document.documentElement.dataset.kiosk = String(kiosk)

// A context made only to see whether there can be one would cost as much as the map's own: the map finds out.
const webgl = !query.has('nowebgl')
const test = testing ? exposeForTests(app) : null
const root = document.getElementById('app')
const draw = (Page: typeof App) => {
  if (root)
    render(
      <Page app={app} onMapIdle={() => test?.mapIdle()} webgl={webgl} presenting={presenting} />,
      root,
    )
}
// What the page's file shows until here.
root?.replaceChildren()
draw(App)
// In development an edited view or map takes the place of the old one; store, connection and choices stay.
import.meta.hot?.accept('./ui/shell/app.tsx', (edited) => edited && draw(edited.App))
