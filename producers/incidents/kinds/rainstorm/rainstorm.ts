// A rainstorm: a front that crosses the area in the given time, water on low roads, mains that break where it rains hardest.
import { Type } from 'typebox'
import { cos, sin } from '../../../../infra/maths.ts'
import { HOUR_MS, MINUTE_MS } from '../../../../infra/time.ts'
import { createField, IncidentChance } from '../../chance.ts'
import type {
  BySeverity,
  Incident,
  IncidentEffect,
  IncidentKind,
  IncidentWorld,
} from '../../incident.ts'
import { brokenMains, LONGEST_REPAIR_MS } from '../../power.ts'

/** mm/h in the middle of the front; the warning signals go by the rain of some hours (demo assumption). */
const PEAK_MM_H: BySeverity = { blue: 20, yellow: 35, orange: 60, red: 100 }
/** Of the stretches of mains in the area, those that break. */
const BROKEN: BySeverity = { blue: 0.01, yellow: 0.03, orange: 0.08, red: 0.16 }
const FRONT_KM = 10
/** Showers within the front: this wide, and at their weakest this part of it. */
const SHOWER_KM = 3
const WEAKEST = 0.5
/** What drains cope with, mm/h, and cm of water per mm that stays. */
const DRAINED_MM_H = 25
const CM_PER_MM = 0.9
/** Roads are low in patches this wide; of them the lowest tenth or so. */
const LOW_KM = 0.8
const LOW_ABOVE = 0.72
const DEEPEST_CM = 90
/** Water stands for an hour and more after the rain. */
const SAMPLE_MS = 10 * MINUTE_MS
const SAMPLES = 9
const AFTER_RAIN_MS = 2 * HOUR_MS
/** Rain slows traffic (demo assumption after the 5-17 % of the Highway Capacity Manual, ch. 11); water stops it. */
const SLOWED = { perMmH: 0.004, most: 0.17, fromCm: 15, closedCm: 27 }
const RADIANS = Math.PI / 180

const parameters = Type.Object(
  {
    towards: Type.Optional(
      Type.Number({ minimum: 0, maximum: 360, default: 45, title: '移向 / moves towards' }),
    ),
  },
  { additionalProperties: false },
)

export const rainstorm: IncidentKind = {
  kind: 'rainstorm',
  label: { zh: '暴雨', en: 'Rainstorm' },
  about: {
    zh: '雨带移过：低洼积水、馈线停电；基站电池耗尽后退服',
    en: 'A front crosses: water on low roads, mains break, sites follow when batteries end',
  },
  parameters,
  route: false,
  stepMs: 5 * MINUTE_MS,
  aftermathMs: LONGEST_REPAIR_MS,
  effects,
}

function effects(incident: Incident, world: IncidentWorld): IncidentEffect[] {
  const { from, severity, until } = incident
  const front = frontOf(incident, world)
  const rain = (time: number, lon: number, lat: number) =>
    time < from || time >= incident.until ? 0 : front.mmH(time, lon, lat)
  const low = lowPlaces(world)
  const ponding = (time: number, lon: number, lat: number) => {
    const depth = low(lon, lat)
    if (depth === 0) return 0
    let stays = 0
    for (let k = 0; k < SAMPLES; k++) {
      const mmH = rain(time - k * SAMPLE_MS, lon, lat)
      stays += (Math.max(0, mmH - DRAINED_MM_H) * SAMPLE_MS * (1 - k / SAMPLES)) / HOUR_MS
    }
    return Math.min(DEEPEST_CM, stays * CM_PER_MM * (1 + depth))
  }
  const wet = { from, until: until + AFTER_RAIN_MS }
  return [
    { condition: 'rain', from, until, at: (t, { lon, lat }) => rain(t, lon, lat) },
    { condition: 'ponding', ...wet, at: (t, { lon, lat }) => ponding(t, lon, lat) },
    {
      condition: 'road-capacity',
      ...wet,
      at: (t, { lon, lat }) => lostCapacity(rain(t, lon, lat), ponding(t, lon, lat)),
    },
    brokenMains(incident, world, {
      share: BROKEN[severity],
      at: (lon, lat, chance) => front.passes(lon, lat) + chance * 30 * MINUTE_MS,
      medianHours: 4,
      sigma: 0.5,
    }),
  ]
}

function lostCapacity(mmH: number, cm: number): number {
  if (cm >= SLOWED.closedCm) return 1
  const ofWater = cm < SLOWED.fromCm ? 0 : 0.5
  return Math.max(ofWater, Math.min(SLOWED.most, mmH * SLOWED.perMmH))
}

/** A band across its way, strongest in its middle; it has crossed the area once `planned` is over, however early it is stopped. */
function frontOf(incident: Incident, { area, seed }: IncidentWorld) {
  const { from, planned, severity, parameters } = incident
  const { towards = 45 } = parameters as { towards?: number }
  const [east, north] = [sin(towards * RADIANS), cos(towards * RADIANS)]
  const peak = PEAK_MM_H[severity]
  const way = 2 * (area.radiusKm + FRONT_KM)
  const kmPerMs = way / planned
  const shower = createField(new IncidentChance(seed, incident.id), 'shower', SHOWER_KM)
  const progress = (lon: number, lat: number) => {
    const at = area.offset(lon, lat)
    return { km: at.east * east + at.north * north + way / 2, at }
  }
  return {
    /** When its middle is there. */
    passes: (lon: number, lat: number) => from + progress(lon, lat).km / kmPerMs,
    mmH(time: number, lon: number, lat: number): number {
      const { km, at } = progress(lon, lat)
      const off = Math.abs(km - (time - from) * kmPerMs) / FRONT_KM
      if (off >= 1) return 0
      const strength = WEAKEST + (1 - WEAKEST) * shower(at.east, at.north)
      return peak * (1 - off) * strength
    },
  }
}

/** How low a place is, 0 (not) to 1: the same in every storm over the same area. */
function lowPlaces({ area, seed }: IncidentWorld): (lon: number, lat: number) => number {
  const field = createField(new IncidentChance(seed, 'low-roads'), 'low', LOW_KM)
  return (lon, lat) => {
    const { east, north } = area.offset(lon, lat)
    return Math.max(0, (field(east, north) - LOW_ABOVE) / (1 - LOW_ABOVE))
  }
}
