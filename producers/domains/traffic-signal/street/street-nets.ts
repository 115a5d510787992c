// The vehicles of every junction. All junctions of a cell are one net and are simulated together, block by block: what
// leaves a stop line in one block reaches the next in a later one, so that nobody needs what has not happened yet.
import { cityTimeOfDay, MINUTE_MS } from '../../../../infra/time.ts'
import { createLocalDemand, type LocalDemand } from '../../../simulation/local-demand.ts'
import type { SimulationContext, StateWalk } from '../../../simulation/simulator.ts'
import { createPartStreams } from '../../../simulation/streams.ts'
import type { Controllers } from '../control/controllers.ts'
import type { Disturbances } from '../control/disturbances.ts'
import type { SignalParameters } from '../parameters.ts'
import { BLOCK_S, type JunctionRow } from './corridors.ts'
import { INBOUND, type Layout, MAX_APPROACHES, MAX_STAGES, OUTBOUND } from './layout.ts'
import { type Approaches, CLOSED, type GreenStretch, pass, ROAD_S } from './queue.ts'
import { tideFactor, turnAt } from './tide.ts'
import { VehicleCounts, type VehicleTally } from './vehicle-counts.ts'

/** Part of a standing queue that an adaptive controller wants to clear in the next cycle. */
const CLEARING = 0.25

/** The junctions of one cell, those of them with neighbours, and the second up to which the latter are simulated. */
type Net = {
  junctions: number[]
  joined: number[]
  second: number
  levelAt: number
  level: number
  turn: number
}

