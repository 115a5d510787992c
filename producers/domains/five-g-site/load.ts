// How busy a site is: the daily curve of its setting, its own level, and an AR(1) walk around both.
import { exp, roundTo } from '../../../infra/maths.ts'
import { MINUTE_MS } from '../../../infra/time.ts'
import { requireEntries } from '../../simulation/problems.ts'
import type { SimulationContext } from '../../simulation/simulator.ts'
import { createStreams } from '../../simulation/streams.ts'
import type { SiteParameters } from './parameters.ts'

const CURVE_STEP_MS = MINUTE_MS // curves bend by the hour: one value a minute is plenty
const MOST_LOAD_PCT = 95

export type Load = {
  /** PRB load of site `i`, %, one decimal; call once per event, at ascending times. */
  loadPct(i: number, time: number, degraded: boolean): number
  users(i: number, loadPct: number, indoor: boolean): number
}

export function createLoad(context: SimulationContext): Load {
  const p = context.parameters as SiteParameters
  const { assets, catalogue, demand, cadence } = context
  requireEntries(context, { domain: 'five-g-site', attribute: 'setting', section: 'settings' })
  const curves = [...new Set(Object.values(p.settings).map((s) => s.curve))]
  const curveOf = new Uint8Array(assets.length)
  const level = new Float64Array(assets.length)
  const walk = new Float64Array(assets.length)
  const walkedAt = new Float64Array(assets.length).fill(Number.NaN)
  const { load } = createStreams(context, ['load'])
  // The mean of a log-normal is median·exp(σ²/2): sites differ and wander, their mean stays meanLoadPct.
  const median = exp(-(p.load.siteSigma ** 2 + p.load.noiseSigma ** 2) / 2)
  for (let i = 0; i < assets.length; i++) {
    const setting = p.settings[String(catalogue.attributes[assets[i]].setting)]
    curveOf[i] = curves.indexOf(setting.curve)
    level[i] = setting.meanLoadPct * load.logNormal(i, median, p.load.siteSigma)
  }

  const stepOf = new Float64Array(curves.length).fill(Number.NaN)
  const levelOf = new Float64Array(curves.length)
  function curve(c: number, time: number): number {
    const step = Math.floor(time / CURVE_STEP_MS)
    if (stepOf[c] !== step) {
      stepOf[c] = step
      levelOf[c] = demand.curve(curves[c], step * CURVE_STEP_MS)
    }
    return levelOf[c]
  }

  const tau = p.load.correlationMinutes * MINUTE_MS
  const usual = exp(-cadence.everyMs / tau)
  /** Stationary AR(1), exact for any gap between two reports. */
  function wander(i: number, time: number): number {
    const gap = time - walkedAt[i]
    const keep = Number.isNaN(gap) ? 0 : gap === cadence.everyMs ? usual : exp(-gap / tau)
    const shock = Math.sqrt(1 - keep * keep) * p.load.noiseSigma
    walk[i] = keep * walk[i] + shock * load.normal(i)
    walkedAt[i] = time
    return walk[i]
  }

  return {
    loadPct(i, time, degraded) {
      const busy = level[i] * curve(curveOf[i], time) * exp(wander(i, time))
      return roundTo(Math.min(MOST_LOAD_PCT, busy * (degraded ? p.load.degradedFactor : 1)), 1)
    },
    users(i, loadPct, indoor) {
      const perPct = indoor ? p.usersPerLoadPct.indoor : p.usersPerLoadPct.outdoor
      return Math.round(loadPct * perPct * (0.8 + 0.4 * load.uniform(i)))
    },
  }
}
