// Where an incident is to be: a district, around a landmark or a point of the map, or along a line of points.
import { useEffect, useState } from 'preact/hooks'
import type { CityView, IncidentPlace, RunView } from '../../../messages.ts'
import { t, tx } from '../../i18n/i18n.ts'
import { proposedRoute } from '../../store/incidents.ts'
import { useApp } from '../shell/context.ts'

const MODES = ['district', 'landmark', 'point', 'route'] as const
type PlaceMode = (typeof MODES)[number]

type Draft = {
  mode: PlaceMode
  district: string
  landmark: number
  lon: number
  lat: number
  /** One point a line: longitude, latitude. */
  route: string
  km: number
}

/** As the city's server takes it. */
const KM = { min: 0.1, max: 100, first: 3 }
const DIGITS = 4
const round = (degrees: number) => Number(degrees.toFixed(DIGITS))

/** Keeps `state.draftPlace`: null while the fields make no place. */
export function PlaceFields({ isRoute }: { isRoute: boolean }) {
  const { store, state } = useApp()
  const run = store.run.value!
  const city = store.city.value
  const [draft, setDraft] = useState<Draft>(() => firstDraft(run, city, state.district.value))
  const mode = isRoute ? 'route' : draft.mode
  const change = (part: Partial<Draft>) => setDraft((now) => ({ ...now, ...part }))

  useEffect(() => {
    state.draftPlace.value = placeOf({ ...draft, mode }, city)
  }, [draft, mode, city])
  useEffect(() => {
    const take = (lon: number, lat: number) => {
      const at = { lon: round(lon), lat: round(lat) }
      if (mode === 'point') change(at)
      else {
        setDraft((now) => ({ ...now, route: `${now.route.trim()}\n${at.lon}, ${at.lat}`.trim() }))
      }
    }
    state.mapPick.value = mode === 'point' || mode === 'route' ? take : null
  }, [mode])
  useEffect(
    () => () => {
      state.mapPick.value = null
      state.draftPlace.value = null
    },
    [],
  )
  const district = state.district.value
  useEffect(() => {
    if (district) change({ district })
  }, [district])

  return (
    <fieldset class="place">
      <legend>{t('incident.place')}</legend>
      {!isRoute && (
        <div class="place-modes">
          {MODES.map((one) => (
            <label key={one}>
              <input
                type="radio"
                name="place-mode"
                checked={mode === one}
                onChange={() => change({ mode: one })}
              />{' '}
              {t(`incident.place.${one}`)}
            </label>
          ))}
        </div>
      )}
      <Where mode={mode} draft={draft} run={run} city={city} change={change} />
      {mode !== 'district' && (
        <Labelled label={t(mode === 'route' ? 'incident.km.route' : 'incident.km')} id="place-km">
          <input
            id="place-km"
            type="number"
            required
            min={KM.min}
            max={KM.max}
            step="any"
            value={Number.isNaN(draft.km) ? '' : String(draft.km)}
            onInput={(event) => change({ km: event.currentTarget.valueAsNumber })}
          />
          <small>
            {KM.min}–{KM.max}
          </small>
        </Labelled>
      )}
    </fieldset>
  )
}

type WhereProps = {
  mode: PlaceMode
  draft: Draft
  run: RunView
  city: CityView | null
  change(part: Partial<Draft>): void
}

function Where({ mode, draft, run, city, change }: WhereProps) {
  if (mode === 'district') {
    return (
      <Labelled label={t('incident.place.district')} id="place-district">
        <select
          id="place-district"
          value={draft.district}
          onChange={(event) => change({ district: event.currentTarget.value })}
        >
          {run.scopes.map(({ code, name }) => (
            <option key={code} value={code}>
              {tx(name)}
            </option>
          ))}
        </select>
      </Labelled>
    )
  }
  if (mode === 'landmark') {
    return (
      <Labelled label={t('incident.place.landmark')} id="place-landmark">
        <select
          id="place-landmark"
          value={String(draft.landmark)}
          onChange={(event) => change({ landmark: Number(event.currentTarget.value) })}
        >
          {(city?.landmarks ?? []).map(({ name }, i) => (
            <option key={name.en} value={String(i)}>
              {tx(name)}
            </option>
          ))}
        </select>
      </Labelled>
    )
  }
  if (mode === 'route') {
    return (
      <Labelled label={t('incident.points')} id="place-route">
        <textarea
          id="place-route"
          rows={4}
          required
          aria-describedby="place-about"
          value={draft.route}
          onInput={(event) => change({ route: event.currentTarget.value })}
        />
        <small id="place-about">{t('incident.click.route')}</small>
      </Labelled>
    )
  }
  return (
    <>
      {(['lon', 'lat'] as const).map((axis) => (
        <Labelled key={axis} label={t(`incident.${axis}`)} id={`place-${axis}`}>
          <input
            id={`place-${axis}`}
            type="number"
            step="any"
            required
            value={Number.isNaN(draft[axis]) ? '' : String(draft[axis])}
            onInput={(event) => change({ [axis]: event.currentTarget.valueAsNumber })}
          />
        </Labelled>
      ))}
      <p class="note">{t('incident.click')}</p>
    </>
  )
}

const Labelled = (props: { label: string; id: string; children: preact.ComponentChildren }) => (
  <div class="field">
    <label htmlFor={props.id}>{props.label}</label>
    {props.children}
  </div>
)

const pointText = ([lon, lat]: [number, number]): string => `${round(lon)}, ${round(lat)}`

function firstDraft(run: RunView, city: CityView | null, district: string | null): Draft {
  const [west, south, east, north] = city?.bounds ?? [0, 0, 0, 0]
  return {
    mode: 'district',
    district: district ?? run.scopes[1]?.code ?? run.scopes[0].code,
    landmark: 0,
    lon: round((west + east) / 2),
    lat: round((south + north) / 2),
    route: city ? proposedRoute(city).map(pointText).join('\n') : '',
    km: KM.first,
  }
}

function placeOf(draft: Draft, city: CityView | null): IncidentPlace | null {
  const { mode, district, km } = draft
  if (mode === 'district') return { district }
  if (!(km >= KM.min && km <= KM.max)) return null
  if (mode === 'route') {
    const route = pointsOf(draft.route)
    return route && route.length > 1 ? { route, km } : null
  }
  const at = mode === 'landmark' ? city?.landmarks[draft.landmark] : draft
  return at && isPoint(at.lon, at.lat) ? { lon: at.lon, lat: at.lat, km } : null
}

const isPoint = (lon: number, lat: number) => Math.abs(lon) <= 180 && Math.abs(lat) <= 90

/** Null where a line is no point. */
function pointsOf(text: string): [number, number][] | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const points = lines.map((line) =>
    line
      .split(/[,，\s]+/)
      .filter(Boolean)
      .map(Number),
  )
  const isSound = points.every((point) => point.length === 2 && isPoint(point[0], point[1]))
  return isSound ? (points as [number, number][]) : null
}