export class StreetNets {
  /** What the detectors saw of the interval that was closed last. Not saved: read as soon as it is closed. */
  readonly seen = { volume: 0, saturation: 0, delayS: 0 }
  readonly #demand: LocalDemand
  readonly #parameters: SignalParameters
  readonly #layout: Layout
  /** Not saved: who gave it saves it. */
  readonly #controllers: Controllers
  /** Not saved: likewise. */
  readonly #disturbances: Disturbances
  readonly #approaches: Approaches
  /** Mean flow from side roads: without what comes from the neighbour. Not saved: known before the first second. */
  readonly #sideFlow: Float64Array
  readonly #nets: Net[]
  readonly #netOf: Uint16Array
  /** Time of second 0 by junction, ms. */
  readonly #zero: Float64Array
  /**
   * By approach: whether it takes vehicles from a neighbour or hands some on. The others can wait for the junction's report.
   * Not saved: likewise.
   */
  readonly #joined: Uint8Array
  /** Second up to which each junction's joined approaches are simulated (its cell's, or a little more), and its others. */
  readonly #second: Int32Array
  readonly #othersSecond: Int32Array
  /** What passes before this second is not reported: the junction is not in service yet. */
  readonly #countsFrom: Int32Array
  readonly #counts: VehicleCounts
  readonly #leftBehind: Uint32Array
  /** Not saved: filled anew for each stretch. */
  readonly #stretch: GreenStretch = {
    ...{ from: 0, to: 0, phase: 0, cycleS: 1, greenFrom: 0, greenTo: 0, flow: 0, saturation: 0 },
    closed: false,
  }

  constructor(
    context: SimulationContext,
    layout: Layout,
    rows: JunctionRow[],
    controllers: Controllers,
    disturbances: Disturbances,
    zero: Float64Array,
  ) {
    const { assets } = context
    this.#demand = createLocalDemand(context)
    this.#parameters = context.parameters as SignalParameters
    this.#layout = layout
    this.#controllers = controllers
    this.#disturbances = disturbances
    this.#approaches = createApproaches(context, layout)
    this.#sideFlow = layout.meanFlow.slice()
    this.#joined = new Uint8Array(layout.meanFlow.length)
    for (const row of rows) this.#link(row)
    this.#nets = netsOf(context)
    for (const net of this.#nets) net.joined = net.junctions.filter((j) => this.#hasNeighbour(j))
    this.#netOf = new Uint16Array(assets.length)
    for (const [k, { junctions }] of this.#nets.entries()) {
      for (const j of junctions) this.#netOf[j] = k
    }
    this.#zero = zero
    this.#second = new Int32Array(assets.length)
    this.#othersSecond = new Int32Array(assets.length)
    this.#countsFrom = new Int32Array(assets.length)
    const count = assets.length * MAX_APPROACHES
    this.#counts = new VehicleCounts(layout)
    this.#leftBehind = new Uint32Array(count)
  }

  state(walk: StateWalk): void {
    const { queue, gap, credit, left, share, onRoad, coming, room, arrivals } = this.#approaches
    for (const column of [queue, gap, credit, left, share, onRoad, coming, room]) {
      walk.numbers(column)
    }
    walk.part(arrivals)
    walk.each(this.#nets, (net) => {
      net.second = walk.number(net.second)
      net.levelAt = walk.number(net.levelAt)
      net.level = walk.number(net.level)
      net.turn = walk.number(net.turn)
    })
    walk.numbers(this.#second)
    walk.numbers(this.#othersSecond)
    walk.numbers(this.#countsFrom)
    walk.part(this.#counts)
    walk.numbers(this.#leftBehind)
  }

  /** Junctions by cell. */
  get nets(): readonly { junctions: readonly number[] }[] {
    return this.#nets
  }

  /** As of the second up to which the junction's cell is simulated. */
  tally(j: number): VehicleTally {
    const net = this.#nets[this.#netOf[j]]
    this.#run(j, net.second, net, this.#othersSecond, 0)
    return this.#counts.tally(j, this.#approaches)
  }

  queueAt(j: number): number {
    let sum = 0
    const { queue } = this.#approaches
    for (let a = j * MAX_APPROACHES; a < (j + 1) * MAX_APPROACHES; a++) sum += queue[a]
    return sum
  }

  countFrom(j: number, second: number): void {
    this.#countsFrom[j] = second
  }

  /** Simulates junction `j` up to second `second` of its cell, and its neighbours as far as that takes. */
  advance(j: number, second: number): void {
    const net = this.#nets[this.#netOf[j]]
    while (net.second + BLOCK_S <= second) this.#block(net)
    this.#refresh(net)
    this.#run(j, second, net, this.#second, 1)
    this.#run(j, second, net, this.#othersSecond, 0)
  }

  /** Ends an interval of the junction: writes `seen`, tells the detectors, and counts anew. */
  close(j: number, intervalS: number): void {
    const { seen } = this
    seen.volume = 0
    seen.saturation = 0
    let stage = 0
    let wanted = 0
    for (let k = 0; k < this.#layout.approaches[j]; k++) {
      if (this.#layout.stageOf[j * MAX_APPROACHES + k] !== stage) {
        this.#controllers.measure(j, stage, wanted)
        wanted = 0
        stage++
      }
      wanted = Math.max(wanted, this.#closeApproach(j, k, stage, intervalS))
    }
    this.#controllers.measure(j, stage, wanted)
    const { waitedS } = this.#counts
    seen.delayS = seen.volume === 0 ? 0 : waitedS[j] / seen.volume
    if (seen.volume > 0) waitedS[j] = 0
  }

  /** Adds an approach to `seen`; returns the flow ratio that its traffic wanted. */
  #closeApproach(j: number, k: number, stage: number, intervalS: number): number {
    const a = j * MAX_APPROACHES + k
    const { greens, givesWay } = this.#controllers
    const passage = this.#counts.passages[a]
    const left = this.#approaches.left[a]
    const grown = Math.max(0, left - this.#leftBehind[a])
    this.#leftBehind[a] = left
    const flashing = givesWay[j] === 1
    const full = this.#layout.saturationFlow[a]
    const rate = full * this.#share(j)
    const greenS = flashing ? intervalS : greens[j * MAX_STAGES + stage]
    const { served } = passage
    if (greenS > 0 && rate > 0) {
      this.seen.saturation = Math.max(this.seen.saturation, (served + grown) / (rate * greenS))
    }
    this.seen.volume += served
    this.#counts.put(j, a)
    return (served + grown + CLEARING * left) / (full * intervalS)
  }

  /** Part of its saturation flow that a stop line of junction `j` has now. */
  #share(j: number): number {
    const open = this.#disturbances.capacity[j]
    return this.#controllers.givesWay[j] === 1 ? open * this.#parameters.flashingFlow : open
  }

  /** Joins a row's main approaches, both ways; what they get from each other no longer comes from side roads. */
  #link({ junctions, waysS }: JunctionRow): void {
    for (let k = 1; k < junctions.length; k++) {
      const inner = junctions[k] * MAX_APPROACHES
      const outer = junctions[k - 1] * MAX_APPROACHES
      this.#join(outer + INBOUND, inner + INBOUND, waysS[k - 1])
      this.#join(inner + OUTBOUND, outer + OUTBOUND, waysS[k - 1])
    }
  }

  #join(from: number, to: number, wayS: number): void {
    const { next, ahead, wayS: ways } = this.#approaches
    const { meanFlow } = this.#layout
    const most = this.#parameters.corridor.ahead
    next[from] = to
    this.#joined[from] = this.#joined[to] = 1
    ways[to] = wayS
    ahead[from] = Math.min(most, (most * meanFlow[to]) / meanFlow[from])
    this.#sideFlow[to] = meanFlow[to] - ahead[from] * meanFlow[from]
  }

  #hasNeighbour(j: number): boolean {
    const from = j * MAX_APPROACHES
    return this.#joined.subarray(from, from + MAX_APPROACHES).includes(1)
  }

  /** Simulates the joined approaches of a cell for one block. */
  #block(net: Net): void {
    const { queue, onRoad, room, storage } = this.#approaches
    this.#refresh(net)
    for (const j of net.joined) {
      const closed = this.#disturbances.capacity[j] === 0
      for (let a = j * MAX_APPROACHES; a < (j + 1) * MAX_APPROACHES; a++) {
        room[a] = closed ? CLOSED : storage[a] - queue[a] - onRoad[a]
      }
    }
    const to = net.second + BLOCK_S
    for (const j of net.joined) this.#run(j, to, net, this.#second, 1)
    net.second = to
  }

  /** Demand and tide of the cell, once a minute. */
  #refresh(net: Net): void {
    const j = net.junctions[0]
    const time = this.#zero[j] + net.second * 1000
    const minute = Math.floor(time / MINUTE_MS)
    if (minute === net.levelAt) return
    net.levelAt = minute
    net.level = this.#demand.level(this.#parameters.curve, minute * MINUTE_MS, j)
    net.turn = turnAt(cityTimeOfDay(minute * MINUTE_MS))
  }

  /** Simulates the joined approaches of one junction (`joined` 1) or its others (0) from second `done[j]` to `to`. */
  #run(j: number, to: number, net: Net, done: Int32Array, joined: 0 | 1): void {
    const opens = this.#countsFrom[j]
    if (opens > done[j] && opens < to) this.#run(j, opens, net, done, joined)
    const from = done[j]
    if (from >= to) return
    if (from === opens && opens > 0) this.#forget(j, joined)
    done[j] = to
    const { level, turn } = net
    const crowd = this.#disturbances.crowd[j]
    const { stageOf, saturationFlow } = this.#layout
    const { givesWay, cycleS, beganS, greens } = this.#controllers
    const stretch = this.#stretch
    const flashing = givesWay[j] === 1
    const share = this.#share(j)
    const cycle = cycleS[j]
    stretch.from = from
    stretch.to = to
    stretch.cycleS = cycle
    stretch.closed = share === 0
    stretch.phase = (((from - beganS[j]) % cycle) + cycle) % cycle
    for (let k = 0; k < this.#layout.approaches[j]; k++) {
      const a = j * MAX_APPROACHES + k
      if (this.#joined[a] !== joined) continue
      const stage = stageOf[a]
      if (flashing) {
        stretch.greenFrom = 0
        stretch.greenTo = cycle
      } else {
        stretch.greenFrom = this.#controllers.greenStartS(j, stage)
        stretch.greenTo = stretch.greenFrom + greens[j * MAX_STAGES + stage]
      }
      stretch.saturation = saturationFlow[a] * share
      stretch.flow = this.#sideFlow[a] * level * crowd * tideFactor(k, turn, this.#parameters.tide)
      pass(this.#approaches, a, stretch, this.#counts.passages[a])
    }
  }

  /** Takes what passed before the junction was in service out of the count. */
  #forget(j: number, joined: 0 | 1): void {
    for (let k = 0; k < this.#layout.approaches[j]; k++) {
      const a = j * MAX_APPROACHES + k
      if (this.#joined[a] === joined) this.#counts.put(j, a)
    }
    this.#counts.waitedS[j] = 0
  }
}

