// The weather: a city's climate over ten years, spells, neighbours that have it in common, and the same answer to whoever asks.
import { describe, expect, it } from 'vitest'
import { DAY_MS, HOUR_MS } from '../../../../infra/time.ts'
import { createWeather } from '../../../../producers/simulation/days/weather.ts'
import type { City, Scenario } from '../../../../seeds/contract.ts'
import { loadCity } from '../../../../seeds/load/city.ts'
import { correlation, mean } from '../../../../tools/model/statistics.ts'
import { CITIES } from '../../../cities.ts'

const FROM = Date.parse('2020-01-01T00:00:00+08:00')
const YEARS = 10
const open = (city: City, seed = 1) => createWeather(city, { seed } as Scenario)
const monthOf = (time: number) => new Date(time + 8 * HOUR_MS).getUTCMonth()

describe.each(CITIES)('weather of %s', (id) => {
  const city = loadCity(id)
  const weather = open(city)
  const months = Array.from({ length: 12 }, () => ({ mm: 0, heat: [] as number[], wetDays: 0 }))
  let storms = 0
  for (let day = 0; day < YEARS * 365; day++) {
    const start = FROM + day * DAY_MS
    const month = months[monthOf(start)]
    const hours = Array.from({ length: 24 }, (_, h) => weather.at(start + h * HOUR_MS, 1))
    month.mm += hours.reduce((sum, { rainMmH }) => sum + rainMmH, 0)
    month.heat.push(mean(hours.map((h) => h.temperatureC)))
    if (hours.some((h) => h.rainMmH > 0)) month.wetDays++
    if (hours.some((h) => h.storm)) storms++
  }

  it('has the rain, the wet days and the warmth that the climate gives each month', () => {
    const wanted = city.climate!.months
    const sum = (of: (m: { rainMm: number; wetDays: number }) => number) =>
      wanted.reduce((total, m) => total + of(m), 0)
    const rain = months.reduce((total, m) => total + m.mm, 0) / YEARS
    expect(Math.abs(rain / sum((m) => m.rainMm) - 1)).toBeLessThan(0.2)
    const wet = months.reduce((total, m) => total + m.wetDays, 0) / YEARS
    expect(Math.abs(wet / sum((m) => m.wetDays) - 1)).toBeLessThan(0.15)
    for (const [m, { heat }] of months.entries()) {
      expect(Math.abs(mean(heat) - wanted[m].meanC), `month ${m + 1}`).toBeLessThan(2)
    }
  })

  it('has about as many storm days in a district as its climate has, less those that pass it by', () => {
    const wanted = city.climate!.months.reduce((sum, m) => sum + m.stormDays, 0)
    expect(storms / YEARS).toBeGreaterThan(0.4 * wanted)
    expect(storms / YEARS).toBeLessThan(1.1 * wanted)
  })

  it('is much the same in two districts, not quite, and lasts', () => {
    const series = (scope: number, shift = 0) =>
      Array.from({ length: 4_000 }, (_, h) => weather.at(FROM + (h + shift) * HOUR_MS, scope))
    const wet = (scope: number, shift = 0) => series(scope, shift).map((w) => Number(w.rainMmH > 0))
    const shared = correlation(wet(1), wet(2))
    expect(shared).toBeGreaterThan(0.3)
    expect(shared).toBeLessThan(0.9)
    expect(correlation(wet(1), wet(1, 1))).toBeGreaterThan(0.4)
  })

  it('answers alike whatever was asked before, and differs by seed', () => {
    const times = Array.from({ length: 500 }, (_, k) => FROM + k * 37 * HOUR_MS)
    const first = times.map((t) => weather.at(t, 2))
    const again = open(city)
    for (const [k, t] of [...times.entries()].reverse()) {
      expect(again.at(t, 2)).toEqual(first[k])
      expect(weather.at(t + HOUR_MS - 1, 2)).toEqual(first[k])
    }
    const other = open(city, 2)
    const alike = times.filter((t, k) => other.at(t, 2).temperatureC === first[k].temperatureC)
    expect(alike.length).toBeLessThan(0.1 * times.length)
    const wet = [...times.entries()].filter(([k]) => first[k].rainMmH > 0)
    const same = wet.filter(([k, t]) => other.at(t, 2).rainMmH === first[k].rainMmH)
    expect(same.length).toBeLessThan(0.2 * wet.length)
  })
})

it('a city without a climate is dry and mild', () => {
  const city = { scopes: [{}] } as unknown as City
  expect(open(city).at(FROM, 0)).toEqual({ rainMmH: 0, temperatureC: 22, storm: false })
})
