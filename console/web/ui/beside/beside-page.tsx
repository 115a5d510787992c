// The page over two recordings: two maps that move together, the numbers of both, one transport bar.
import { render } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ReplayBeside } from '../../../messages.ts'
import { date, hourMinuteSecond, weekday } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'
import css from '../../styles/beside.css?inline'
import { Shading } from '../map/shading.tsx'
import { Form, Mark } from '../parts/icons.tsx'
import { iso, move } from '../replay/moves.ts'
import { ReplayTransport } from '../replay/replay-transport.tsx'
import { AppContext, type AppState, useTime } from '../shell/context.ts'
import { HeaderButtons } from '../shell/header.tsx'
import { layerDomains, toggleLayer } from '../shell/keyboard.ts'
import { keyRows, useBesideKeys } from './beside-keys.ts'
import { CompareTable } from './compare-table.tsx'
import { DifferenceButtons, DifferenceMarks, differenceSentence } from './differences.tsx'
import { lockMaps } from './locked-maps.ts'
import { notesOf } from './notes.ts'
import { openSides } from './open-side.ts'
import { SideMap } from './side-map.tsx'
import { say } from './words.ts'

/** While the two are being compared it is asked so often how far that is. */
const ASK_MS = 1_000

/** In place of the page over one recording; `base`: where the second is served. */
export function showBeside(app: AppState, base: string): void {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  document.adoptedStyleSheets.push(sheet)
  const [a, b] = openSides(app, base)
  render(
    <AppContext.Provider value={a}>
      <BesidePage a={a} b={b} />
    </AppContext.Provider>,
    document.getElementById('app')!,
  )
}

const NO_SIDES: ReplayBeside = {
  sides: [
    { name: '…', from: 0, to: 0 },
    { name: '…', from: 0, to: 0 },
  ],
  differences: null,
  problem: null,
}

function BesidePage({ a, b }: { a: AppState; b: AppState }) {
  const { store } = a
  const beside = useComparison(a)
  const replay = store.run.value?.replay
  const go = differenceMoves(a, beside)
  useBesideKeys(go)
  const frames = useLockedMaps(a, b)
  const [sideA, sideB] = beside.sides
  const { differences } = beside
  return (
    <div class="beside">
      <BesideHeader a={a} b={b} />
      <Notes {...{ a, b, beside }} />
      <main id="main" tabIndex={-1} class="beside-main">
        <SideMap app={a} side="A" name={sideA.name} onFrame={frames.a} />
        <SideMap app={b} side="B" name={sideB.name} onFrame={frames.b} />
        <BesideLegend app={a} />
        <CompareTable a={a} b={b} />
      </main>
      <footer class="timeline panel">
        <ReplayTransport
          marks={replay && <DifferenceMarks of={differences} replay={replay} />}
          buttons={<DifferenceButtons of={differences} {...go} />}
        />
      </footer>
      <BesideHelp app={a} />
    </div>
  )
}

/** Asked again until the two are compared. */
function useComparison({ store }: AppState): ReplayBeside {
  const [beside, setBeside] = useState(NO_SIDES)
  const isOpen = beside.differences === null && beside.problem === null
  useEffect(() => {
    if (!isOpen) return
    const ask = () =>
      store.api
        .ask('api/replay/beside', (answer) => answer.json() as Promise<ReplayBeside>)
        .then(setBeside)
        .catch((error: Error) => store.problem(error.message))
    ask()
    const timer = setInterval(ask, ASK_MS)
    return () => clearInterval(timer)
  }, [isOpen])
  return beside
}

function differenceMoves({ store }: AppState, { differences }: ReplayBeside) {
  const jump = (to: number | undefined) => {
    if (to === undefined) return
    const { name, args } = move('clock.jump', { to: iso(to), hold: true })
    store.commands.issue(name, args)
  }
  return {
    first: () => jump(differences?.first?.at),
    window(isBack: boolean) {
      const now = store.simNow()
      if (now === null || !differences) return
      const ends = differences.windows.map(({ at }) => at)
      jump(isBack ? ends.findLast((end) => end < now) : ends.find((end) => end > now))
    },
  }
}

