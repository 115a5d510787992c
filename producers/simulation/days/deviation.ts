// By what factor a curve's level at a place differs from what is expected: the day's, chance's and the weather's doing.
// A pure function of (seed, time, place) whose mean over a year is 1.
import { CITY_OFFSET_MS, DAY_MS, HOUR_MS, MINUTE_MS } from '../../../infra/time.ts'
import type { CurveEffects } from '../../../seeds/contract.ts'
import {
  type Chance,
  CITY_PLACE,
  cellPlace,
  createChance,
  cut,
  districtPlace,
  MOST_SIGMAS,
  type Shared,
} from './chance.ts'
import type { HourWeather, Weather } from './weather.ts'

/** The factor is worked out this often, and runs straight in between. */
export const KNOT_MS = 15 * MINUTE_MS
/** exp(-15 min / 45 min): noise forgets within three quarters of an hour. */
const NOISE_MEMORY = 0.7165
/** Straight lines between knots are a little flatter than the noise at the knots: this makes up for it. */
const BETWEEN_KNOTS = 1.05
const NOISE_SHARED: Shared = { city: 0.5, district: 0.25, cell: 0.25 }
const DAY_SHARED: Shared = { city: 0.5, district: 0.35, cell: 0.15 }
/** A day is drawn against the one so many days before it, so that good and bad days make up for each other over a year. */
const AGAINST_DAYS = 28
/** One day's factor becomes the next one's within so long of midnight. */
const BLEND_MS = HOUR_MS
/** Rain of this many mm/h has half its effect. */
const HALF_RAIN_MM = 4
const HEAT = { fromC: 28, toC: 36 }

/** How wet (0 to 1) and hot (0 to 1) an hour is, and their means over the years. */
export type WeatherShares = { wet: number; hot: number }

const sharesOf = ({ rainMmH, temperatureC }: HourWeather): WeatherShares => ({
  wet: rainMmH / (rainMmH + HALF_RAIN_MM),
  hot: Math.max(0, Math.min(1, (temperatureC - HEAT.fromC) / (HEAT.toC - HEAT.fromC))),
})

/** 1,032 hours of two years, at every hour of the day. */
const SAMPLE = { from: Date.UTC(2024, 0, 1), stepMs: 17 * HOUR_MS, count: 1032 }

export function meanShares(weather: Weather): WeatherShares {
  const sum = { wet: 0, hot: 0 }
  for (let k = 0; k < SAMPLE.count; k++) {
    const { wet, hot } = sharesOf(weather.at(SAMPLE.from + k * SAMPLE.stepMs, 0))
    sum.wet += wet
    sum.hot += hot
  }
  return { wet: sum.wet / SAMPLE.count, hot: sum.hot / SAMPLE.count }
}

export type Deviation = {
  /** At knot `knot` (time = knot × KNOT_MS), in a cell of a district. */
  at(knot: number, scope: number, cell: number): number
  /** Upper bound over all times and places. */
  most: number
}

export type DeviationOptions = {
  effects: CurveEffects
  /** Whose curves have their good and bad days together. */
  family: string
  seed: number
  weather: Weather
  mean: WeatherShares
}

export function createDeviation(options: DeviationOptions): Deviation {
  const { effects, family, seed, weather, mean } = options
  const { day = 0, noise = 0, rain = 0, heat = 0 } = effects
  const ofDay = createChance(seed, `day ${family}`)
  const ofNoise = createChance(seed, `noise ${family}`)
  const sigma = noise * BETWEEN_KNOTS

  function dayFactor(number: number, scope: number, cell: number): number {
    const drawn = shared(ofDay, DAY_SHARED, number, 0, scope, cell)
    const against = shared(ofDay, DAY_SHARED, number - AGAINST_DAYS, 0, scope, cell)
    return 1 + day * cut((drawn - against) / Math.SQRT2)
  }

  function blended(time: number, scope: number, cell: number): number {
    const number = Math.floor((time + CITY_OFFSET_MS) / DAY_MS)
    const into = time + CITY_OFFSET_MS - number * DAY_MS
    const today = dayFactor(number, scope, cell)
    if (into < BLEND_MS) {
      const part = (1 + into / BLEND_MS) / 2
      const before = dayFactor(number - 1, scope, cell)
      return before + (today - before) * part
    }
    if (into > DAY_MS - BLEND_MS) {
      const part = (1 - (DAY_MS - into) / BLEND_MS) / 2
      return today + (dayFactor(number + 1, scope, cell) - today) * part
    }
    return today
  }

  return {
    most:
      (1 + day * MOST_SIGMAS) *
      (1 + sigma * MOST_SIGMAS) *
      (1 + Math.max(rain * (1 - mean.wet), -rain * mean.wet)) *
      (1 + Math.max(heat * (1 - mean.hot), -heat * mean.hot)),
    at(knot, scope, cell) {
      const time = knot * KNOT_MS
      let factor = day === 0 ? 1 : blended(time, scope, cell)
      if (sigma !== 0) {
        factor *= 1 + sigma * cut(shared(ofNoise, NOISE_SHARED, knot, NOISE_MEMORY, scope, cell))
      }
      if (rain !== 0 || heat !== 0) {
        const { wet, hot } = sharesOf(weather.at(time, scope))
        factor *= (1 + rain * (wet - mean.wet)) * (1 + heat * (hot - mean.hot))
      }
      return factor
    },
  }
}

function shared(
  chance: Chance,
  parts: Shared,
  step: number,
  memory: number,
  scope: number,
  cell: number,
): number {
  return (
    Math.sqrt(parts.city) * chance.noise(CITY_PLACE, step, memory) +
    Math.sqrt(parts.district) * chance.noise(districtPlace(scope), step, memory) +
    Math.sqrt(parts.cell) * chance.noise(cellPlace(cell), step, memory)
  )
}