/** The junctions of each cell, in the order of the cells' first. */
function netsOf({ assets, catalogue }: SimulationContext): Net[] {
  const nets = new Map<number, Net>()
  for (let j = 0; j < assets.length; j++) {
    const cell = catalogue.cell[assets[j]]
    const net = nets.get(cell)
    if (net) net.junctions.push(j)
    else nets.set(cell, { junctions: [j], joined: [], second: 0, levelAt: -1, level: 0, turn: 0 })
  }
  return [...nets.values()]
}

/** Empty approaches, each with an arrival stream of its own, leading nowhere. */
function createApproaches(context: SimulationContext, layout: Layout): Approaches {
  const count = context.assets.length * MAX_APPROACHES
  const arrivals = createPartStreams(context, 'arrival', MAX_APPROACHES)
  return {
    queue: new Uint32Array(count),
    gap: Float64Array.from({ length: count }, (_, a) => arrivals.exponential(a, 1)),
    credit: new Float64Array(count),
    left: new Uint32Array(count),
    storage: layout.storage,
    next: new Int32Array(count).fill(-1),
    ahead: new Float64Array(count),
    share: new Float64Array(count),
    wayS: new Uint8Array(count),
    onRoad: new Uint32Array(count),
    coming: new Uint8Array(count * ROAD_S),
    room: new Int32Array(count),
    arrivals,
  }
}
