// Holds the delay index by hour and district to what is published of the city, and controllers' outages to practice.
import { cityTimeOfDay, HOUR_MS } from '../../infra/time.ts'
import { type ModelRow, type OpenCheck, type Subject, within } from './check.ts'
import { mean } from './statistics.ts'

type CycleSeen = {
  mode: string
  cycleS: number
  volume: number
  delayS: number
  saturation: number
}

/** A link of 0.45 km at 45 km/h, the stops of the night included (docs/model.md). */
const FREE_S = 36
const MORNING = [7, 8]
const EVENING = [17, 18]
const PEAKS = [...MORNING, ...EVENING]
const NIGHT = [2, 3, 4]
const ASSUMED = 'demo assumption'

export const openDelayIndexCheck: OpenCheck = (subject) => {
  const index = new DelayIndex(subject)
  return {
    on: ({ i, time, data }) => index.see(i, time, data as CycleSeen),
    rows: () => index.rows(),
    plots: () => [],
  }
}

/** Sums over vehicles of workdays: of them, their delay and what the BPR function (1964) adds on the way there. */
type VehicleSums = { vehicles: number; delayS: number; wayS: number }

class DelayIndex {
  readonly #subject: Subject
  /** By scope and hour of the day; scope 0 is the city. */
  readonly #loads = new Map<string, VehicleSums>()
  #seconds = 0
  #lostS = 0
  /** Offline spells that began, by junction. */
  readonly #lost: Uint8Array
  #spells = 0

  constructor(subject: Subject) {
    const { context } = subject
    this.#subject = subject
    this.#lost = new Uint8Array(context.assets.length)
  }

  see(i: number, time: number, { mode, cycleS, volume, delayS, saturation }: CycleSeen): void {
    const { context, start } = this.#subject
    if (time < start) return
    const lost = mode === 'offline'
    this.#seconds += cycleS || 60
    if (lost) this.#lostS += 60
    if (lost && this.#lost[i] === 0) this.#spells++
    this.#lost[i] = lost ? 1 : 0
    if (context.demand.dayKind(time) !== 'workday') return
    const hour = Math.floor(cityTimeOfDay(time) / HOUR_MS)
    for (const scope of [0, context.catalogue.district[context.assets[i]]]) {
      const load = this.#load(scope, hour)
      load.vehicles += volume
      load.delayS += volume * delayS
      load.wayS += volume * 0.15 * FREE_S * saturation ** 4
    }
  }

  rows(): ModelRow[] {
    const perDay = this.#spells / this.#subject.days / this.#subject.context.assets.length
    return [
      ...this.#publishedRows(),
      within('offline at once', ASSUMED, (100 * this.#lostS) / this.#seconds, 0, 3, ' %'),
      within('outages per junction and day', ASSUMED, perDay, 0, 0.1),
    ]
  }

  /** Against the indices that are known of the city; none where none are. */
  #publishedRows(): ModelRow[] {
    const { city, parameters } = this.#subject.context
    const { published } = parameters as {
      published?: { source: string; peakIndex: [number, number]; worstIndex: number }
    }
    if (!published) return []
    const { source, worstIndex } = published
    const [low, high] = published.peakIndex
    const peak = (scope: number, hours: number[]) => mean(hours.map((h) => this.#index(scope, h)))
    const worstAt = (hours: number[]) => {
      let worst = 1
      for (let scope = 2; scope < city.scopes.length; scope++) {
        if (peak(scope, hours) > peak(worst, hours)) worst = scope
      }
      return worst
    }
    const [morning, evening] = [worstAt(MORNING), worstAt(EVENING)]
    const name = (scope: number) => city.scopes[scope].name.zh
    const hours = Array.from({ length: 24 }, (_, hour) => hour)
    const worstHour = hours.reduce((a, b) => (this.#index(0, b) > this.#index(0, a) ? b : a))
    // One week in one season: published ones are means of quarters.
    const span = 0.12
    return [
      within('delay index, city, both peaks', source, peak(0, PEAKS), low - span, high + span),
      within(
        `delay index, ${name(evening)}, both peaks`,
        source,
        peak(evening, PEAKS),
        worstIndex - 2 * span,
        worstIndex + 2 * span,
      ),
      {
        ...{ check: 'worst district, morning and evening', source, expected: 'the same' },
        measured: `${name(morning)}, ${name(evening)}`,
        ok: morning === evening,
      },
      within('worst hour', source, worstHour, 17, 18, ' h'),
      within(
        'index, evening / morning',
        'Amap 2014Q2',
        peak(0, EVENING) / peak(0, MORNING),
        1.12,
        1.36,
      ),
    ]
  }

  /** Travel time of a link at an hour over that by night. */
  #index(scope: number, hour: number): number {
    const of = ({ vehicles, delayS, wayS }: VehicleSums) => (delayS + wayS) / Math.max(1, vehicles)
    const night = mean(NIGHT.map((h) => of(this.#load(scope, h))))
    return 1 + (of(this.#load(scope, hour)) - night) / FREE_S
  }

  #load(scope: number, hour: number): VehicleSums {
    const key = `${scope}/${hour}`
    let load = this.#loads.get(key)
    if (!load) {
      load = { vehicles: 0, delayS: 0, wayS: 0 }
      this.#loads.set(key, load)
    }
    return load
  }
}
