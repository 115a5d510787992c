// One leading number: value, status, target, its last two hours beside what is usual, and how fresh it is.
import { useComputed } from '@preact/signals'
import { t, tx } from '../../i18n/i18n.ts'
import type { DeclaredKpi } from '../../store/kpi/measures.ts'
import type { PageStore } from '../../store/store.ts'
import type { ViewState } from '../../view-state.ts'
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
import { useApp, useSame } from '../shell/context.ts'

/** Dragged further than this, the person marks a number instead of opening it. */
const DRAG_PX = 5

export function Tile({ kpi }: { kpi: DeclaredKpi }) {
  const { store, state } = useApp()
  const title = useComputed(() => {
    const of = scopesOf(store, state, kpi)
    if (!of) return ''
    const { n, reading } = shown(store, kpi, of.scope, of.city)
    const texts = [tx(kpi.measure.label), ...samplesOf(store, n), ageText(store, reading)]
    return texts.filter(Boolean).join(' · ')
  })
  const its = useSame(() => tileOf(store, state, kpi))
  if (!its) return null
  const { label, text, status, target } = its
  return (
    <article
      class={`tile ${its.isGrey ? 'is-grey' : ''} ${state.highlight.value.includes(kpi.id) ? 'is-highlighted' : ''}`}
      title={title}
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
        {its.where !== null && <span class="tile-scope">{its.where}</span>}
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
          <small class={its.isCounted ? 'is-counted' : ''}>{text.unit}</small>
        </p>
        <p class={`tile-target ${target ? '' : 'is-none'}`}>{target ?? t('tile.target.none')}</p>
        {its.bar && <Bullet {...its.bar} tone={statusTone(status)} />}
      </div>
      <Line kpi={kpi} label={label} />
      <footer class="tile-foot">
        <span>{its.foot}</span>
        <span class="tile-age">{its.until}</span>
      </footer>
    </article>
  )
}

/** The city's scope, and the one whose number is shown; null before the run is known. */
function scopesOf({ run }: PageStore, { district }: ViewState, { declaration }: DeclaredKpi) {
  const city = run.value?.scopes[0].code
  if (!city) return null
  return { city, scope: declaration.cityWide ? city : (district.value ?? city) }
}

const samplesOf = ({ run }: PageStore, n: number | null): string[] => [
  nText(n),
  t('tile.partitions', { n: run.value?.partitions ?? 0 }),
]

/** All that a tile says, in words; null before the run is known. */
function tileOf(store: PageStore, state: ViewState, kpi: DeclaredKpi) {
  const of = scopesOf(store, state, kpi)
  if (!of) return null
  const { city, scope } = of
  const isDense = state.density.value === 'engineering'
  const view = shown(store, kpi, scope, city)
  const day = store.readings.latest(kpi.id, 'day').value
  const status = scope === city ? (day?.status ?? null) : null
  const foot = isDense ? samplesOf(store, view.n) : [comparison(store, kpi, view, scope)]
  return {
    status,
    label: tx(kpi.measure.short),
    text: shownText(view),
    isGrey: view.confidence !== 'good',
    isCounted: view.unit.startsWith('{'),
    where:
      state.district.value && tx(store.run.value?.scopes.find(({ code }) => code === scope)?.name),
    foot: [view.confidence === 'few' ? t('tile.few') : '', ...foot].filter(Boolean).join(' · '),
    until: untilText(store, kpi, view.reading),
    ...targetOf(view, day?.expected ?? null, scope !== city, isDense),
  }
}

/** The newest windows as a line. */
function Line({ kpi, label }: { kpi: DeclaredKpi; label: string }) {
  const { store, state } = useApp()
  const { values, usual } = useSame(() => {
    const { scope, city } = scopesOf(store, state, kpi)!
    return { values: series(store, kpi, scope, city), usual: usualSeries(store, kpi, scope) }
  })
  return <Sparkline values={values} usual={usual} label={label} />
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

/** The target in words, and the bar that is held against it. */
function targetOf(view: Shown, expected: number | null, isLocal: boolean, isDense: boolean) {
  const { target, value, unit, confidence } = view
  if (!target) return { target: null, bar: null }
  const as = notation(target.unit, Math.max(target.value, value ?? 0))
  const words = {
    value: isDense ? as.short(target.value) : as.text(target.value),
    year: target.due.slice(0, 4),
  }
  const bar = {
    value: confidence === 'warming-up' ? null : drawn(value),
    target: target.value,
    expected: unit === target.unit ? drawn(expected) : null,
  }
  return {
    target: t(isLocal && !isDense ? 'tile.target.city' : 'tile.target.by', words),
    bar: isLocal ? null : bar,
  }
}

/** As exactly as a bar can show it. */
const drawn = (value: number | null) => value && Number(value.toPrecision(4))
