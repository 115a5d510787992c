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

/**
 * mm/h in the middle of the front. Warning signals go by what falls in so many hours: 50 mm in 12, 6, 3, and 100 mm in 3 (China
 * Meteorological Administration, order 16 of 2007). A front that crosses in those hours brings a third of them times its middle.
 */
const PEAK_MM_H: BySeverity = { blue: 12.5, yellow: 25, orange: 50, red: 100 }
/** Of the stretches of mains in the area, those that break. */
const BROKEN: BySeverity = { blue: 0.01, yellow: 0.03, orange: 0.08, red: 0.16 }
/** North-east. */
const TOWARDS = 45
/** From its middle to its edge, by the area's radius and at least: two thirds of its time a place is under it. */
const FRONT = { perRadius: 2, leastKm: 10 }
/** Showers within the front: this wide; their strength lies evenly around 1. */
const SHOWER_KM = 3
const SHOWERS = { from: 0.7, to: 1.3 }
/** What drains cope with, mm/h, and cm of water per mm that stays at the lowest places (demo assumption). */
const DRAINED_MM_H = 25
const CM_PER_MM = 2.2
/** Roads are low in patches this wide, degrees; of them the lowest twentieth or so. */
const LOW_DEGREES = 0.008
const LOW_ABOVE = 0.72
/** As at the worst places of a red storm that is remembered (docs/model.md). */
const DEEPEST_CM = 100
/** Water stands for an hour and more after the rain. */
const SAMPLE_MS = 10 * MINUTE_MS
const SAMPLES = 9
const AFTER_RAIN_MS = 2 * HOUR_MS
/** Rain slows traffic (demo assumption after the 5-17 % of the Highway Capacity Manual, ch. 11); water stops it. */
const SLOWED = { perMmH: 0.004, most: 0.17, fromCm: 15, closedCm: 27 }
const RADIANS = Math.PI / 180
/** The ground is not drawn anew with each run. */
const GROUND_SEED = 1

const parameters = Type.Object(
  {
    towards: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 360,
        default: TOWARDS,
        unit: 'deg',
        title: '移向 / moves towards',
        description: '正北为 0，顺时针 / 0 = north, clockwise',
      }),
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
  front: { towards: 'towards', towardsDefault: TOWARDS, ...FRONT },
  stepMs: 5 * MINUTE_MS,
  aftermathMs: LONGEST_REPAIR_MS,
  effects,
}

function effects(incident: Incident, world: IncidentWorld): IncidentEffect[] {
  const { from, severity, until } = incident
  const front = frontOf(incident, world)
  const rain = (time: number, lon: number, lat: number) =>
    time < from || time >= incident.until ? 0 : front.mmH(time, lon, lat)
  const low = lowPlaces()
  const ponding = (time: number, lon: number, lat: number) => {
    const depth = low(lon, lat)
    if (depth === 0) return 0
    let stays = 0
    for (let k = 0; k < SAMPLES; k++) {
      const mmH = rain(time - k * SAMPLE_MS, lon, lat)
      stays += (Math.max(0, mmH - DRAINED_MM_H) * SAMPLE_MS * (1 - k / SAMPLES)) / HOUR_MS
    }
    return Math.min(DEEPEST_CM, stays * CM_PER_MM * depth)
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
  const { towards = TOWARDS } = parameters as { towards?: number }
  const [east, north] = [sin(towards * RADIANS), cos(towards * RADIANS)]
  const peak = PEAK_MM_H[severity]
  const halfKm = Math.max(FRONT.leastKm, FRONT.perRadius * area.radiusKm)
  const way = 2 * (area.radiusKm + halfKm)
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
      const off = Math.abs(km - (time - from) * kmPerMs) / halfKm
      if (off >= 1) return 0
      const strength = SHOWERS.from + (SHOWERS.to - SHOWERS.from) * shower(at.east, at.north)
      return peak * (1 - off) * strength
    },
  }
}

/** How low a place is, 0 (not) to 1: the ground's own, the same in every storm and every run. */
function lowPlaces(): (lon: number, lat: number) => number {
  const field = createField(new IncidentChance(GROUND_SEED, 'low-roads'), 'low', LOW_DEGREES)
  return (lon, lat) => Math.max(0, (field(lon, lat) - LOW_ABOVE) / (1 - LOW_ABOVE))
}
