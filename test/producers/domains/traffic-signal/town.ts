// Junctions for the tests of traffic signals: a town of crossroads, alone or in rows along roads, with nothing that fails.
import { trafficSignal } from '../../../../producers/domains/traffic-signal/domain.ts'
import type { Cycle } from '../../../../producers/domains/traffic-signal/event.ts'
import { createSignalSimulator } from '../../../../producers/domains/traffic-signal/simulate.ts'
import { createDemand } from '../../../../producers/simulation/demand.ts'
import type { SimulationContext } from '../../../../producers/simulation/simulator.ts'
import { type CityOptions, drive, type FakeAsset, simulatedCity } from '../../simulated-city.ts'

const CLASSES = ['arterial', 'collector', 'local']
const NEVER = { share: 0, meanMin: 30 }
const KM_EAST = 1 / 102.3

export const CALM = {
  offline: { cabinet: NEVER, line: NEVER, chronic: NEVER },
  flashing: NEVER,
  night: { share: {}, hours: [23, 6] },
  police: { posts: {}, hours: [], chance: 0 },
  detector: NEVER,
}

export const junctions = (count: number, adaptive: (n: number) => boolean = (n) => n % 10 < 7) =>
  Array.from(
    { length: count },
    (_, n): FakeAsset => ({
      id: `sig-440106-${String(n).padStart(5, '0')}`,
      attributes: {
        class: CLASSES[n % 3],
        approaches: n % 5 === 0 ? 3 : 4,
        adaptive: adaptive(n),
      },
    }),
  )

/** Rows of so many arterial junctions 0.45 km apart, each row in a cell of its own. */
export const rowsOfJunctions = (rows: number, length: number, adaptive = false): FakeAsset[] =>
  Array.from({ length: rows * length }, (_, n) => ({
    id: `sig-440106-${String(n).padStart(5, '0')}`,
    attributes: {
      ...{ class: 'arterial', approaches: n % 3 === 0 ? 3 : 4, adaptive },
      corridor: `c${Math.floor(n / length)}`,
    },
    cell: Math.floor(n / length),
    lon: 113.3 + (n % length) * 0.45 * KM_EAST,
  }))

/** The shared city knows no districts; junctions' flows depend on them. */
export function inDistrict(context: SimulationContext, level: number): SimulationContext {
  const { city, catalogue, scenario } = context
  const scopes = [{ code: '440106', name: { zh: '天河', en: 'Tianhe' } }]
  return {
    ...context,
    city: { ...city, scopes },
    catalogue: { ...catalogue, district: new Uint8Array(catalogue.ids.length) },
    demand: createDemand(city, { ...scenario, demand: { traffic: level } }),
  }
}

export type TrialOrder = [name: string, args: Record<string, unknown>]

export type Trial = {
  assets: FakeAsset[]
  start: string
  hours: number
  /** Given at the start, to every junction or to those named. */
  order?: TrialOrder
  to?: number[]
  /** Cycles before this many hours are not counted. */
  after?: number
  parameters?: Record<string, unknown>
}

/** Lets the junctions run; mean delay per vehicle served, s, vehicles served, and the simulator. */
export function delayOf(stretch: Trial) {
  const { assets, start, hours, order, after = 0, parameters } = stretch
  const options: CityOptions = {
    ...{ domain: trafficSignal, assets, start },
    parameters: { episodes: CALM, ...parameters },
  }
  const context = inDistrict(simulatedCity(options), 1)
  const simulator = createSignalSimulator(context)
  const startMs = context.scenario.start
  for (const j of stretch.to ?? assets.keys()) {
    const answer = order ? simulator.command(j, order[0], order[1], startMs) : 0
    if (typeof answer === 'string') throw new Error(answer)
  }
  let vehicleSeconds = 0
  let served = 0
  drive(simulator, context, startMs + hours * 3_600_000, ({ time, data }) => {
    if (time < startMs + after * 3_600_000) return
    const { volume, delayS } = data as unknown as Cycle
    vehicleSeconds += volume * delayS
    served += volume
  })
  return { delayS: vehicleSeconds / served, served, simulator }
}

const BIN_MS = 5 * 60_000

/** Mean correlation of the 5-minute volumes of neighbours in rows, over four hours around which demand is flat. */
export function correlationOfNeighbours(assets: FakeAsset[], start: string): number {
  const options: CityOptions = {
    domain: trafficSignal,
    assets,
    start,
    parameters: { episodes: CALM },
  }
  const context = inDistrict(simulatedCity(options), 1)
  const simulator = createSignalSimulator(context)
  const startMs = context.scenario.start
  const volumes = new Map(assets.map(({ id }) => [id, new Array<number>(48).fill(0)]))
  drive(simulator, context, startMs + 48 * BIN_MS, ({ id, time, data }) => {
    const { volume, cycleS } = data as unknown as Cycle
    // A cycle's vehicles spread over the bins that it lasted in.
    for (let second = 1; second <= cycleS; second++) {
      const bin = Math.floor((time - startMs - second * 1000) / BIN_MS)
      if (bin >= 0) volumes.get(id)![bin] += volume / cycleS
    }
  })
  let sum = 0
  let pairs = 0
  for (let n = 1; n < assets.length; n++) {
    if (assets[n].cell !== assets[n - 1].cell) continue
    sum += correlation(volumes.get(assets[n - 1].id)!, volumes.get(assets[n].id)!)
    pairs++
  }
  return sum / pairs
}

function correlation(one: number[], two: number[]): number {
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length
  const [a, b] = [mean(one), mean(two)]
  const covariance = mean(one.map((x, k) => (x - a) * (two[k] - b)))
  return (
    covariance / Math.sqrt(mean(one.map((x) => (x - a) ** 2)) * mean(two.map((x) => (x - b) ** 2)))
  )
}
