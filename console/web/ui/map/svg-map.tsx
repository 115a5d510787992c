// The map without WebGL2: the same districts as SVG, shaded the same way, with what is abnormal in each; the chosen one from near.
import { useRef } from 'preact/hooks'
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
import { fittingNames } from '../../map/names/fitting-names.ts'
import { pageScale } from '../../map/page-scale.ts'
import type { EntityStore } from '../../store/assets/entities.ts'
import { mercatorX, mercatorY } from '../../store/assets/mercator.ts'
import { isAbnormal } from '../../store/assets/tones.ts'
import { alertMarks, alertSeverity, districtShades } from '../../store/kpi/districts.ts'
import { useApp } from '../shell/context.ts'

const SIZE = 1000
const MARGIN = 20
const STEPS = 5

const made = new WeakMap<CityView, CityShapes>()

function shapesOf(city: CityView): CityShapes {
  const known = made.get(city) ?? cityShapes(city)
  made.set(city, known)
  return known
}

export function SvgMap() {
  const { store, state, tick } = useApp()
  const drawing = useRef<SVGSVGElement>(null)
  void tick.value
  const size = sizeOf(drawing.current)
  const city = store.city.value
  const run = store.run.value
  if (!city || !run) return null
  const shapes = shapesOf(city)
  const [west, south, east, north] = city.bounds
  const scale = SIZE / (mercatorY(south) - mercatorY(north))
  const x = (lon: number) => (mercatorX(lon) - mercatorX(west)) * scale
  const y = (lat: number) => (mercatorY(lat) - mercatorY(north)) * scale
  const width = x(east)
  const { byScope: shades, basis } = districtShades(store, state)
  const severity = alertSeverity(store.alerts.value)
  const marks = alertMarks(store.alerts.value)
  const path = (shape: DistrictShape) =>
    rings(shape)
      .map((ring) => `M${ring.map(([a, b]) => `${x(a).toFixed(1)} ${y(b).toFixed(1)}`).join('L')}Z`)
      .join('')
  const whole: ViewBox = [-MARGIN, -MARGIN, width + 2 * MARGIN, SIZE + 2 * MARGIN]
  const chosen = shapes.districts.find((d) => d.properties.code === state.district.value)
  const frame = chosen ? frameOf(boundsOf(chosen), x, y) : whole
  // Names have the page's size of type, however near the map is and however large it is drawn.
  const near = Math.max(frame[2] / size.width, frame[3] / size.height)
  const type = 16 * pageScale()
  const wishes = run.scopes.slice(1).flatMap(({ code, name }) => {
    const at = shapes.labels.get(code)
    const sign = marks.get(code) ?? ''
    return at ? [{ code, x: x(at[0]) / near, y: y(at[1]) / near, sign, name: tx(name) }] : []
  })
  const names = fittingNames(wishes, type, t('map.abnormal', { n: '999' }))
  return (
    <svg
      ref={drawing}
      class="svg-map"
      viewBox={frame.map((side) => side.toFixed(1)).join(' ')}
      aria-hidden="true"
    >
      {shapes.districts.map((shape) => {
        const { code } = shape.properties
        const shade = shadeClass(shades.get(code) ?? 0, basis === 'usual')
        const worst = severity.get(code) ?? 0
        return (
          // biome-ignore lint/a11y/noStaticElementInteractions: the keyboard's way is the district table beside it
          <path
            key={code}
            d={path(shape)}
            vector-effect="non-scaling-stroke"
            class={`svg-district ${shade} alert-${worst} ${state.district.value === code ? 'is-selected' : ''}`}
            onClick={() => {
              state.district.value = code
            }}
          />
        )
      })}
      {shapes.water.length > 0 && <WaterPart shapes={shapes} x={x} y={y} />}
      {run.scopes.slice(1).map(({ code }, i) => {
        const at = shapes.labels.get(code)
        const fitting = names.get(code)
        if (!at || !fitting) return null
        const abnormal = store.entities.value ? abnormalIn(store.entities.value, run, i + 1) : 0
        return (
          <g
            key={code}
            transform={`translate(${place(x(at[0]), y(at[1]))}) scale(${near.toFixed(3)})`}
          >
            <text class="svg-name">{fitting.text}</text>
            {fitting.hasRoomBelow && (
              <text class="svg-count" y="1.35em">
                {t('map.abnormal', { n: compact(abnormal, lang.value) })}
              </text>
            )}
          </g>
        )
      })}
    </svg>
  )
}

/** On the screen, px; before it is drawn, and on paper, of a usual screen. */
function sizeOf(drawing: SVGSVGElement | null): { width: number; height: number } {
  const { clientWidth: width, clientHeight: height } = drawing ?? {
    clientWidth: 0,
    clientHeight: 0,
  }
  return width > 0 && height > 0 ? { width, height } : { width: SIZE / 2, height: SIZE / 2 }
}

/** As the legend has it: a step of the scale, or on which side of usual. */
function shadeClass(shade: number, isBesideUsual: boolean): string {
  if (!isBesideUsual || shade === 0) return `shade-${Math.round(Math.max(0, shade) * (STEPS - 1))}`
  return shade > 0 ? 'is-worse' : 'is-better'
}

type ViewBox = [left: number, top: number, width: number, height: number]

const place = (x: number, y: number): string => `${x.toFixed(1)} ${y.toFixed(1)}`

/** A district with some room around it. */
function frameOf(
  [west, south, east, north]: ReturnType<typeof boundsOf>,
  x: (lon: number) => number,
  y: (lat: number) => number,
): ViewBox {
  const [left, top] = [x(west), y(north)]
  const [width, height] = [x(east) - left, y(south) - top]
  const room = Math.max(width, height) / 12
  return [left - room, top - room, width + 2 * room, height + 2 * room]
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
      {shapes.rivers.map(({ geometry }, r) => (
        <path
          key={r}
          class="svg-river"
          vector-effect="non-scaling-stroke"
          d={linesOf(geometry)
            .map((points) => `M${line(points)}`)
            .join('')}
        />
      ))}
    </>
  )
}

function linesOf(geometry: CityShapes['rivers'][number]['geometry']): number[][][] {
  if (geometry.type === 'LineString') return [geometry.coordinates]
  return geometry.type === 'MultiLineString' ? geometry.coordinates : []
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
