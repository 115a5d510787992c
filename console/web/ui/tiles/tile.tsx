// One leading number: value, status, target, its last two hours beside what is usual, and how fresh it is.
import { t, tx } from '../../i18n/i18n.ts'
import type { DeclaredKpi } from '../../store/kpi/measures.ts'
import type { PageStore } from '../../store/store.ts'
import { Bullet, Sparkline } from '../parts/charts.tsx'
import { statusGlyph, statusTone } from '../parts/icons.tsx'
import { notation } from '../parts/notation.ts'
import {
  ageText,
  nText,
  type Shown,
  series,
  shown,
  shownText,
  sinceText,
  untilText,
  usualSeries,
} from '../parts/reading-view.ts'
import { usualText } from '../parts/usual-words.ts'
import { useApp } from '../shell/context.ts'

/** Dragged further than this, the person marks a number instead of opening it. */
const DRAG_PX = 5

export function Tile({ kpi }: { kpi: DeclaredKpi }) {
  const { store, state } = useApp()
  const run = store.run.value
  if (!run) return null
  const city = run.scopes[0].code
  const scope = kpi.declaration.cityWide ? city : (state.district.value ?? city)
  const isDense = state.density.value === 'engineering'
  const view = shown(store, kpi, scope, city)
  const text = shownText(view)
  const day = store.readings.latest(kpi.id, 'day').value
  const status = scope === city ? (day?.status ?? null) : null
  const label = tx(kpi.measure.short)
  const samples = [nText(view.n), t('tile.partitions', { n: run.partitions })]
  const classes = [
    'tile',
    view.confidence !== 'good' && 'is-grey',
    state.highlight.value.includes(kpi.id) && 'is-highlighted',
  ]
  return (
    <article
      class={classes.filter(Boolean).join(' ')}
      title={[tx(kpi.measure.label), ...samples, ageText(store, view.reading)]
        .filter(Boolean)
        .join(' · ')}
      {...opening(() => {
        state.lineage.value = kpi.id
      })}
    >
      <header class="tile-head">
        <button
          type="button"
          class="tile-label"
          aria-label={t('tile.open', { label: `${label} ${text.value}${text.unit}` })}
        >
          {label}
        </button>
        {state.district.value !== null && (
          <span class="tile-scope">{tx(run.scopes.find(({ code }) => code === scope)?.name)}</span>
        )}
        {status && (
          <span class={`tile-status tone-${statusTone(status)}`}>
            {statusGlyph(status)} {t(`status.${status}`)}
          </span>
        )}
      </header>
      <div class="tile-body">
        {/* A number takes the place of the word: the two are not one thing that moves. */}
        <p key={text.word ? 'word' : 'number'} class={`tile-value ${text.word ? 'is-word' : ''}`}>
          {text.value}
          <small class={view.unit.startsWith('{') ? 'is-counted' : ''}>{text.unit}</small>
        </p>
        <TileTarget
          view={view}
          expected={day?.expected ?? null}
          status={status}
          local={scope !== city}
          isDense={isDense}
        />
      </div>
      <Sparkline
        values={series(store, kpi, scope, city)}
        usual={usualSeries(store, kpi, scope)}
        label={label}
      />
      <footer class="tile-foot">
        <span>
          {[
            view.confidence === 'few' ? t('tile.few') : '',
            ...(isDense ? samples : [comparison(store, kpi, view, scope)]),
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
        <span class="tile-age">{untilText(store, kpi, view.reading)}</span>
      </footer>
    </article>
  )
}

/** Since when a count counts, or how far the newest window is from usual. */
function comparison(store: PageStore, kpi: DeclaredKpi, view: Shown, scope: string): string {
  const { reading, value, unit } = view
  const since = sinceText(kpi, reading)
  if (since !== '' || reading?.window.kind !== 'window' || value === null) return since
  const usual = store.usual.at(kpi.id, reading.window.start, scope)
  return usual === null || unit !== kpi.measure.unit ? '' : usualText(value, usual, unit)
}

/** The whole tile opens on a click, and the number in it can still be marked and copied. */
function opening(open: () => void) {
  let from = { x: 0, y: 0 }
  return {
    onPointerDown: (event: PointerEvent) => {
      from = { x: event.clientX, y: event.clientY }
    },
    onClick: (event: MouseEvent) => {
      // Pressed by a key, a click has no place.
      const isKey = event.detail === 0
      const far = Math.hypot(event.clientX - from.x, event.clientY - from.y)
      if (isKey || far <= DRAG_PX) open()
    },
  }
}

function TileTarget(props: {
  view: Shown
  expected: number | null
  status: string | null
  local: boolean
  isDense: boolean
}) {
  const { view, expected, status, local, isDense } = props
  const { target } = view
  if (!target) return <p class="tile-target is-none">{t('tile.target.none')}</p>
  const as = notation(target.unit, Math.max(target.value, view.value ?? 0))
  const values = {
    value: isDense ? as.short(target.value) : as.text(target.value),
    year: target.due.slice(0, 4),
  }
  return (
    <>
      <p class="tile-target">
        {t(local && !isDense ? 'tile.target.city' : 'tile.target.by', values)}
      </p>
      {!local && (
        <Bullet
          value={view.confidence === 'warming-up' ? null : view.value}
          target={target.value}
          expected={view.unit === target.unit ? expected : null}
          tone={statusTone(status)}
        />
      )}
    </>
  )
}
