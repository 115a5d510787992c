// Holds car parks to what operators see: who is there at night and by day, when people leave, and how full lots turn cars away.
import { cityTimeOfDay, DAY_MS, HOUR_MS } from '../../infra/time.ts'
import { ENTRY, EXIT, type LotState } from '../../producers/domains/parking/event.ts'
import { createParkingSimulator } from '../../producers/domains/parking/simulate.ts'
import type { SimulationContext } from '../../producers/simulation/simulator.ts'
import { createStays } from '../../producers/simulation/stays.ts'
import { Buckets } from './buckets.ts'
import { type ModelPlot, type ModelRow, type OpenCheck, type Subject, within } from './check.ts'
import { drive } from './drive.ts'
import { ParkingCars } from './parking-cars.ts'
import { chiSquare, chiSquare99, erlangB, half99, mean } from './statistics.ts'

const PRACTICE = 'practice of operators (demo assumption)'
const NEVER = { perDay: 0, medianHours: 1, sigma: 0 }
/** Lots alike, for what queueing theory says of them. */
const LIKE = { lots: 60, capacity: 40, load: 42, medianMin: 70, sigma: 0.8, days: 4 }

export const openParkingCheck: OpenCheck = (subject) => {
  const week = new ParkingWeek(subject)
  const cars = new ParkingCars(subject)
  return {
    on({ event, i, time, data }) {
      week.see(event, i, time, data as LotState)
      cars.see(event, i, time)
    },
    rows: () => [...week.rows(), ...cars.rows()],
    plots: () => week.plots(),
  }
}

class ParkingWeek {
  readonly #subject: Subject
  readonly #types: string[]
  readonly #occupied: Int32Array
  readonly #full: Map<string, Buckets>
  /** Exits of workdays by type and hour of the day. */
  readonly #exits = new Map<string, number[]>()
  #broken = 0

