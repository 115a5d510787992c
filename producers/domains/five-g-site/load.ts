// How busy a site is: the daily curve of its setting as it runs at its place, its own level, and an AR(1) walk around both.
import { exp, roundTo } from '../../../infra/maths.ts'
import { MINUTE_MS } from '../../../infra/time.ts'
import { createLocalDemand } from '../../simulation/local-demand.ts'
import { requireEntries } from '../../simulation/problems.ts'
import type { HasState, SimulationContext } from '../../simulation/simulator.ts'
import { createStreams, MomentaryStream } from '../../simulation/streams.ts'
import type { SiteParameters } from './parameters.ts'

/** What crowds do is looked up anew once a minute: its curves bend by the hour, its noise by the quarter of one. */
const CROWD_STEP_MS = MINUTE_MS

/** Up to the knee load follows demand; above it the scheduler spreads what is wanted, and 95 % is never passed. */
const KNEE_PCT = 60
const MOST_LOAD_PCT = 95

export type Load = HasState & {
  /** Lets site `i` wander on: once for each report that comes in the usual course, at ascending times, before it is read. */
  pass(i: number, time: number): void
  /** PRB load of site `i`, %, one decimal; `added` is a crowd's, 1 = twice the usual demand. */
  loadPct(i: number, time: number, degraded: boolean, added: number): number
  /** Users of a site that would have this load without the crowd. */
  users(i: number, usualPct: number, indoor: boolean, added: number): number
}

export function createLoad(context: SimulationContext): Load {
  const p = context.parameters as SiteParameters
  const { assets, cadence } = context
  requireEntries(context, { domain: 'five-g-site', attribute: 'setting', section: 'settings' })
  const { load } = createStreams(context, ['load'])
  const { curves, curveOf, level } = createLevels(context, load)
  const crowdAt = createCrowds(context, curves)
  const walk = new Float64Array(assets.length)
  const walkedAt = new Float64Array(assets.length).fill(Number.NaN)
  const usersFactor = new Float64Array(assets.length)

  const tau = p.load.correlationMinutes * MINUTE_MS
  const usual = exp(-cadence.everyMs / tau)
  return {
    /** Stationary AR(1), exact for any gap between two reports. */
    pass(i, time) {
      const gap = time - walkedAt[i]
      const keep = Number.isNaN(gap) ? 0 : gap === cadence.everyMs ? usual : exp(-gap / tau)
      const shock = Math.sqrt(1 - keep * keep) * p.load.noiseSigma
      walk[i] = keep * walk[i] + shock * load.normal(i)
      walkedAt[i] = time
      usersFactor[i] = 0.8 + 0.4 * load.uniform(i)
    },
    state(to) {
      to.part(load)
      to.numbers(walk)
      to.numbers(walkedAt)
      to.numbers(usersFactor)
    },
    loadPct(i, time, degraded, added) {
      const wanted = level[i] * crowdAt(curveOf[i], time, i) * exp(walk[i]) * (1 + added)
      return roundTo(carried(wanted * (degraded ? p.load.degradedFactor : 1)), 1)
    },
    users(i, usualPct, indoor, added) {
      const perPct = indoor ? p.usersPerLoadPct.indoor : p.usersPerLoadPct.outdoor
      return Math.round(usualPct * perPct * usersFactor[i] * (1 + added))
    },
  }
}

/** Level of the `c`-th curve at a site's place, kept by curve and place for the step that runs. */
function createCrowds(context: SimulationContext, curves: string[]) {
  const local = createLocalDemand(context)
  let places = 0
  for (let i = 0; i < context.assets.length; i++) places = Math.max(places, local.placeOf(i) + 1)
  const steps = curves.map(() => new Float64Array(places).fill(Number.NaN))
  const levels = curves.map(() => new Float64Array(places))
  return (c: number, time: number, i: number): number => {
    const step = Math.floor(time / CROWD_STEP_MS)
    const place = local.placeOf(i)
    if (steps[c][place] !== step) {
      steps[c][place] = step
      levels[c][place] = local.level(curves[c], step * CROWD_STEP_MS, i)
    }
    return levels[c][place]
  }
}

/** What a site carries of the load that is wanted of it, %: all below the knee, then ever less. */
function carried(wantedPct: number): number {
  if (wantedPct <= KNEE_PCT) return wantedPct
  const room = MOST_LOAD_PCT - KNEE_PCT
  return KNEE_PCT + room * (1 - exp(-(wantedPct - KNEE_PCT) / room))
}

/**
 * Each site's curve and level: its setting's mean times what its neighbourhood and it itself make of it for good. Traffic
 * over sites is log-normal (Lee et al. 2014).
 */
function createLevels(
  context: SimulationContext,
  load: ReturnType<typeof createStreams<'load'>>['load'],
) {
  const p = context.parameters as SiteParameters
  const { assets, catalogue, scenario } = context
  const { siteSigma, cellSigma, noiseSigma } = p.load
  const curves = [...new Set(Object.values(p.settings).map((s) => s.curve))]
  const curveOf = new Uint8Array(assets.length)
  const level = new Float64Array(assets.length)
  const stream = new MomentaryStream(scenario.seed)
  // Not saved: asked while the levels are made.
  const cells = new Map<number, number>()
  const ofCell = (cell: number): number => {
    let factor = cells.get(cell)
    if (factor === undefined) {
      stream.begin(`cell-${cell}`, '5g-load')
      factor = stream.logNormal(1, cellSigma)
      cells.set(cell, factor)
    }
    return factor
  }
  // The mean of a log-normal is median·exp(σ²/2): sites differ and wander, their mean stays meanLoadPct.
  const median = exp(-(siteSigma ** 2 + cellSigma ** 2 + noiseSigma ** 2) / 2)
  for (let i = 0; i < assets.length; i++) {
    const setting = p.settings[String(catalogue.attributes[assets[i]].setting)]
    curveOf[i] = curves.indexOf(setting.curve)
    const own = load.logNormal(i, median, siteSigma)
    level[i] = setting.meanLoadPct * ofCell(catalogue.cell[assets[i]]) * own
  }
  return { curves, curveOf, level }
}
