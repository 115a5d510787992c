// The page: header, leading numbers, one of four views, transport bar; drawers and dialogs above.
import { useEffect, useState } from 'preact/hooks'
import { hourMinute } from '../../i18n/format.ts'
import { t, tx } from '../../i18n/i18n.ts'
import { AlertList } from '../alerts/alert-list.tsx'
import { verdictFacts } from '../alerts/verdict-facts.ts'
import { verdictOf, verdictSentence } from '../alerts/verdict-sentence.ts'
import { CommandLog } from '../commands/command-log.tsx'
import { Cues } from '../cues/cues.tsx'
import { IncidentList } from '../incidents/incident-list.tsx'
import { Lineage } from '../lineage/lineage.tsx'
import { DistrictTable } from '../map/district-table.tsx'
import { Inspector } from '../map/inspector.tsx'
import { MapPanel } from '../map/map-panel.tsx'
import { Later, latePart } from '../parts/later.tsx'
import { PlanBoard } from '../plan/plan-board.tsx'
import { PlanSummary } from '../plan/plan-summary.tsx'
import { StageNotes } from '../presenting/stage-notes.tsx'
import { Stage } from '../stage/stage.tsx'
import { KpiRow } from '../tiles/kpi-row.tsx'
import { Twins } from '../twin/twins.tsx'
import { AppContext, type AppState, useApp, useSame } from './context.ts'
import { Header } from './header.tsx'
import { Help } from './help.tsx'
import { Timeline } from './timeline.tsx'
import { VerdictLine } from './verdict.tsx'

/** What comes once the map stands. */
export const parts = () => import('./late-parts.ts')
const proof = latePart(parts, 'Proof')
const engineRoom = latePart(parts, 'EngineRoom')
const incidentForm = latePart(parts, 'IncidentForm')
const presenter = latePart(parts, 'Presenter')
const assetList = latePart(parts, 'AssetList')
const search = latePart(parts, 'Search')
const LATE = [assetList, search, proof, engineRoom, incidentForm]

export type AppProps = {
  app: AppState
  onMapIdle(): void
  webgl: boolean
  /** The presenter's own screen instead of the audience's. */
  presenting: boolean
}

export function App(props: AppProps) {
  const { state, store } = props.app
  const view = state.view.value
  const stands = store.stands.value && !props.presenting
  useEffect(() => {
    // The city is on the screen: what may be wanted next comes now, while there is a server to ask.
    if (stands) for (const late of LATE) late.fetch().catch(() => {})
  }, [stands])
  if (props.presenting) {
    return (
      <AppContext.Provider value={props.app}>
        <Later late={presenter} />
        <StageNotes />
      </AppContext.Provider>
    )
  }
  const rails = `${state.leftRail.value ? '' : 'no-left'} ${state.rightRail.value ? '' : 'no-right'}`
  return (
    <AppContext.Provider value={props.app}>
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        {t('ui.skip')}
      </button>
      <div class={`app view-${view} ${rails}`}>
        <Header />
        <VerdictLine />
        <Banners />
        <Stage />
        <KpiRow />
        <main id="main" tabIndex={-1} class="main">
          {/* The map stays: taking it down would lose its graphics and its place. */}
          <div class="map-view" hidden={view !== 'map'}>
            <div class="rail rail-left">
              <DistrictTable />
              <Cues />
            </div>
            <MapPanel onIdle={props.onMapIdle} webgl={props.webgl} />
            <RightRail />
          </div>
          {view === 'plan' && <PlanBoard />}
          {view === 'proof' && <Later key={view} late={proof} />}
          {view === 'engine' && <Later key={view} late={engineRoom} />}
        </main>
        <Timeline />
      </div>
      <StageNotes />
      <Lineage />
      {state.searching.value && <Later late={search} />}
      <Help />
      <LiveSummary />
    </AppContext.Provider>
  )
}

function RightRail() {
  const { store, state } = useApp()
  const asset = state.asset.value
  // All at once, when there is something to say: what stands already is not pushed about.
  if (store.run.value === null) return <div class="rail rail-right" />
  return (
    <div class="rail rail-right">
      {asset !== null ? (
        <Inspector number={asset} />
      ) : state.injecting.value ? (
        <Later late={incidentForm} />
      ) : state.listing.value ? (
        <Later key="list" late={assetList} />
      ) : (
        <>
          <IncidentList />
          <CommandLog />
          <AlertList />
          <Twins />
          <PlanSummary />
        </>
      )}
    </div>
  )
}

/** What the person must know before trusting the picture. */
function Banners() {
  const { store } = useApp()
  const { state } = store.connection.value
  const endedAt = useSame(() => {
    const { status, horizon } = store.clock.value ?? {}
    return status === 'ended' ? horizon : undefined
  })
  const texts: string[] = []
  if (store.run.value && state === 'stale') texts.push(t('banner.stale'))
  if (store.run.value && (state === 'lost' || state === 'connecting')) texts.push(t('banner.lost'))
  if (endedAt) texts.push(t('banner.ended', { time: hourMinute(endedAt) }))
  for (const text of new Set(store.notices.troubles.value.values()))
    texts.push(t('banner.trouble', { text }))
  for (const problem of store.notices.problems.value)
    texts.push(t('banner.problem', { text: problem }))
  return (
    <div class="banners">
      {texts.map((text) => (
        <p key={text} class="banner" role="alert">
          {text}
        </p>
      ))}
      {store.notices.remarks.value.map((text) => (
        <p key={text} class="banner banner-remark" role="status">
          {text}
          <button
            type="button"
            aria-label={t('ui.close')}
            onClick={() => store.notices.dismiss(text)}
          >
            ✕
          </button>
        </p>
      ))}
    </div>
  )
}

const SUMMARY_MS = 10_000

/** The page in one sentence for a screen reader, at most every ten seconds. */
function LiveSummary() {
  const app = useApp()
  const { store } = app
  const [text, setText] = useState('')
  useEffect(() => {
    const say = () => {
      const run = store.run.value
      const now = store.simNow()
      if (!run || now === null) return
      setText(
        t('live.summary', {
          title: tx(run.title),
          time: hourMinute(now),
          alerts: verdictSentence(verdictOf(verdictFacts(app))),
          connection: t(`conn.${store.connection.value.state}`),
        }),
      )
    }
    const timer = setInterval(say, SUMMARY_MS)
    return () => clearInterval(timer)
  }, [])
  return (
    <p class="visually-hidden" role="status">
      {text}
    </p>
  )
}
