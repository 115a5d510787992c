// Signalised junctions as they work: vehicles queue second by second and drive on to the next junction, controllers time
// the stages. In: catalogue, demand, parameters. Out: one cycle event at the end of each cycle, simulated when it ends.
import { roundTo } from '../../../infra/maths.ts'
import type { Emit, SimulationContext, Simulator, StateWalk } from '../../simulation/simulator.ts'
import { MomentaryStream } from '../../simulation/streams.ts'
import { Controllers, FLASHING, OFFLINE } from './control/controllers.ts'
import { Disturbances } from './control/disturbances.ts'
import { orderOf } from './control/orders.ts'
import { makePlans } from './control/plans.ts'
import { Progression } from './control/progression.ts'
import { CYCLE, type Cycle, MODES } from './event.ts'
import type { SignalParameters } from './parameters.ts'
import { Roads, rowsOf } from './street/corridors.ts'
import { type Layout, layOut, MAX_STAGES } from './street/layout.ts'
import { StreetNets } from './street/street-nets.ts'
import type { VehicleTally } from './street/vehicle-counts.ts'

/** The city runs unseen for this long before the start, so that queues and timings have settled. */
const WARM_UP_S = 900

/** Throws a Problem for a junction of a class that the parameters do not list. */
export function createSignalSimulator(context: SimulationContext): Junctions {
  return new Junctions(context)
}

class Junctions implements Simulator {
  readonly #context: SimulationContext
  readonly #layout: Layout
  readonly #progression: Progression
  readonly #roads: Roads
  readonly #disturbances: Disturbances
  readonly #controllers: Controllers
  readonly #streets: StreetNets
  /** Time of second 0 of the junction's cell, ms; every cycle begins and ends on a whole second after it. */
  readonly #zero: Float64Array
  /** Not saved: known once the cells have run in. */
  readonly #first: Float64Array
  readonly #nextWake: Float64Array
  /** What the opening census says, by junction; emptied as it is said. */
  readonly #census: (Cycle | undefined)[]

