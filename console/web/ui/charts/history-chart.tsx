// The chart of the KPI whose lineage is open: its windows over the run, the usual line, plan targets, and what happened meanwhile.
import { useEffect, useMemo, useState } from 'preact/hooks'
import type { HistoryPoints, KpiReading, TwinChoices } from '../../../messages.ts'
import { hourMinute, span, whole } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'
import { comparesCount, type DeclaredKpi, isFew } from '../../store/kpi/measures.ts'
import { USUAL } from '../../store/kpi/usual.ts'
import type { PageStore } from '../../store/store.ts'
import { placeText } from '../incidents/place-text.ts'
import { notation } from '../parts/notation.ts'
import { ageText } from '../parts/reading-view.ts'
import { useApp } from '../shell/context.ts'
import { timeMarks } from '../timeline/marks.ts'
import { valueAxis } from './axis.ts'
import type { ChartFlag, ChartLine, ChartModel } from './chart-model.ts'
import { ChartKey, ChartTable } from './chart-table.tsx'
import {
  type ChartWindow,
  chartWindows,
  fewPoints,
  finalPoints,
  usualPoints,
} from './history-windows.ts'
import { TimeChart } from './time-chart.tsx'

const HEIGHT_PX = 210
/** Rows of the table: the newest ones. */
const MOST_ROWS = 60
/** What is not older is called new. */
const NOW_MS = 2_000

export function HistoryChart() {
  const { store, state } = useApp()
  const run = store.run.value
  const kpi = store.kpis.value.get(state.lineage.value ?? '')
  if (!run || !kpi) return null
  const city = run.scopes[0].code
  const scope = kpi.declaration.cityWide ? city : (state.district.value ?? city)
  return <ScopeChart key={`${run.epoch} ${kpi.id} ${scope}`} kpi={kpi} scope={scope} />
}

function ScopeChart({ kpi, scope }: { kpi: DeclaredKpi; scope: string }) {
  const { store } = useApp()
  const past = usePast(store, kpi, scope)
  const finals = store.readings.finals(kpi.id).value
  const newest = store.readings.latest(kpi.id, 'window').value
  const usual = store.usual.views.value
  const shown = shownUnit(store, kpi, scope)
  const windows = useMemo(
    () =>
      chartWindows({
        ...{ scope, past: past.points, usualPast: past.usual, finals, newest },
        usualAt: (start) => store.usual.at(kpi.id, start, scope),
        shownAs: (value) => value * shown.by,
        isFew: (n) => isFew(kpi, n),
      }),
    [past, finals, newest, usual, shown.by],
  )
  const flags = flagsOf(store, past.commands)
  const model = useMemo(
    () =>
      modelOf({ store, kpi, windows, flags, isCity: scope === store.run.value?.scopes[0].code }),
    [windows, flags.length, lang.value],
  )
  if (past.failure !== '' && windows.length === 0) return <p class="problem">{past.failure}</p>
  if (!model) return <p class="is-grey">{t(past.isRead ? 'conf.warming-up' : 'asset.loading')}</p>
  const as = notation(shown.unit, model.axis.to)
  const read = (stop: number) => readText(store, kpi, windows[stop], flags, as.text)
  return (
    <>
      <TimeChart
        model={model}
        label={t('chart.history', { name: tx(kpi.measure.label) })}
        height={HEIGHT_PX}
        text={shown.unit === '1' ? as.text : as.value}
        read={read}
      />
      <ChartKey model={model} />
      {past.failure !== '' && (
        <p class="chart-note">{t('chart.partial', { reason: past.failure })}</p>
      )}
      <ChartTable
        summary={t('chart.table', { n: Math.min(MOST_ROWS, windows.length) })}
        titles={[t('lineage.window'), t('lineage.value'), t('chart.usual'), 'n', t('chart.kind')]}
        rows={windows
          .slice(-MOST_ROWS)
          .reverse()
          .map(({ at, value, usual: would, n, isFinal }) => [
            windowText(store, at),
            value === null ? t('conf.no-data') : as.text(value),
            would === null ? '–' : as.text(would),
            n === null ? '–' : whole(n, lang.value),
            t(isFinal ? 'lineage.final' : 'lineage.provisional'),
          ])}
      />
    </>
  )
}

type Past = {
  points: HistoryPoints['points']
  usual: HistoryPoints['points']
  commands: TwinChoices['commands']
  isRead: boolean
  failure: string
}
const NOTHING: Past = { points: [], usual: [], commands: [], isRead: false, failure: '' }

/** What the server remembers; read again after a lost connection, and of the twin once there is one. */
function usePast(store: PageStore, kpi: DeclaredKpi, scope: string): Past {
  const [past, setPast] = useState(NOTHING)
  const isLive = store.connection.value.state === 'live'
  const hasUsual = store.usual.view.value !== null
  const commands = store.commands.sent.value.filter(({ phase }) => phase === 'confirmed').length
  useEffect(() => {
    if (!isLive) return
    let isWanted = true
    const put = (change: Partial<Past>) => {
      if (isWanted) setPast((before) => ({ ...before, ...change }))
    }
    const { api } = store
    api
      .points(kpi.id, scope)
      .then(({ points }) => put({ points, isRead: true, failure: '' }))
      .catch((error: Error) => put({ isRead: true, failure: error.message }))
    // Without these the line stands alone: they are no reason for an alarm.
    if (hasUsual)
      api
        .points(kpi.id, scope, USUAL)
        .then(({ points: usual }) => put({ usual }))
        .catch(() => {})
    api
      .twinChoices()
      .then((choices) => put({ commands: choices.commands }))
      .catch(() => {})
    return () => {
      isWanted = false
    }
  }, [isLive, hasUsual, commands])
  return past
}

