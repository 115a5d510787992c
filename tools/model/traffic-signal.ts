// Holds traffic signals to practice and theory: cycles by hour, delay by hour, controllers lost, and waits against Webster.
import { cityTimeOfDay, HOUR_MS } from '../../infra/time.ts'
import type { Cycle } from '../../producers/domains/traffic-signal/event.ts'
import {
  type Approaches,
  type Passage,
  pass,
  ROAD_S,
} from '../../producers/domains/traffic-signal/street/queue.ts'
import type { SimulationContext } from '../../producers/simulation/simulator.ts'
import { createPartStreams } from '../../producers/simulation/streams.ts'
import { Buckets } from './buckets.ts'
import { type ModelPlot, type ModelRow, type OpenCheck, type Subject, within } from './check.ts'
import { mean, quantile } from './statistics.ts'

const PRACTICE = 'practice (demo assumption)'
const AMAP = 'Amap 2014Q2'

export const openSignalCheck: OpenCheck = (subject) => {
  const week = new SignalWeek(subject)
  return {
    on: ({ time, data }) => week.see(time, data as Cycle),
    rows: () => week.rows(),
    plots: () => week.plots(),
  }
}

class SignalWeek {
  readonly #subject: Subject
  /** Cycle lengths of workdays by hour. */
  readonly #cycles: number[][] = Array.from({ length: 24 }, () => [])
  readonly #waited: Buckets
  readonly #volume: Buckets
  readonly #lost: Buckets

  constructor(subject: Subject) {
    this.#subject = subject
    const hours = subject.days * 24
    this.#waited = new Buckets(subject.start, HOUR_MS, hours)
    this.#volume = new Buckets(subject.start, HOUR_MS, hours)
    this.#lost = new Buckets(subject.start, HOUR_MS, hours)
  }

  see(time: number, { mode, cycleS, delayS, volume }: Cycle): void {
    this.#waited.add(time, delayS * volume)
    this.#volume.add(time, volume)
    this.#lost.add(time, mode === 'offline' ? 1 : 0)
    if (cycleS === 0 || !this.#isWorkday(time)) return
    this.#cycles[Math.floor(cityTimeOfDay(time) / HOUR_MS)].push(cycleS)
  }

  rows(): ModelRow[] {
    const at = (hour: number) => quantile(this.#cycles[hour], 0.5)
    const share = (100 * mean(this.#lost.sums())) / Math.max(1, mean(this.#reports()))
    return [
      within('median cycle at 03 h', PRACTICE, at(3), 45, 80, ' s'),
      within('median cycle at 08 h', PRACTICE, at(8), 80, 150, ' s'),
      within('median cycle at 18 h', PRACTICE, at(18), 80, 150, ' s'),
      within(
        'delay, 18 h against 08 h',
        `${AMAP}: index + 24 %`,
        this.#delay(18) / this.#delay(8),
        1.1,
        1.5,
      ),
      within('reports of lost controllers', 'demo assumption', share, 0, 8, ' %'),
      websterRow(this.#subject.context.scenario.seed),
    ]
  }

  plots(): ModelPlot[] {
    const waited = this.#waited.sums()
    const volume = this.#volume.sums()
    const delays = waited.map((sum, k) => sum / Math.max(1, volume[k]))
    const title = { zh: '一周路口平均延误', en: 'Mean delay at junctions in a week' }
    const lines = [{ name: { zh: '延误', en: 'delay' }, points: this.#waited.points(delays) }]
    return [{ name: 'traffic-signal', title, unit: { zh: '秒/车', en: 's a vehicle' }, lines }]
  }

  #reports(): number[] {
    return this.#lost.means().map((part, k) => (part > 0 ? this.#lost.sums()[k] / part : 0))
  }

  #isWorkday(time: number): boolean {
    return this.#subject.context.demand.dayKind(time) === 'workday'
  }

  /** Mean wait at an hour of the workdays. */
  #delay(hour: number): number {
    const volumes = this.#volume.sums()
    let waited = 0
    let volume = 0
    this.#waited.points(this.#waited.sums()).forEach(([time, value], k) => {
      if (!this.#isWorkday(time) || Math.floor(cityTimeOfDay(time) / HOUR_MS) !== hour) return
      waited += value
      volume += volumes[k]
    })
    return waited / volume
  }
}

/** A stop line at a constant flow; worst of saturations 0.5 to 0.9. */
function websterRow(seed: number): ModelRow {
  const [cycleS, greenS, saturation] = [100, 40, 0.5]
  const errors = [0.5, 0.6, 0.7, 0.8, 0.9].map((x) => {
    const flow = (x * saturation * greenS) / cycleS
    const wait = simulatedWait(seed, cycleS, greenS, flow, saturation)
    return 100 * Math.abs(wait / webster(cycleS, greenS, flow, saturation) - 1)
  })
  return within(
    'wait against two-term delay, worst of 5',
    'Webster 1958',
    Math.max(...errors),
    0,
    10,
    ' %',
  )
}

function webster(cycleS: number, greenS: number, flow: number, saturation: number): number {
  const share = greenS / cycleS
  const x = flow / (share * saturation)
  return 0.9 * ((0.5 * cycleS * (1 - share) ** 2) / (1 - x * share) + x ** 2 / (2 * flow * (1 - x)))
}

const CYCLES = 6_000
const WARM_UP = 200

function simulatedWait(
  seed: number,
  cycleS: number,
  greenS: number,
  flow: number,
  saturation: number,
): number {
  const line = stopLine(seed)
  const out: Passage = { arrived: 0, served: 0, refused: 0, waitedS: 0, came: 0, sentOn: 0 }
  const stretch = { from: 0, to: cycleS, phase: 0, cycleS, flow, saturation }
  let waited = 0
  let served = 0
  for (let k = -WARM_UP; k < CYCLES; k++) {
    Object.assign(out, { arrived: 0, served: 0, refused: 0, waitedS: 0, came: 0, sentOn: 0 })
    pass(line, 0, { ...stretch, greenFrom: cycleS - greenS, greenTo: cycleS }, out)
    if (k < 0) continue
    waited += out.waitedS
    served += out.served
  }
  return waited / served
}

/** One approach that leads nowhere. */
function stopLine(seed: number): Approaches {
  const context = { assets: [0], catalogue: { ids: ['stop-line'] }, scenario: { seed } }
  const arrivals = createPartStreams(context as unknown as SimulationContext, 'arrival', 1)
  return {
    queue: new Uint32Array(1),
    gap: Float64Array.of(arrivals.exponential(0, 1)),
    credit: new Float64Array(1),
    left: new Uint32Array(1),
    storage: Uint32Array.of(1_000_000),
    next: Int32Array.of(-1),
    ahead: new Float64Array(1),
    share: new Float64Array(1),
    wayS: Uint8Array.of(30),
    onRoad: new Uint32Array(1),
    coming: new Uint8Array(ROAD_S),
    room: Int32Array.of(1_000_000),
    arrivals,
  }
}
