// Rain and heat of each hour and district: a pure function of (seed, hour, district) by the city's climate.
import { cos, exp, ln, roundTo } from '../../../infra/maths.ts'
import { CITY_OFFSET_MS, DAY_MS, HOUR_MS } from '../../../infra/time.ts'
import type { City, Climate, Scenario } from '../../../seeds/contract.ts'
import { type Chance, CITY_PLACE, createChance, districtPlace } from './chance.ts'
import { startOfCityDay } from './city-days.ts'

export type HourWeather = {
  /** Rain of the hour in mm. */
  rainMmH: number
  temperatureC: number
  /** A thunderstorm or the rain bands of a typhoon; most districts at once, some times a year. */
  storm: boolean
}

export type Weather = {
  /** Weather of the hour that `time` lies in; `scope` 0 (the whole city) is like one more district. */
  at(time: number, scope: number): Readonly<HourWeather>
}

/** How much a wet day and a wet hour remember of the one before, and what share of it the whole city has in common. */
const DAY_MEMORY = 0.4
const HOUR_MEMORY = 0.7165
const HEAT_MEMORY = 0.75
const IN_COMMON = 0.75
/** Hours of a wet day in which it rains, as a share; they gather around four in the afternoon. */
const WET_HOURS = 0.22
const AFTERNOON = 0.6
const AFTERNOON_HOUR = 16
const MOST_RANK = 0.998
/** A storm begins between these hours, lasts so long, rains so much and reaches this share of the districts. */
const STORM = { fromH: 11, untilH: 20, leastH: 3, mostH: 7, leastMm: 12, spanMm: 24, reach: 0.75 }
const WARMEST_HOUR = 15
const DAY_SIGMA_C = 2.3
const DRY = { rainMmH: 0, temperatureC: 22, storm: false }
/** Hours kept per district. */
const KEPT = 64

/** Dry and mild all year where the city has no climate. */
export function createWeather(city: City, scenario: Scenario): Weather {
  const { climate } = city
  if (!climate) return { at: () => DRY }
  const days = new WetDays(climate, scenario.seed)
  // Not saved: pure in hour and place; found again.
  const kept: HourWeather[] = new Array(KEPT * city.scopes.length)
  // Not saved: likewise.
  const keptHour = new Float64Array(kept.length).fill(Number.NaN)
  return {
    at(time, scope) {
      const hour = Math.floor((time + CITY_OFFSET_MS) / HOUR_MS)
      const slot = scope * KEPT + (((hour % KEPT) + KEPT) % KEPT)
      if (keptHour[slot] !== hour) {
        keptHour[slot] = hour
        kept[slot] = Object.freeze(days.weather(hour, scope))
      }
      return kept[slot]
    },
  }
}

/** Hours and days count from 1970-01-01 00:00 in Asia/Shanghai. */
class WetDays {
  readonly #months: Climate['months']
  readonly #wetDay: Chance
  readonly #wetHour: Chance
  readonly #heat: Chance
  readonly #storm: Chance

  constructor({ months }: Climate, seed: number) {
    this.#months = months
    this.#wetDay = createChance(seed, 'wet-day')
    this.#wetHour = createChance(seed, 'wet-hour')
    this.#heat = createChance(seed, 'heat')
    this.#storm = createChance(seed, 'storm')
  }

  weather(hour: number, scope: number): HourWeather {
    const day = Math.floor(hour / 24)
    const hourOfDay = hour - day * 24
    const { month, date, length } = monthOf(day)
    const climate = this.#months[month]
    const stormMm = this.#stormMm(day, hourOfDay, scope, climate.stormDays / length)
    const isWet = this.#rank(this.#wetDay, day, scope, DAY_MEMORY) < climate.wetDays / length
    const rain = stormMm > 0 ? stormMm : isWet ? this.#rainMm(hour, scope, climate) : 0
    const rainMmH = roundTo(rain, 1)
    // Mid-month values lie on the 15th.
    const next = this.#months[(month + (date < 15 ? 11 : 1)) % 12]
    const part = Math.abs(date - 15) / length
    const mean = climate.meanC + (next.meanC - climate.meanC) * part
    const swing = (climate.swingC / 2) * (isWet ? 0.5 : 1)
    const anomaly = DAY_SIGMA_C * this.#common(this.#heat, day, scope, HEAT_MEMORY)
    const cooling = isWet ? Math.min(4, 1 + 0.3 * rainMmH) : 0
    const ofDay = swing * cos((2 * Math.PI * (hourOfDay - WARMEST_HOUR)) / 24)
    const temperatureC = roundTo(mean + anomaly + ofDay - cooling, 1)
    return { rainMmH, temperatureC, storm: stormMm > 0 }
  }

  /** Rain of a storm in this hour, 0 where there is none. */
  #stormMm(day: number, hourOfDay: number, scope: number, perDay: number): number {
    const storm = this.#storm
    if (!(storm.uniform(CITY_PLACE, day * 4) < perDay)) return 0
    if (!(storm.uniform(districtPlace(scope), day * 4) < STORM.reach)) return 0
    const { fromH, untilH, leastH, mostH, leastMm, spanMm } = STORM
    const from = fromH + Math.floor((untilH - fromH) * storm.uniform(CITY_PLACE, day * 4 + 1))
    const lasts = leastH + Math.floor((mostH - leastH) * storm.uniform(CITY_PLACE, day * 4 + 2))
    if (hourOfDay < from || hourOfDay >= from + lasts) return 0
    return leastMm + spanMm * storm.uniform(districtPlace(scope), day * 24 + hourOfDay)
  }

  /** Rain of an hour of a wet day: exponential amounts in the hours whose rank is above what the share of wet hours leaves. */
  #rainMm(hour: number, scope: number, climate: Climate['months'][number]): number {
    const angle = (2 * Math.PI * ((((hour % 24) + 24) % 24) - AFTERNOON_HOUR)) / 24
    const share = WET_HOURS * (1 + AFTERNOON * cos(angle))
    const rank = this.#rank(this.#wetHour, hour, scope, HOUR_MEMORY)
    if (rank < 1 - share) return 0
    const within = Math.min((rank - (1 - share)) / share, MOST_RANK)
    const { leastH, mostH, leastMm, spanMm, reach } = STORM
    const ofStorms = climate.stormDays * reach * ((leastH + mostH - 1) / 2) * (leastMm + spanMm / 2)
    const left = Math.max(0.2 * climate.rainMm, climate.rainMm - ofStorms)
    const mean = left / Math.max(1, climate.wetDays * WET_HOURS * 24)
    return -mean * ln(1 - within)
  }

  /** Share of all values that lie below this one. */
  #rank(chance: Chance, step: number, scope: number, memory: number): number {
    // The normal distribution's function, within 0.01 (logistic).
    return 1 / (1 + exp(-1.702 * this.#common(chance, step, scope, memory)))
  }

  #common(chance: Chance, step: number, scope: number, memory: number): number {
    const ofCity = chance.noise(CITY_PLACE, step, memory)
    const ofDistrict = chance.noise(districtPlace(scope), step, memory)
    return Math.sqrt(IN_COMMON) * ofCity + Math.sqrt(1 - IN_COMMON) * ofDistrict
  }
}

/** Where a city day lies in its month: `date` from 1, `length` in days, `month` from 0. */
function monthOf(day: number) {
  const date = new Date(startOfCityDay(day) + CITY_OFFSET_MS)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  const length = (Date.UTC(year, month + 1, 1) - Date.UTC(year, month, 1)) / DAY_MS
  return { month, date: date.getUTCDate(), length }
}
