// The page: header, leading numbers, one of four views, transport bar; drawers and dialogs above.
import { useEffect, useState } from 'preact/hooks'
import { hourMinute } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'
import { openAlerts } from '../../store/kpi/districts.ts'
import { EngineRoom } from '../engine/engine-room.tsx'
import { Lineage } from '../lineage/lineage.tsx'
import { DistrictTable } from '../map/district-table.tsx'
import { Inspector } from '../map/inspector.tsx'
import { MapPanel } from '../map/map-panel.tsx'
import { PlanBoard } from '../plan/plan-board.tsx'
import { PlanSummary } from '../plan/plan-summary.tsx'
import { Proof } from '../proof/proof.tsx'
import { Twins } from '../twin/twins.tsx'
import { AlertList, alertSentence } from './alerts.tsx'
import { AppContext, type AppState, useApp } from './context.ts'
import { DemoLine } from './demo-bar.tsx'
import { Header } from './header.tsx'
import { Help } from './help.tsx'
import { KpiRow } from './kpi-row.tsx'
import { Timeline } from './timeline.tsx'

export function App(props: { app: AppState; onMapIdle(): void; webgl: boolean }) {
  const { state } = props.app
  const view = state.view.value
  const rails = `${state.leftRail.value ? '' : 'no-left'} ${state.rightRail.value ? '' : 'no-right'}`
  return (
    <AppContext.Provider value={props.app}>
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        {t('ui.skip')}
      </button>
      <div class={`app view-${view} ${rails}`}>
        <Header />
        <Banners />
        <KpiRow />
        <main id="main" tabIndex={-1} class="main">
          {/* The map stays: taking it down would lose its graphics and its place. */}
          <div class="map-view" hidden={view !== 'map'}>
            <div class="rail rail-left">
              <DistrictTable />
            </div>
            <MapPanel onIdle={props.onMapIdle} webgl={props.webgl} />
            <RightRail />
          </div>
          {view === 'plan' && <PlanBoard />}
          {view === 'proof' && <Proof />}
          {view === 'engine' && <EngineRoom />}
        </main>
        <Timeline />
      </div>
      <DemoLine />
      <Lineage />
      <Help />
      <LiveSummary />
    </AppContext.Provider>
  )
}

function RightRail() {
  const { state } = useApp()
  const asset = state.asset.value
  return (
    <div class="rail rail-right">
      {asset !== null ? (
        <Inspector number={asset} />
      ) : (
        <>
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
  const clock = store.clock.value
  const texts: string[] = []
  if (store.run.value && state === 'stale') texts.push(t('banner.stale'))
  if (store.run.value && (state === 'lost' || state === 'connecting')) texts.push(t('banner.lost'))
  if (clock?.status === 'ended') {
    texts.push(t('banner.ended', { time: hourMinute(clock.horizon, lang.value) }))
  }
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
    </div>
  )
}

const SUMMARY_MS = 10_000

/** The page in one sentence for a screen reader, at most every ten seconds. */
function LiveSummary() {
  const { store } = useApp()
  const [text, setText] = useState('')
  useEffect(() => {
    const say = () => {
      const run = store.run.value
      const now = store.simNow()
      if (!run || now === null) return
      const name = (code: string) => tx(run.scopes.find((s) => s.code === code)?.name)
      setText(
        t('live.summary', {
          title: tx(run.title),
          time: hourMinute(now, lang.value),
          alerts: alertSentence(openAlerts(store.alerts.value), name),
          connection: t(`conn.${store.connection.value.state}`, { seconds: '' }),
        }),
      )
    }
    const timer = setInterval(say, SUMMARY_MS)
    return () => clearInterval(timer)
  }, [])
  return (
    <p class="visually-hidden" aria-live="polite">
      {text}
    </p>
  )
}
