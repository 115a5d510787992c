// The ground of the map as a MapLibre style: districts, water, rivers, roads, landmarks and names; no tiles, no glyphs.

import type { FeatureCollection } from 'geojson'
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl'
import type { CityView } from '../../messages.ts'
import type { Lang } from '../i18n/i18n.ts'
import type { CityShapes, Scope } from './geometry.ts'
import type { MapPalette } from './palette.ts'
import { roadLayers, roadNames } from './road-layers.ts'
import { typeSize } from './type-size.ts'

const FAMILIES = 'Noto Sans CJK SC, Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif'
const FONT = [FAMILIES]
/** MapLibre takes the weight from the word in the family list; a family of that name need not exist. */
const BOLD_FONT = [`Noto Sans SC Bold, ${FAMILIES}`]
/** The assets lie below this one, over water and roads: borders and names stay readable in the dense core. */
export const ABOVE_ASSETS = 'district-line'

const state = (name: string, otherwise: number): ExpressionSpecification => [
  'coalesce',
  ['feature-state', name],
  otherwise,
]

/** Grows by zoom from `a` at z8 to `b` at z13. */
const grow = (a: number, b: number): ExpressionSpecification => [
  'interpolate',
  ['exponential', 1.6],
  ['zoom'],
  8,
  a,
  13,
  b,
]

const collection = (features: FeatureCollection['features']): FeatureCollection => ({
  type: 'FeatureCollection',
  features,
})

export type StyleInput = {
  city: CityView
  shapes: CityShapes
  scopes: Scope[]
  palette: MapPalette
  lang: Lang
  /** Relative size of everything on the page, 1 = 16 px type. */
  scale: number
}

/** Points that carry district names; `marks` puts a sign before the name of a district with an open alert. */
export function districtLabels(input: StyleInput, marks: Map<string, string>): FeatureCollection {
  const features = input.scopes.flatMap(({ code, name }): FeatureCollection['features'] => {
    const at = input.shapes.labels.get(code)
    if (!at) return []
    const mark = marks.get(code)
    return [
      {
        type: 'Feature',
        properties: { code, text: `${mark ? `${mark} ` : ''}${name[input.lang]}` },
        geometry: { type: 'Point', coordinates: at },
      },
    ]
  })
  return collection(features)
}

export function landmarkPoints({ city, lang }: StyleInput): FeatureCollection {
  return collection(
    city.landmarks.map(({ name, lon, lat }) => ({
      type: 'Feature',
      properties: { text: name[lang] },
      geometry: { type: 'Point', coordinates: [lon, lat] },
    })),
  )
}

export function mapStyle(input: StyleInput): StyleSpecification {
  const { shapes } = input
  const geojson = (data: FeatureCollection, promoteId?: string) => ({
    type: 'geojson' as const,
    data,
    ...(promoteId ? { promoteId } : {}),
  })
  return {
    version: 8,
    sources: {
      districts: geojson(collection(shapes.districts), 'code'),
      water: geojson(collection(shapes.water)),
      rivers: geojson(collection(shapes.rivers)),
      areas: geojson(collection(shapes.areas)),
      roads: geojson(collection(shapes.roads)),
      landmarks: geojson(landmarkPoints(input)),
      labels: geojson(districtLabels(input, new Map())),
      selected: geojson(collection([])),
    },
    layers: layers(input),
  }
}

/** Layers from the ground up. */
export function layers(input: StyleInput): LayerSpecification[] {
  const { palette, lang, scale } = input
  return [
    ...landLayers(input),
    ...districtLines(input),
    roadNames(palette, lang, FONT, scale),
    ...landmarkLayers(input),
    ...names(input),
  ]
}

const halo = ({ palette, scale }: StyleInput) => ({
  'text-color': palette.text,
  'text-halo-color': palette.halo,
  'text-halo-width': 1.8 * scale,
})

/** Districts as areas, water, roads. */
function landLayers({ palette: p }: StyleInput): LayerSpecification[] {
  return [
    { id: 'ground', type: 'background', paint: { 'background-color': p.ground } },
    {
      id: 'district-fill',
      type: 'fill',
      source: 'districts',
      paint: {
        'fill-color': ['interpolate', ['linear'], state('shade', 0), 0, p.shadeLow, 1, p.shadeHigh],
        'fill-antialias': false,
      },
    },
    ...areaLayers(p),
    ...waterLayers(p),
    ...roadLayers(p), // over the water: a bridge is seen
  ]
}

