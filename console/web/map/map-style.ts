// The ground of the map as a MapLibre style: districts, water, rivers, roads, landmarks and names; no tiles, no glyphs.

import type { FeatureCollection } from 'geojson'
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl'
import type { Tint } from './daylight/daylight.ts'
import { incidentLayers } from './incident-shapes.ts'
import { areaNames, districtNames, FONT, landmarkLayers } from './names/name-layers.ts'
import type { MapPalette } from './palette.ts'
import { roadLayers, roadNames } from './road-layers.ts'
import type { StyleInput } from './style-input.ts'

/** The assets lie below this one, over water and roads: borders and names stay readable in the dense core. */
export const ABOVE_ASSETS = 'district-line'
export const DAYLIGHT = 'daylight'
/** Of a difference from usual, near to a district. */
const NEAR_PART = 0.25

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
    city.landmarks.map(({ name, lon, lat, kind }) => ({
      type: 'Feature',
      properties: { text: name[lang], ...(kind ? { kind } : {}) },
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
      incidents: geojson(collection([])),
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
    daylightLayer(input.tint),
    ...districtLines(input),
    ...incidentLayers(palette),
    roadNames(palette, lang, FONT, scale),
    areaNames(input),
    ...landmarkLayers(input),
    ...districtNames(input),
  ]
}

/** The light of the hour lies over the ground and below assets and names. */
function daylightLayer({ color, opacity }: Tint): LayerSpecification {
  // By steps that nobody sees: passing from one to the next would draw the map anew all the time.
  const passing = { duration: 0 }
  return {
    id: DAYLIGHT,
    type: 'background',
    paint: {
      'background-color': color,
      'background-opacity': opacity,
      'background-color-transition': passing,
      'background-opacity-transition': passing,
    },
  }
}

/** From afar a shade tells districts apart; near to one it is all the ground there is, and no more than a hint. */
const shadeByZoom = (p: MapPalette): ExpressionSpecification => [
  'interpolate',
  ['linear'],
  ['zoom'],
  11,
  shadeColor(p, 1),
  13.5,
  shadeColor(p, NEAR_PART),
]

/** By `shade` 0–1 of a scale, and by `part` of `off` beside usual: -1 much better, 1 much worse. */
function shadeColor(p: MapPalette, part: number): ExpressionSpecification {
  const off: ExpressionSpecification = ['*', state('off', 0), part]
  const scale: ExpressionSpecification = [
    'interpolate',
    ['linear'],
    state('shade', 0),
    ...[0, p.shadeLow, 1, p.shadeHigh],
  ] as ExpressionSpecification
  const usual = [-1, p.shadeBetter, 0, p.shadeLow, 1, p.shadeWorse]
  const beside = ['interpolate', ['linear'], off, ...usual] as ExpressionSpecification
  return ['case', ['!=', off, 0], beside, scale]
}

/** Districts as areas, water, roads. */
function landLayers({ palette: p }: StyleInput): LayerSpecification[] {
  return [
    { id: 'ground', type: 'background', paint: { 'background-color': p.ground } },
    {
      id: 'district-fill',
      type: 'fill',
      source: 'districts',
      paint: {
        'fill-color': shadeByZoom(p),
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