  constructor(context: SimulationContext) {
    const { assets, scenario } = context
    const parameters = context.parameters as SignalParameters
    this.#context = context
    this.#layout = layOut(context)
    const rows = rowsOf(context)
    this.#roads = new Roads(context)
    const plans = makePlans(this.#layout, rows, parameters)
    this.#progression = new Progression(assets.length, rows, scenario.seed, parameters)
    this.#zero = zeroOfCells(context)
    const opens = scenario.start - (WARM_UP_S + 1) * 1000
    this.#disturbances = new Disturbances(context)
    const parts = [this.#layout, plans, this.#progression, this.#disturbances] as const
    this.#controllers = new Controllers(context, ...parts, opens)
    const streets = [this.#layout, rows, this.#controllers, this.#disturbances] as const
    this.#streets = new StreetNets(context, ...streets, this.#zero)
    this.#first = new Float64Array(assets.length)
    this.#nextWake = new Float64Array(assets.length)
    this.#census = new Array(assets.length)
    this.#open()
  }

  first(j: number): number {
    return this.#first[j]
  }

  wake(j: number, time: number, emit: Emit): number {
    const census = this.#census[j]
    if (census) {
      this.#census[j] = undefined
      emit(CYCLE, census)
    } else {
      const cycle = this.#finish(j, time)
      emit(CYCLE, cycle, this.#disturbances.causeOf(j, cycle.queue))
      this.#begin(j, time)
    }
    return this.#nextWake[j]
  }

  command(j: number, name: string, args: Record<string, unknown>, time: number): number | string {
    const { assets, catalogue, parameters } = this.#context
    const id = catalogue.ids[assets[j]]
    const { plans } = parameters as SignalParameters
    const order = orderOf(name, args, plans.length, this.#layout.stages[j])
    if (typeof order === 'string') return order
    // The running cycle ends as it began.
    const from = this.#nextWake[j]
    if (order.kind === 'wave') {
      // All junctions of the road get it: whoever is out of reach, or stands alone, goes on as before.
      if (!this.#roads.haveNeighbours(j)) {
        return `${id}: no two junctions on its road are near each other, expected a road with neighbours; choose another`
      }
      this.#progression.order(j, time + order.forMs)
      return from
    }
    if (this.#controllers.mode[j] === OFFLINE) {
      return `${id}: offline, expected a controller in reach; wait until it is back`
    }
    if (this.#disturbances.isOnItsOwn(j)) {
      return `${id}: its control centre is down, expected one that reaches it; wait until it is back`
    }
    if (order.kind === 'restore') this.#progression.order(j, Number.NEGATIVE_INFINITY)
    this.#controllers.take(j, order, from)
    return from
  }

  state(walk: StateWalk): void {
    walk.part(this.#progression)
    walk.part(this.#disturbances)
    walk.part(this.#controllers)
    walk.part(this.#streets)
    walk.numbers(this.#nextWake)
    walk.list(this.#census, undefined, (cycle) => walk.plain(cycle))
  }

  tally(j: number): VehicleTally {
    return this.#streets.tally(j)
  }

  /** Ends the interval that ran until `time`, and describes it. */
  #finish(j: number, time: number): Cycle {
    this.#streets.advance(j, this.#secondOf(j, time))
    this.#streets.close(j, this.#controllers.intervalS[j])
    return this.#controllers.mode[j] === OFFLINE ? LOST : this.#describe(j)
  }

  #begin(j: number, time: number): void {
    this.#controllers.begin(j, time, this.#secondOf(j, time))
    this.#nextWake[j] = time + this.#controllers.intervalS[j] * 1000
  }

  #secondOf(j: number, time: number): number {
    return Math.round((time - this.#zero[j]) / 1000)
  }

  /** Runs all cells in unseen, each in the order of its cycles' ends, up to the start. */
  #open(): void {
    const { assets, catalogue, scenario } = this.#context
    const { start } = scenario
    const phases = new MomentaryStream(scenario.seed)
    for (const { junctions } of this.#streets.nets) {
      for (const j of junctions) {
        const commissioned = catalogue.commissionedAt[assets[j]]
        if (commissioned > start) {
          const first = this.#zero[j] + Math.ceil((commissioned - this.#zero[j]) / 1000) * 1000
          this.#begin(j, first)
          this.#streets.countFrom(j, this.#secondOf(j, first))
          this.#first[j] = this.#nextWake[j]
          continue
        }
        this.#begin(j, this.#zero[j])
        phases.begin(catalogue.ids[assets[j]], 'phase')
        const phase = phases.below(this.#controllers.cycleS[j])
        this.#controllers.beganS[j] -= phase
        this.#nextWake[j] -= Math.min(phase, this.#controllers.intervalS[j] - 1) * 1000
      }
      this.#settle(junctions, start)
    }
  }

  #settle(junctions: readonly number[], start: number): void {
    for (;;) {
      let j = junctions[0]
      for (const other of junctions) if (this.#nextWake[other] < this.#nextWake[j]) j = other
      const time = this.#nextWake[j]
      if (time >= start) break
      this.#say(j, time)
    }
    // Reports that come more rarely than that.
    for (const j of junctions) {
      const due =
        this.#census[j] === undefined &&
        this.#context.catalogue.commissionedAt[this.#context.assets[j]] <= start
      if (due) this.#say(j, this.#zero[j] + WARM_UP_S * 1000)
    }
  }

  /** Keeps what the junction reports at `time` for the opening census. */
  #say(j: number, time: number): void {
    const { assets, catalogue, scenario } = this.#context
    this.#census[j] = this.#finish(j, time)
    this.#begin(j, time)
    const commissioned = Math.min(catalogue.commissionedAt[assets[j]], scenario.start - 1)
    this.#first[j] = Math.max(time, commissioned)
  }

  #describe(j: number): Cycle {
    const { mode, plan, intervalS, greens } = this.#controllers
    const { volume, saturation, delayS } = this.#streets.seen
    const cycling = mode[j] !== FLASHING
    const stages: Cycle['stages'] = []
    for (let k = 0; cycling && k < this.#layout.stages[j]; k++) {
      stages.push({ no: k + 1, greenS: greens[j * MAX_STAGES + k] })
    }
    return {
      mode: this.#disturbances.capacity[j] === 0 ? 'closed' : MODES[mode[j]],
      plan: plan[j],
      cycleS: cycling ? intervalS[j] : 0,
      stages,
      volume,
      queue: this.#streets.queueAt(j),
      delayS: roundTo(delayS, 1),
      saturation: roundTo(saturation, 2),
    }
  }
}

/** Time of each junction's second 0: the same for a cell's, some part of a second before whole ones, so that cells differ. */
function zeroOfCells({ assets, catalogue, scenario }: SimulationContext): Float64Array {
  const stream = new MomentaryStream(scenario.seed)
  const byCell = new Map<number, number>()
  return Float64Array.from(assets, (n) => {
    const cell = catalogue.cell[n]
    let zero = byCell.get(cell)
    if (zero === undefined) {
      stream.begin(`cell-${cell}`, 'second')
      zero = scenario.start - WARM_UP_S * 1000 - 1 - stream.below(1000)
      byCell.set(cell, zero)
    }
    return zero
  })
}

/** The hub's own report of a controller that it has lost; its traffic is not seen meanwhile. */
const LOST: Cycle = {
  mode: 'offline',
  plan: 0,
  cycleS: 0,
  stages: [],
  volume: 0,
  queue: 0,
  delayS: 0,
  saturation: 0,
}
