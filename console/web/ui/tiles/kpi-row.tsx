// The row of leading numbers: six to explain the city, all of them for engineers.
import { t, tx } from '../../i18n/i18n.ts'
import { headlines, leading } from '../../store/kpi/measures.ts'
import type { PageStore } from '../../store/store.ts'
import { usePolled } from '../parts/polled.ts'
import { useApp } from '../shell/context.ts'
import { Tile } from './tile.tsx'

/** Every page looks whether to ask, and hundreds may come from one address: none of their loads waits for it. */
const POLLING = { everyMs: 5_000, atOnce: false }
/** Before the run is known: as many as there will be. */
const EMPTY = 6
/** Tiles beside one another where all are shown. */
const MOST_IN_ROW = 7

async function readTwins({ run, clock, usual, incidents, commands, api }: PageStore) {
  if (!run.value || !clock.value) return
  const acted = incidents.value.length > 0 || commands.sent.value.length > 0
  const need = {
    now: Date.now(),
    horizon: clock.value.horizon,
    windowMs: run.value.windowMs,
    acted,
  }
  if (usual.isDue(need)) usual.put(await api.twins())
}

export function KpiRow() {
  const { store, state } = useApp()
  usePolled('twin', () => readTwins(store), POLLING)
  const density = state.density.value
  const isDense = density === 'engineering'
  const declared = store.kpis.value
  const kpis = isDense ? headlines(declared) : leading(declared, state.highlight.value)
  const district = state.district.value
  const scope = store.run.value?.scopes.find((s) => s.code === district)
  const rows = isDense ? Math.ceil(kpis.length / MOST_IN_ROW) : 1
  const columns = Math.ceil(Math.max(kpis.length, 1) / Math.max(rows, 1))
  return (
    <section
      class={`kpi-row ${isDense ? 'is-dense' : ''}`}
      aria-label={scope ? tx(scope.name) : t('ui.city')}
      style={{ '--columns': kpis.length === 0 ? EMPTY : columns }}
    >
      {kpis.map((kpi) => (
        <Tile key={kpi.id} kpi={kpi} />
      ))}
      {kpis.length === 0 &&
        Array.from({ length: EMPTY }, (_, i) => <div key={i} class="tile tile-empty" />)}
      <p class="visually-hidden" aria-live="polite">
        {t(`density.${density}`)}
      </p>
    </section>
  )
}