function useLockedMaps(a: AppState, b: AppState) {
  const holders = useRef<{ a?: HTMLElement; b?: HTMLElement }>({})
  const [mapA, mapB] = [a.map.value, b.map.value]
  useEffect(() => {
    const { a: frameA, b: frameB } = holders.current
    if (!mapA || !mapB || !frameA || !frameB) return
    return lockMaps(
      { map: mapA, width: () => frameA.clientWidth },
      { map: mapB, width: () => frameB.clientWidth },
    )
  }, [mapA, mapB])
  const keep = (side: 'a' | 'b') => (frame: HTMLElement) => {
    holders.current[side] = frame
  }
  return { a: keep('a'), b: keep('b') }
}

function BesideHeader({ a, b }: { a: AppState; b: AppState }) {
  const { store } = a
  const city = store.city.value
  const problems = [a, b].flatMap((app) => app.store.notices.problems.value)
  return (
    <>
      <header class="header">
        <div class="brand">
          <Mark />
          <h1>
            <b>{t('app.name')}</b>
            <span class="brand-city">{city ? tx(city.name) : ''}</span>
            <span class="brand-title">{say('title')}</span>
          </h1>
        </div>
        <div class="badge is-still" title={t('badge.hint')}>
          <b>{t('badge.simulated')}</b> <span>{t('badge.simulated.other')}</span>
        </div>
        <Clock />
        <HeaderButtons />
      </header>
      {problems.map((problem) => (
        <p key={problem} class="banner" role="alert">
          {t('banner.problem', { text: problem })}
        </p>
      ))}
    </>
  )
}

function Clock() {
  const now = useTime((time) => time - (time % 1000))
  if (now === null) return <div class="sim-clock" />
  return (
    <div class="sim-clock" role="timer" aria-label={t('clock.label')}>
      <span class="sim-date">
        {date(now)} {weekday(now, lang.value)}
      </span>
      <span class="sim-time">{hourMinuteSecond(now)}</span>
    </div>
  )
}

function Notes(props: { a: AppState; b: AppState; beside: ReplayBeside }) {
  const { a, b, beside } = props
  const [runA, runB] = [a.store.run.value, b.store.run.value]
  const notes = runA?.replay && runB ? notesOf(runA, runB, beside, runA.replay) : []
  return (
    <div class="beside-notes">
      <p role="status">{differenceSentence(beside)}</p>
      {notes.map((note) => (
        <p key={note}>◇ {note}</p>
      ))}
    </div>
  )
}

/** Shades and layers are the same on both maps. */
function BesideLegend({ app }: { app: AppState }) {
  const { store, state } = app
  const run = store.run.value
  if (!run) return <div class="beside-legend" />
  return (
    <section class="panel beside-legend" aria-label={say('layers')}>
      <Shading />
      <ul>
        {layerDomains(app).map((domain, i) => {
          const { layer, asset } = run.declarations[domain]
          return (
            <li key={domain}>
              <button
                type="button"
                aria-pressed={!state.hiddenLayers.value.has(domain)}
                aria-keyshortcuts={String(i + 1)}
                onClick={() => toggleLayer(app, i + 1)}
              >
                <kbd>{i + 1}</kbd> <Form shape={layer.shape} tone="normal" /> {tx(asset)}
              </button>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function BesideHelp({ app }: { app: AppState }) {
  const { help } = app.state
  const ref = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (help.value) ref.current?.showModal()
    else ref.current?.close()
  }, [help.value])
  const close = () => {
    help.value = false
  }
  return (
    <dialog ref={ref} class="help" aria-labelledby="help-title" onClose={close}>
      <div class="panel-head">
        <h2 id="help-title">{t('help.title')}</h2>
        <button type="button" aria-label={t('ui.close')} onClick={close}>
          ✕
        </button>
      </div>
      <dl>
        {keyRows().map(({ keys, text }) => (
          <div key={text}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  )
}
