// Starts the page: state from the address, live connection, shell; the map follows as its own chunk.
import { signal } from '@preact/signals'
import { render } from 'preact'
import { t, tx } from './i18n/i18n.ts'
import type { ShownMap } from './map/shown-map.ts'
import { openCity } from './store/connection/open-city.ts'
import { takeToken } from './store/connection/ticket-socket.ts'
import { followDistrict } from './store/kpi/district-histories.ts'
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
releaseOldTrees()
const { store, connection } = openCity(token)
new AddressBar({ state, store, preferred, target: window }, hash)
// The last guard: what nobody caught is at least said. A browser's own notices come without an error object.
addEventListener('error', ({ error, message }) => {
  if (error) store.problem(message)
})
addEventListener('unhandledrejection', ({ reason }) => {
  if (reason?.name !== 'AbortError') store.problem(String(reason?.message ?? reason))
})

// A kiosk looks and asks for nothing.
const kiosk = query.has('kiosk')
const isAsking = (op: string) => op === 'cmd' || op === 'stage'
store.attach((message) => !(kiosk && isAsking(message.op)) && connection.send(message))

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