/** Hills, parks, wetlands, airport and port: quiet, so that empty land explains itself. */
function areaLayers(p: MapPalette): LayerSpecification[] {
  const isPaved: ExpressionSpecification = [
    'match',
    ['get', 'kind'],
    ['airport', 'port'],
    true,
    false,
  ]
  return [
    {
      id: 'area',
      type: 'fill',
      source: 'areas',
      paint: { 'fill-color': ['case', isPaved, p.apron, p.green], 'fill-opacity': 0.9 },
    },
  ]
}

/** Water with both its banks; a river too narrow for them at a zoom is a thin line there. */
function waterLayers(p: MapPalette): LayerSpecification[] {
  return [
    {
      id: 'river',
      type: 'line',
      source: 'rivers',
      maxzoom: 13,
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': p.water, 'line-width': grow(1.2, 2) },
    },
    { id: 'water', type: 'fill', source: 'water', paint: { 'fill-color': p.water } },
    {
      id: 'bank',
      type: 'line',
      source: 'water',
      minzoom: 9,
      layout: { 'line-join': 'round' },
      paint: { 'line-color': p.bank, 'line-width': grow(0.5, 1.4), 'line-opacity': 0.8 },
    },
  ]
}

/** Borders of districts, and above them those of the selected one and of those with an open alert. */
function districtLines({ palette: p }: StyleInput): LayerSpecification[] {
  const isSelected: ExpressionSpecification = ['==', state('selected', 0), 1]
  const alert = state('alert', 0)
  return [
    {
      id: ABOVE_ASSETS,
      type: 'line',
      source: 'districts',
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': p.border,
        'line-width': grow(0.8, 1.4),
        'line-opacity': 0.7,
        'line-dasharray': [4, 2.5], // most run along the middle of a river
      },
    },
    {
      id: 'district-state',
      type: 'line',
      source: 'districts',
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': ['case', isSelected, p.accent, ['==', alert, 2], p.critical, p.warning],
        'line-width': ['case', isSelected, 2.5, 1.6],
        'line-opacity': ['case', ['any', isSelected, ['>', alert, 0]], 0.95, 0],
      },
    },
  ]
}

function landmarkLayers(input: StyleInput): LayerSpecification[] {
  const { palette: p, scale } = input
  return [
    {
      id: 'landmark-dot',
      type: 'circle',
      source: 'landmarks',
      minzoom: 10,
      paint: {
        'circle-radius': 2.5 * scale,
        'circle-color': p.ground,
        'circle-stroke-color': p.muted,
        'circle-stroke-width': 1.2 * scale,
      },
    },
    {
      id: 'landmark-name',
      type: 'symbol',
      source: 'landmarks',
      minzoom: 10,
      layout: {
        'text-field': ['get', 'text'],
        'text-font': FONT,
        'text-size': typeSize(11.5, scale),
        'text-anchor': 'left',
        'text-offset': [0.6, 0],
        'text-padding': 1,
      },
      paint: halo(input),
    },
  ]
}

/** Names of districts, and the ring around the selected asset. */
function names(input: StyleInput): LayerSpecification[] {
  const { palette: p, scale } = input
  return [
    {
      id: 'district-name',
      type: 'symbol',
      source: 'labels',
      layout: {
        'text-field': ['get', 'text'],
        'text-font': BOLD_FONT,
        'text-size': [
          'interpolate',
          ['linear'],
          ['zoom'],
          8,
          typeSize(13, scale),
          12,
          typeSize(19, scale),
        ],
        'text-allow-overlap': true,
        'text-ignore-placement': true,
      },
      paint: halo(input),
    },
    {
      id: 'selected',
      type: 'circle',
      source: 'selected',
      paint: {
        'circle-radius': 9 * scale,
        'circle-opacity': 0,
        'circle-stroke-color': p.accent,
        'circle-stroke-width': 2.2 * scale,
      },
    },
  ]
}