  constructor(subject: Subject) {
    this.#subject = subject
    const { assets, catalogue } = subject.context
    this.#types = Array.from(assets, (n) => String(catalogue.attributes[n].type))
    this.#occupied = new Int32Array(assets.length).fill(-1)
    const kinds = [...new Set(this.#types)].sort()
    const hours = subject.days * 24
    this.#full = new Map(kinds.map((k) => [k, new Buckets(subject.start, HOUR_MS, hours)]))
    for (const kind of kinds) this.#exits.set(kind, new Array<number>(24).fill(0))
  }

  see(event: number, i: number, time: number, { occupied, capacity }: LotState): void {
    const type = this.#types[i]
    const before = this.#occupied[i]
    if (occupied < 0 || occupied > capacity) this.#broken++
    // A lot whose gateway is silent moves cars unseen; only steps that were seen are held to one car.
    if (event === ENTRY && before >= 0 && occupied === 0) this.#broken++
    this.#occupied[i] = occupied
    if (event === EXIT) {
      if (this.#subject.context.demand.dayKind(time) !== 'workday') return
      this.#exits.get(type)![Math.floor(cityTimeOfDay(time) / HOUR_MS)]++
    } else if (event !== ENTRY) this.#full.get(type)!.add(time, occupied / capacity)
  }

  rows(): ModelRow[] {
    return [...this.#rowsByType(), ...erlangRows(this.#subject), this.#conservation()]
  }

  plots(): ModelPlot[] {
    const words: Record<string, string> = {
      home: '住宅',
      hospital: '医院',
      mall: '商场',
      office: '写字楼',
    }
    const lines = Object.keys(words)
      .filter((type) => this.#full.has(type))
      .map((type) => ({
        name: { zh: words[type], en: type },
        points: this.#full.get(type)!.points(
          this.#full
            .get(type)!
            .means()
            .map((x) => 100 * x),
        ),
      }))
    const title = { zh: '停车场一周占用率', en: 'Spaces taken in a week, by kind of lot' }
    return [{ name: 'parking', title, unit: { zh: '占用率 %', en: '% of spaces' }, lines }]
  }

  #rowsByType(): ModelRow[] {
    const rows: ModelRow[] = []
    const at = (type: string, hour: number) => this.#workdayLevel(type, hour)
    const range = (check: string, value: number, low: number, high: number, source = PRACTICE) =>
      rows.push(within(check, source, 100 * value, 100 * low, 100 * high, ' %'))
    if (this.#full.has('office')) {
      range('offices at 03 h', at('office', 3), 0.05, 0.15)
      range('offices at 15 h', at('office', 15), 0.65, 0.95)
      rows.push(within('offices: exits peak at (hour)', PRACTICE, this.#peak('office'), 17, 18))
    }
    if (this.#full.has('home')) {
      range('homes at 03 h', at('home', 3), 0.8, 1)
      range('homes: exits from 07 to 09 h', this.#share('home', 7, 9), 0.4, 0.6)
    }
    if (this.#full.has('mall')) range('malls at 19 h', at('mall', 19), 0.75, 0.92)
    if (this.#full.has('hospital')) {
      range('hospitals at 10 h', at('hospital', 10), 0.8, 1)
      range('hospitals at 13 h, between sessions', at('hospital', 13), 0.5, 0.8)
      range('hospitals at 15 h', at('hospital', 15), 0.75, 1)
    }
    return rows
  }

  /** Mean share of spaces taken at an hour of the workdays. */
  #workdayLevel(type: string, hour: number): number {
    const levels = this.#full.get(type)!.means()
    const { start, days, context } = this.#subject
    const workdays = Array.from({ length: days }, (_, day) => day).filter(
      (day) => context.demand.dayKind(start + day * DAY_MS) === 'workday',
    )
    return mean(workdays.map((day) => levels[day * 24 + hour]))
  }

  #peak(type: string): number {
    const exits = this.#exits.get(type)!
    return exits.indexOf(Math.max(...exits))
  }

  #share(type: string, from: number, until: number): number {
    const exits = this.#exits.get(type)!
    const all = exits.reduce((a, b) => a + b, 0)
    return exits.slice(from, until).reduce((a, b) => a + b, 0) / all
  }

  #conservation(): ModelRow {
    return within(
      'events with cars below 0 or above the spaces',
      'by construction',
      this.#broken,
      0,
      0,
    )
  }
}

/** Lots alike under constant demand: blocking against Erlang B, arrivals against a Poisson process. */
function erlangRows(subject: Subject): ModelRow[] {
  const context = lotsAlike(subject.context)
  const simulator = createParkingSimulator(context)
  const hours = LIKE.days * 24
  const end = subject.start + LIKE.days * DAY_MS
  drive({ ...subject, context, simulator }, { on: () => {}, rows: () => [], plots: () => [] }, end)
  const tallies = Array.from(context.assets, (_, i) => simulator.tally(i))
  const blocked = tallies.map(({ turnedAway, offered }) => turnedAway / offered)
  const formula = erlangB(LIKE.capacity, LIKE.load)
  const half = half99(blocked)
  const offered = tallies.map((t) => t.offered)
  const wanted = tallies.map((_, i) => simulator.meanRate(i) * hours * HOUR_MS)
  const source = `Erlang B (${LIKE.capacity} spaces, load ${LIKE.load}), 99 % interval of ${LIKE.lots} lots`
  return [
    within(
      'cars turned away',
      source,
      100 * mean(blocked),
      100 * (formula - half),
      100 * (formula + half),
      ' %',
    ),
    within(
      'arrivals, χ² over lots',
      'Poisson, 99 %',
      chiSquare(offered, wanted),
      0,
      chiSquare99(offered.length),
    ),
  ]
}

function lotsAlike(context: SimulationContext): SimulationContext {
  const { catalogue, demand } = context
  const assets = context.assets.slice(0, LIKE.lots)
  const attributes = catalogue.attributes.slice()
  for (const n of assets) {
    attributes[n] = { ...attributes[n], type: 'office', capacity: LIKE.capacity, shared: false }
  }
  const { meanMs } = createStays(LIKE.medianMin, LIKE.sigma)
  const drivers = {
    curve: 'flat',
    perDay: (LIKE.load * DAY_MS) / (meanMs * LIKE.capacity),
    stay: { medianMin: LIKE.medianMin, sigma: LIKE.sigma },
  }
  const given = context.parameters as { onward: object }
  return {
    ...context,
    assets,
    catalogue: { ...catalogue, attributes, commissionedAt: new Float64Array(catalogue.size) },
    demand: { ...demand, levels: () => ({ at: () => 1, peak: 1 }), peak: () => 1 },
    parameters: {
      ...given,
      silences: { gateway: NEVER, lot: NEVER },
      types: { office: { popularitySigma: 0, groups: { drivers }, onwardTo: [] } },
      onward: { ...given.onward, sharing: [] },
    },
    wakeBy: () => {},
  }
}
