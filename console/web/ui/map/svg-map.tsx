// The map without WebGL2: the same districts as SVG, shaded the same way, with a marker for what is abnormal in each.

import type { CityView, RunView } from '../../../messages.ts'
import { compact } from '../../i18n/format.ts'
import { lang, t, tx } from '../../i18n/i18n.ts'
import {
  allRings,
  boundsOf,
  type CityShapes,
  cityShapes,
  type DistrictShape,
  rings,
} from '../../map/geometry.ts'
import type { EntityStore } from '../../store/assets/entities.ts'
import { mercatorX, mercatorY } from '../../store/assets/mercator.ts'
import { isAbnormal } from '../../store/assets/tones.ts'
import { alertMarks, alertSeverity, districtShades } from '../../store/kpi/districts.ts'
import { useApp } from '../shell/context.ts'

const SIZE = 1000
const STEPS = 5
/** Height of a district (in SVG units) from which a second line fits under its name. */
const ROOM_FOR_COUNT = 130

const made = new WeakMap<CityView, CityShapes>()

function shapesOf(city: CityView): CityShapes {
  const known = made.get(city) ?? cityShapes(city)
  made.set(city, known)
  return known
}

export function SvgMap() {
  const { store, state, tick } = useApp()
  void tick.value
  const city = store.city.value
  const run = store.run.value
  if (!city || !run) return null
  const shapes = shapesOf(city)
  const [west, south, east, north] = city.bounds
  const scale = SIZE / (mercatorY(south) - mercatorY(north))
  const x = (lon: number) => (mercatorX(lon) - mercatorX(west)) * scale
  const y = (lat: number) => (mercatorY(lat) - mercatorY(north)) * scale
  const width = x(east)
  const shades = districtShades(store, state).byScope
  const severity = alertSeverity(store.alerts.value)
  const marks = alertMarks(store.alerts.value)
  const path = (shape: DistrictShape) =>
    rings(shape)
      .map((ring) => `M${ring.map(([a, b]) => `${x(a).toFixed(1)} ${y(b).toFixed(1)}`).join('L')}Z`)
      .join('')
  return (
    <svg class="svg-map" viewBox={`-20 -20 ${width + 40} ${SIZE + 40}`} aria-hidden="true">
      {shapes.districts.map((shape) => {
        const { code } = shape.properties
        const step = Math.round((shades.get(code) ?? 0) * (STEPS - 1))
        const worst = severity.get(code) ?? 0
        return (
          // biome-ignore lint/a11y/noStaticElementInteractions: the keyboard's way is the district table beside it
          <path
            key={code}
            d={path(shape)}
            class={`svg-district shade-${step} alert-${worst} ${state.district.value === code ? 'is-selected' : ''}`}
            onClick={() => {
              state.district.value = code
            }}
          />
        )
      })}
      {shapes.water.length > 0 && <WaterPart shapes={shapes} x={x} y={y} />}
      {run.scopes.slice(1).map(({ code, name }, i) => {
        const at = shapes.labels.get(code)
        if (!at) return null
        const shape = shapes.districts.find((d) => d.properties.code === code)
        const [, low, , high] = shape ? boundsOf(shape) : [0, 0, 0, 0]
        const roomy = y(low) - y(high) > ROOM_FOR_COUNT
        const abnormal = store.entities.value ? abnormalIn(store.entities.value, run, i + 1) : 0
        return (
          <g key={code} transform={`translate(${x(at[0]).toFixed(1)} ${y(at[1]).toFixed(1)})`}>
            <text class="svg-name">
              {marks.has(code) ? `${marks.get(code)} ` : ''}
              {tx(name)}
            </text>
            {roomy && (
              <text class="svg-count" y="22">
                {t('map.abnormal', { n: compact(abnormal, lang.value) })}
              </text>
            )}
          </g>
        )
      })}
    </svg>
  )
}

function WaterPart(props: { shapes: CityShapes; x(lon: number): number; y(lat: number): number }) {
  const { shapes, x, y } = props
  const line = (points: number[][]) =>
    points.map(([a, b]) => `${x(a).toFixed(1)} ${y(b).toFixed(1)}`).join('L')
  return (
    <>
      {shapes.water.map((feature, f) => (
        // even-odd: what a river flows around stays land
        <path
          key={f}
          class="svg-water"
          fill-rule="evenodd"
          d={allRings(feature as DistrictShape)
            .map((ring) => `M${line(ring)}Z`)
            .join('')}
        />
      ))}
    </>
  )
}

/** Assets in an abnormal state in one scope, over all kinds. */
function abnormalIn(entities: EntityStore, run: RunView, scope: number): number {
  let sum = 0
  entities.catalogue.domains.forEach((domain, d) => {
    run.declarations[domain]?.layer.states.forEach((s, i) => {
      if (isAbnormal(s.tone)) sum += entities.count(d, i + 1, scope)
    })
  })
  return sum
}
