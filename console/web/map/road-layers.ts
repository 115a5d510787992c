// Roads of the map: the better the road, the earlier it shows; quiet beside the data; names along the line from close by.
import type { Feature } from 'geojson'
import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl'
import type { CityView, RoadsView } from '../../messages.ts'
import type { Lang } from '../i18n/i18n.ts'
import { typeSize } from './names/type-size.ts'
import type { MapPalette } from './palette.ts'

type DrawnClass = CityView['roadInfo'][number]['class']

/** One feature per line, with its class and its name in each language. */
export function roadFeatures({ roads, roadInfo }: RoadsView): Feature[] {
  return roads.map((coordinates, i) => ({
    type: 'Feature',
    properties: { class: roadInfo[i].class, ...roadInfo[i].name },
    geometry: { type: 'LineString', coordinates },
  }))
}

/** Where a class appears, and how wide it is there, at zoom 13 and at zoom 16. */
const LOOKS: Record<DrawnClass, { from: number; width: [number, number, number] }> = {
  local: { from: 13, width: [0.4, 0.6, 3] },
  collector: { from: 11.5, width: [0.4, 1.1, 5] },
  arterial: { from: 8.4, width: [0.4, 2.4, 8] },
  trunk: { from: 7, width: [0.7, 3.4, 11] },
}
/** Half of what a casing shows on both sides together. */
const CASING = 1.4
/** Zoom over which a class comes up from nothing. */
const FADE = 0.8

export const ROAD_NAME = 'road-name'
/** The language-dependent part of the names' layout. */
export const roadNameField = (lang: Lang): ExpressionSpecification => ['get', lang]

export function roadLayers(palette: MapPalette): LayerSpecification[] {
  const { trunk, arterial, collector, local } = LOOKS
  return [
    line('road-local', 'local', palette.road, widthOf(local)),
    line('road-collector', 'collector', palette.road, widthOf(collector)),
    line('road-arterial-casing', 'arterial', palette.roadCasing, widthOf(arterial, CASING)),
    line('road-trunk-casing', 'trunk', palette.roadCasing, widthOf(trunk, CASING)),
    line('road-arterial', 'arterial', palette.roadMain, widthOf(arterial)),
    line('road-trunk', 'trunk', palette.roadTrunk, widthOf(trunk)),
  ]
}

function line(
  id: string,
  kind: DrawnClass,
  color: string,
  width: ExpressionSpecification,
): LayerSpecification {
  const { from } = LOOKS[kind]
  return {
    id,
    type: 'line',
    source: 'roads',
    minzoom: from,
    filter: ['==', ['get', 'class'], kind],
    layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint: {
      'line-color': color,
      'line-width': width,
      'line-opacity': ['interpolate', ['linear'], ['zoom'], from, 0.2, from + FADE, 1],
    },
  }
}

/** Grows by zoom through a class's three widths, all wider by `more`. */
function widthOf(look: (typeof LOOKS)[DrawnClass], more = 0): ExpressionSpecification {
  const [first, at13, at16] = look.width
  const from = Math.min(look.from, 12.9)
  const steps = [from, first + more / 2, 13, at13 + more, 16, at16 + more]
  return ['interpolate', ['exponential', 1.5], ['zoom'], ...steps] as ExpressionSpecification
}

/** Names along the roads that have one; they give way to every other name. */
export function roadNames(
  palette: MapPalette,
  lang: Lang,
  font: string[],
  scale: number,
): LayerSpecification {
  return {
    id: ROAD_NAME,
    type: 'symbol',
    source: 'roads',
    minzoom: 12,
    filter: ['has', 'zh'],
    layout: {
      'symbol-placement': 'line',
      'symbol-spacing': 420,
      'text-field': roadNameField(lang),
      'text-font': font,
      'text-size': typeSize(11, scale),
      'text-max-angle': 25,
      'text-padding': 6,
    },
    paint: {
      'text-color': palette.muted,
      'text-halo-color': palette.halo,
      'text-halo-width': 1.6 * scale,
    },
  }
}
