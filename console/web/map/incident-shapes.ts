// Where incidents are, as outlines on the map: a district, a circle, a line with what lies beside it, a polygon.
import type { Feature, FeatureCollection, Geometry, Position } from 'geojson'
import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl'
import type { IncidentDeclaration, IncidentPlace, IncidentRecord } from '../../messages.ts'
import type { DistrictShape } from './geometry.ts'
import { frontBands } from './incidents/front.ts'
import { lineBuffer } from './incidents/line-buffer.ts'
import type { MapPalette } from './palette.ts'

const KM_PER_DEGREE = 111.195
const CORNERS = 64

/** What is under way, and where the next one would be. */
export type ShownIncidents = {
  underWay: IncidentRecord[]
  draft: IncidentPlace | null
  /** Sim time, ms: where fronts are. */
  now: number
  frontOf(kind: string): IncidentDeclaration['front']
}

export function incidentShapes(
  { underWay, draft, now, frontOf }: ShownIncidents,
  districts: DistrictShape[],
): FeatureCollection {
  const of = (place: IncidentPlace, tone: string): Feature[] =>
    geometriesOf(place, districts).map((geometry) => ({
      type: 'Feature',
      properties: { tone },
      geometry,
    }))
  return {
    type: 'FeatureCollection',
    features: [
      ...underWay.flatMap(({ place, severity }) => of(place, severity)),
      ...underWay.flatMap((incident) => bandsOf(incident, frontOf(incident.kind), districts, now)),
      ...(draft ? of(draft, 'draft') : []),
    ],
  }
}

/** What lies under the front now: its bands overlap, so that its middle is the strongest. */
function bandsOf(
  incident: IncidentRecord,
  front: IncidentDeclaration['front'],
  districts: DistrictShape[],
  now: number,
): Feature[] {
  if (!front) return []
  const area = geometriesOf(incident.place, districts).flatMap(outerRings)
  const bands = frontBands(area, incident, front, now)
  return bands.flatMap((rings, level) =>
    rings.map((ring) => ({
      type: 'Feature',
      properties: { tone: incident.severity, level },
      geometry: { type: 'Polygon', coordinates: [ring] },
    })),
  )
}

function outerRings(geometry: Geometry): Position[][] {
  if (geometry.type === 'Polygon') return [geometry.coordinates[0]]
  return geometry.type === 'MultiPolygon' ? geometry.coordinates.map(([outer]) => outer) : []
}

/** The whole city has no outline of its own: all its districts have. */
function geometriesOf(place: IncidentPlace, districts: DistrictShape[]): Geometry[] {
  if ('district' in place) {
    const own = districts.filter(({ properties }) => properties.code === place.district)
    return (own.length > 0 ? own : districts).map(({ geometry }) => geometry)
  }
  if ('polygon' in place) return [polygon(place.polygon)]
  if ('route' in place) {
    // Rings of one polygon: by the even-odd rule that the map fills by, what a loop of the line encloses stays out.
    return [{ type: 'Polygon', coordinates: lineBuffer(place.route, place.km) }]
  }
  return [polygon(circle([place.lon, place.lat], place.km))]
}

function polygon(ring: Position[]): Geometry {
  return { type: 'Polygon', coordinates: [[...ring, ring[0]]] }
}

function circle([lon, lat]: Position, km: number): Position[] {
  const north = km / KM_PER_DEGREE
  const east = north / Math.cos((lat * Math.PI) / 180)
  return Array.from({ length: CORNERS }, (_, k) => {
    const turn = (2 * Math.PI * k) / CORNERS
    return [lon + east * Math.cos(turn), lat + north * Math.sin(turn)]
  })
}

/** Box [west, south, east, north] around a place. */
export function boundsOfPlace(
  place: IncidentPlace,
  districts: DistrictShape[],
): [number, number, number, number] {
  const points = geometriesOf(place, districts).flatMap((geometry) =>
    positionsIn((geometry as { coordinates: unknown }).coordinates),
  )
  const [lons, lats] = [points.map(([lon]) => lon), points.map(([, lat]) => lat)]
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)]
}

function positionsIn(list: unknown): Position[] {
  const parts = list as unknown[]
  return typeof parts[0] === 'number' ? [parts as Position] : parts.flatMap(positionsIn)
}

/** Near to its middle an incident is all the ground there is. */
const INCIDENT_OPACITY: ExpressionSpecification = [
  'interpolate',
  ['linear'],
  ['zoom'],
  11,
  ['case', ['has', 'level'], 0.07, 0.06],
  14,
  0.02,
]

/** Over the assets, as outlines: what lies within stays readable. */
export function incidentLayers(p: MapPalette): LayerSpecification[] {
  const color = [
    'match',
    ['get', 'tone'],
    'draft',
    p.accent,
    'red',
    p.critical,
    'blue',
    p.muted,
    p.warning,
  ] as unknown as string
  return [
    {
      id: 'incident-fill',
      type: 'fill',
      source: 'incidents',
      paint: { 'fill-color': color, 'fill-opacity': INCIDENT_OPACITY },
    },
    {
      id: 'incident-line',
      type: 'line',
      source: 'incidents',
      filter: ['!', ['has', 'level']],
      layout: { 'line-join': 'round', 'line-cap': 'round' },
      paint: { 'line-color': color, 'line-width': 2, 'line-dasharray': [2, 1.6] },
    },
  ]
}