/** A share whose target is a number of things is shown as that number: `by` = so many planned ones, weights included. */
function shownUnit(
  store: PageStore,
  kpi: DeclaredKpi,
  scope: string,
): { unit: string; by: number } {
  const [target] = kpi.targets
  const reading = store.readings.latest(kpi.id, 'day').value
  const planned = reading?.scopes[scope]?.denominator
  const isCounted = target !== undefined && comparesCount(kpi, target) && planned
  return isCounted ? { unit: target.unit, by: planned } : { unit: kpi.measure.unit, by: 1 }
}

function modelOf(input: {
  store: PageStore
  kpi: DeclaredKpi
  windows: ChartWindow[]
  flags: ChartFlag[]
  isCity: boolean
}): ChartModel | null {
  const { store, kpi, windows, flags, isCity } = input
  const [first, last] = [windows[0], windows.at(-1)]
  const run = store.run.value
  if (!first || !last || !run) return null
  const stepMs = run.windowMs
  const [from, to] = [first.at - stepMs, last.at + stepMs / 2]
  const lines: ChartLine[] = [
    { name: t('chart.usual'), look: 'usual', points: usualPoints(windows, stepMs) },
    { name: t('chart.final'), look: 'value', points: finalPoints(windows, stepMs) },
    { name: t('chart.few'), look: 'few', points: fewPoints(windows) },
    {
      ...{ name: t('chart.provisional'), look: 'provisional' },
      points: windows.filter(({ isFinal }) => !isFinal).map(({ at, value }) => ({ at, value })),
    },
    ...(isCity ? targetLines(kpi, from, to) : []),
  ]
  const drawn = lines.filter(({ points }) => points.some(({ value }) => value !== null))
  const values = drawn.flatMap(({ points }) => points.map(({ value }) => value))
  const isShare = kpi.measure.unit === '1' && !kpi.targets.some((one) => comparesCount(kpi, one))
  const axis = valueAxis(values, isShare)
  if (!axis) return null
  return {
    ...{ from, to, axis, lines: drawn, bands: [], flags },
    marks: timeMarks(from, to, lang.value),
    stops: windows.map(({ at }) => at),
  }
}

/** Level lines of the plan's targets that are in the unit that is shown. */
function targetLines(kpi: DeclaredKpi, from: number, to: number): ChartLine[] {
  const [first] = kpi.targets
  const own = kpi.targets.filter(({ unit }) => unit === first.unit)
  return own.map((target, i) => ({
    name: t('tile.target.by', {
      value: notation(target.unit, target.value).text(target.value),
      year: target.due.slice(0, 4),
    }),
    look: 'target' as const,
    isSecond: i > 0,
    points: [
      { at: from, value: target.value },
      { at: to, value: target.value },
    ],
  }))
}

function flagsOf(store: PageStore, commands: TwinChoices['commands']): ChartFlag[] {
  const run = store.run.value
  if (!run) return []
  const now = store.simNow() ?? 0
  const incidents = store.incidents.value.map((it): ChartFlag => {
    const label = tx(run.incidents.find(({ kind }) => kind === it.kind)?.label)
    const [at, until] = [Date.parse(it.from), Date.parse(it.until)]
    const text = `${label} · ${placeText(it.place, run, store.city.value)}`
    return { at, until: until > now ? null : until, kind: 'incident', text }
  })
  const declared = Object.values(run.declarations).flatMap((of) => of.commands)
  const acts = commands.flatMap(({ name, target, effectiveAt }): ChartFlag[] => {
    const label = declared.find((command) => command.name === name)?.label
    const at = Date.parse(effectiveAt)
    const text = `${tx(label)} ${target ?? ''}`.trim()
    // Those that start an incident are shown by it.
    return label ? [{ at, until: at, kind: 'command', text }] : []
  })
  return [...incidents, ...acts].sort((a, b) => a.at - b.at)
}

function windowText(store: PageStore, at: number): string {
  const start = at - (store.run.value?.windowMs ?? 0)
  return `${hourMinute(start)}–${hourMinute(at)}`
}

/** Value, usual, n, window, how sure and how old, and what fell into the window. */
function readText(
  store: PageStore,
  kpi: DeclaredKpi,
  window: ChartWindow | undefined,
  flags: ChartFlag[],
  text: (value: number) => string,
): string {
  if (!window) return t('chart.empty')
  const { at, value, usual, n, isFinal } = window
  const start = at - (store.run.value?.windowMs ?? 0)
  const newest = store.readings.latest(kpi.id, 'window').value
  const fell = flags.filter((f) => f.at > start && f.at <= at).map((f) => f.text)
  return [
    windowText(store, at),
    value === null ? t('conf.no-data') : text(value),
    usual === null ? '' : `${t('chart.usual')} ${text(usual)}`,
    n === null ? '' : `n ${whole(n, lang.value)}`,
    isFinal ? t('lineage.final') : provisionalText(store, newest),
    isFinal ? agoText(store, at) : '',
    ...fell,
  ]
    .filter(Boolean)
    .join(' · ')
}

const provisionalText = (store: PageStore, newest: KpiReading | null): string =>
  `${t('lineage.provisional')} · ${ageText(store, newest)}`

function agoText(store: PageStore, at: number): string {
  const age = (store.clock.value?.horizon ?? at) - at
  return age < NOW_MS ? t('age.now') : t('age.ago', { age: span(age, lang.value) })
}
