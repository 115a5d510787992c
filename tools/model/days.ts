// Holds how days differ to what is known of real ones: mean, spread, memory, what districts have in common, and the weather.
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../infra/time.ts'
import { createLocalDemand, type LocalDemand } from '../../producers/simulation/local-demand.ts'
import type { SimulationContext } from '../../producers/simulation/simulator.ts'
import { type ModelPlot, type ModelRow, type OpenCheck, type Subject, within } from './check.ts'
import { autocorrelation, correlation, deviation, mean } from './statistics.ts'

const STEP_MS = 5 * MINUTE_MS
const WEEKS = 8
const THOMAS = 'Thomas et al. 2008 (urban roads: up to 10 %)'
const ASSUMED = 'demo assumption'

export const openDaysCheck: OpenCheck = (subject) => {
  const days = new Days(subject)
  return { on: () => {}, rows: () => days.rows(), plots: () => days.plots() }
}

/** Districts are looked at through four places of each. */
const PLACES = 4

class Days {
  readonly #context: SimulationContext
  readonly #start: number
  readonly #days: number
  readonly #demand: LocalDemand
  /** Curves with effects: the others are alike every day on purpose. */
  readonly #curves: string[]
  /** Indices of some assets of each district that has any, all at different places. */
  readonly #districts: number[][]

  constructor({ context, start, days }: Subject) {
    this.#context = context
    this.#start = start
    this.#days = days
    this.#demand = createLocalDemand(context)
    const { demand } = context.city
    this.#curves = Object.keys(demand).filter((name) => demand[name].effects)
    this.#districts = this.#placesByDistrict()
  }

