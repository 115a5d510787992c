// A crowd: people in a stadium or a square, or runners and those who watch them along a route.
import { Type } from 'typebox'
import { MINUTE_MS } from '../../../../infra/time.ts'
import type {
  BySeverity,
  Incident,
  IncidentEffect,
  IncidentKind,
  IncidentWorld,
} from '../../incident.ts'

/** What is added to the usual demand where the crowd is thickest (demo assumption). */
const ADDED: BySeverity = { blue: 0.5, yellow: 1, orange: 2, red: 4 }
/** Of the time: people come, stay, and leave faster than they came. */
const COMING = 0.3
const LEAVING = 0.15
/** Runners are spread over so much of the route, km; the road is closed from so long before them to so long after. */
const FIELD_KM = 6
const CLOSED_KM = 8
/** To either side of the route: what is further away is open, and full. */
const ROAD_KM = 0.3

export const crowd: IncidentKind = {
  kind: 'crowd',
  label: { zh: '大客流', en: 'Crowd' },
  about: {
    zh: '赛事或集会：沿线封路，周边车流、停车与网络负荷上升',
    en: 'A match, a square or a marathon: closed roads along it, more cars and more load around it',
  },
  parameters: Type.Object({}, { additionalProperties: false }),
  route: false,
  stepMs: 5 * MINUTE_MS,
  aftermathMs: 0,
  effects: (incident, world) =>
    'route' in incident.place ? moving(incident, world) : standing(incident),
}

function standing(incident: Incident): IncidentEffect[] {
  const { from, until, planned, severity } = incident
  const at = (time: number) => ADDED[severity] * presence((time - from) / planned)
  return [{ condition: 'crowd', from, until, at }]
}

/** Share of the people who are there, by the share of the time that has passed. */
function presence(x: number): number {
  if (x <= 0 || x >= 1) return 0
  return Math.min(1, x / COMING, (1 - x) / LEAVING)
}

function moving(incident: Incident, { area }: IncidentWorld): IncidentEffect[] {
  const { from, until, planned, severity } = incident
  const kmPerMs = (area.routeKm + CLOSED_KM) / planned
  // Where the middle of the field is, less the place's own km.
  const ahead = (time: number, alongKm: number) => (time - from) * kmPerMs - CLOSED_KM / 2 - alongKm
  return [
    {
      condition: 'crowd',
      from,
      until,
      at: (time, { lon, lat }) => {
        const { alongKm } = area.onRoute(lon, lat)
        return ADDED[severity] * Math.max(0, 1 - Math.abs(ahead(time, alongKm)) / FIELD_KM)
      },
    },
    {
      condition: 'road-capacity',
      from,
      until,
      at: (time, { lon, lat }) => {
        const { km, alongKm } = area.onRoute(lon, lat)
        return km <= ROAD_KM && Math.abs(ahead(time, alongKm)) < CLOSED_KM / 2 ? 1 : 0
      },
    },
  ]
}