  rows(): ModelRow[] {
    const [first] = this.#curves
    const [here, there] = this.#districts
    const noise = this.#withinDays(first, here)
    const other = this.#withinDays(first, there)
    const [daysHere, daysThere] = [here, there].map((of) => this.#dayMeans(first, of))
    return [
      this.#yearRow(),
      this.#spreadRow(),
      within(`${first}: day to day, σ`, THOMAS, 100 * deviation(daysHere), 2, 10, ' %'),
      within(
        `${first}: day to day, two districts`,
        ASSUMED,
        correlation(daysHere, daysThere),
        0.3,
        0.8,
      ),
      within(`${first}: noise within a day, σ`, ASSUMED, 100 * deviation(noise), 1.5, 4, ' %'),
      within(`${first}: noise, 45 min apart`, ASSUMED, autocorrelation(noise, 9), 0.2, 0.6),
      within(`${first}: noise, two districts`, ASSUMED, correlation(noise, other), 0.3, 0.8),
      this.#smoothRow(),
      ...this.#calendarRows(first),
      ...this.#weatherRows(),
    ]
  }

  plots(): ModelPlot[] {
    const lines = this.#curves.slice(0, 3).map((curve) => ({
      name: { zh: '', en: curve },
      points: this.#times(this.#start, this.#days, 3 * STEP_MS).map((time): [number, number] => [
        time,
        this.#demand.level(curve, time, this.#districts[0][0]),
      ]),
    }))
    const title = { zh: '一周的需求曲线', en: 'A week of daily curves at one place' }
    const unit = { zh: '平均日 = 1', en: 'mean day = 1' }
    return [{ name: 'days', title, unit, lines }]
  }

  /** The curve whose year's mean is furthest from what is expected of it. */
  #yearRow(): ModelRow {
    const some = this.#districts.slice(0, PLACES)
    let worst = 0
    for (const curve of this.#curves) {
      let level = 0
      let expected = 0
      for (const time of this.#times(this.#start, 364, 47 * MINUTE_MS)) {
        for (const [i] of some) level += this.#demand.level(curve, time, i)
        expected += this.#demand.expected(curve, time) * some.length
      }
      worst = Math.max(worst, Math.abs(level / expected - 1))
    }
    const check = `mean of a year against the curve, worst of ${this.#curves.length} curves`
    return within(check, 'by construction', 100 * worst, 0, 0.5, ' %')
  }

  /** The curve whose days are most alike. */
  #spreadRow(): ModelRow {
    const spreads = this.#curves.map((curve) =>
      deviation(this.#dayMeans(curve, this.#districts[0])),
    )
    const check = `day to day, least σ of ${this.#curves.length} curves`
    return within(check, THOMAS, 100 * Math.min(...spreads), 1, 10, ' %')
  }

  /** Greatest change of slope within five minutes, as a share of the greatest slope: a kink would be about 1. */
  #smoothRow(): ModelRow {
    const { demand } = this.#context
    let jump = 0
    let steepest = 0
    const [curve] = this.#curves
    const at = (time: number) => demand.curve(curve, time)
    for (const time of this.#times(this.#start, 7, MINUTE_MS)) {
      const before = at(time) - at(time - MINUTE_MS)
      const after = at(time + MINUTE_MS) - at(time)
      jump = Math.max(jump, Math.abs(after - before))
      steepest = Math.max(steepest, Math.abs(after))
    }
    return within(
      `${curve}: change of slope in a minute`,
      'by construction',
      jump / steepest,
      0,
      0.2,
    )
  }

  /** What is expected of the weekdays' peaks and of the months: one week's delays would show its own good and bad days. */
  #calendarRows(curve: string): ModelRow[] {
    const { demand, city } = this.#context
    const { mornings, evenings, months } = city.demand[curve].effects!
    if (!mornings || !evenings || !months) return []
    const usual = this.#times(this.#start, 364, DAY_MS).filter((day) => demand.day(day).usual)
    const workdays = usual.filter((day) => demand.dayKind(day) === 'workday')
    const level = (weekday: number, hour: number) => {
      const days = workdays.filter((day) => demand.day(day).weekday === weekday)
      return mean(days.map((day) => demand.curve(curve, day + (hour + 0.5) * HOUR_MS)))
    }
    const worst = (hour: number) => {
      const levels = [1, 2, 3, 4, 5].map((weekday) => level(weekday, hour))
      return 1 + levels.indexOf(Math.max(...levels))
    }
    const worstMonth = 1 + months.indexOf(Math.max(...months))
    return [
      within(`${curve}: worst morning (1 = Monday)`, 'Amap 2014Q2', worst(8), 1, 1),
      within(`${curve}: worst evening (5 = Friday)`, 'Amap 2014Q2', worst(18), 5, 5),
      within(`${curve}: worst month`, 'Amap: November', worstMonth, 11, 11),
    ]
  }

  #weatherRows(): ModelRow[] {
    const { city, weather } = this.#context
    if (!city.climate) return []
    const months = city.climate.months
    const years = 10
    let rain = 0
    let wet = 0
    const heat: number[] = []
    for (let day = 0; day < years * 365; day++) {
      const start = this.#start + day * DAY_MS
      const hours = Array.from({ length: 24 }, (_, h) => weather.at(start + h * HOUR_MS, 1))
      rain += hours.reduce((sum, { rainMmH }) => sum + rainMmH, 0)
      if (hours.some(({ rainMmH }) => rainMmH > 0)) wet++
      heat.push(mean(hours.map(({ temperatureC }) => temperatureC)))
    }
    const sum = (of: (m: (typeof months)[number]) => number) =>
      months.reduce((total, m) => total + of(m), 0)
    const [mm, days] = [sum((m) => m.rainMm), sum((m) => m.wetDays)]
    const meanC = sum((m) => m.meanC) / 12
    const source = 'monthly normals (demo assumption)'
    return [
      within('rain of a year', source, rain / years, 0.8 * mm, 1.2 * mm, ' mm'),
      within('wet days of a year', source, wet / years, 0.85 * days, 1.15 * days),
      within('mean temperature', source, mean(heat), meanC - 1, meanC + 1, ' °C'),
    ]
  }

  #placesByDistrict(): number[][] {
    const { assets, catalogue } = this.#context
    const found = new Map<number, Map<number, number>>()
    assets.forEach((number, i) => {
      const scope = catalogue.district[number]
      const places = found.get(scope) ?? new Map<number, number>()
      found.set(scope, places)
      const place = this.#demand.placeOf(i)
      if (places.size < PLACES && !places.has(place)) places.set(place, i)
    })
    return [...found.keys()].sort((a, b) => a - b).map((scope) => [...found.get(scope)!.values()])
  }

  #times(from: number, days: number, stepMs: number): number[] {
    return Array.from({ length: (days * DAY_MS) / stepMs }, (_, k) => from + k * stepMs)
  }

  /** What a curve is off what is expected of it in a district, as a share; closed hours are left out. */
  #off(curve: string, time: number, places: number[]): number {
    const expected = this.#demand.expected(curve, time)
    return mean(places.map((i) => this.#demand.level(curve, time, i))) / expected - 1
  }

  /** By workday of some weeks. */
  #dayMeans(curve: string, places: number[]): number[] {
    return this.#workdays().map((day) => {
      const open = this.#times(day, 1, 30 * MINUTE_MS).filter(
        (time) => this.#demand.expected(curve, time) > 0,
      )
      return mean(open.map((time) => this.#off(curve, time, places)))
    })
  }

  /** Every five minutes from 02 to 22 h of each workday, less the day's mean: the noise without the day's factor. */
  #withinDays(curve: string, places: number[]): number[] {
    return this.#workdays().flatMap((day) => {
      const values = this.#times(day + 2 * HOUR_MS, 20 / 24, STEP_MS).map((time) =>
        this.#off(curve, time, places),
      )
      const middle = mean(values)
      return values.map((value) => value - middle)
    })
  }

  #workdays(): number[] {
    const days = this.#times(this.#start, 7 * WEEKS, DAY_MS)
    return days.filter((day) => this.#context.demand.dayKind(day) === 'workday')
  }
}
