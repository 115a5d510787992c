// What one transaction looks like: service, licence, what was presented and how it ended.
import { below, logNormal, seedStream, streamTable, uniform } from '../../../infra/random.ts'
import type { SimulationContext } from '../../simulation/simulator.ts'
import { createTrajectory } from '../../simulation/trajectory.ts'
import type { Verification } from './event.ts'
import type { LicenceParameters } from './parameters.ts'

const WORDS = 4

/** Can the point verify e-licences? `told-paper`: it could, but an operator switched it to paper. */
export type Ability = 'able' | 'unable' | 'told-paper'

/** Fills `data` with one transaction of point `i`. */
export type FillVerification = (
  i: number,
  time: number,
  ability: Ability,
  data: Verification,
) => void

export function createVerifications(context: SimulationContext): FillVerification {
  const p = context.parameters as LicenceParameters
  const { assets, catalogue, scenario } = context
  const presentsShare = createTrajectory(p.presents)
  const weights = p.services.map((s) => s.weight)
  const total = weights.reduce((sum, w) => sum + w, 0)
  const words = streamTable(assets.length)
  for (let i = 0; i < assets.length; i++) {
    seedStream(words, i * WORDS, scenario.seed, catalogue.ids[assets[i]], 'payload')
  }

  function drawService(at: number): LicenceParameters['services'][number] {
    let left = uniform(words, at) * total
    let s = 0
    while (s < weights.length - 1 && left >= weights[s]) left -= weights[s++]
    return p.services[s]
  }

  function present(at: number, data: Verification, time: number, ability: Ability): void {
    const wish = uniform(words, at)
    const brings = uniform(words, at)
    const canShow = data.eligible && ability !== 'unable'
    if (canShow && wish < presentsShare(time)) data.presented = 'e-license'
    else data.presented = brings < p.outcome.bringsNone ? 'none' : 'paper'
  }

  function settle(at: number, data: Verification, ability: Ability): void {
    const luck = uniform(words, at)
    const { eLicenseRejected, eLicenseFallback, paperRejected, noneFallback } = p.outcome
    if (data.presented === 'paper') {
      data.outcome = luck < paperRejected ? 'rejected' : 'accepted'
    } else if (data.presented === 'none') {
      data.outcome = luck < noneFallback ? 'fallback' : 'rejected'
    } else if (ability === 'told-paper') {
      data.outcome = 'fallback'
    } else if (luck < eLicenseRejected) {
      data.outcome = 'rejected'
    } else {
      data.outcome = luck < eLicenseRejected + eLicenseFallback ? 'fallback' : 'accepted'
    }
  }

  return (i, time, ability, data) => {
    const at = i * WORDS
    const service = drawService(at)
    data.service = service.code
    data.licence = service.licences[below(words, at, service.licences.length)]
    data.eligible = uniform(words, at) < service.eligible
    present(at, data, time, ability)
    settle(at, data, ability)
    // Settling on paper takes as long as paper does.
    const way =
      data.presented === 'e-license' && data.outcome === 'fallback' ? 'paper' : data.presented
    const { medianMs, sigma } = p.latency[way]
    data.latencyMs = Math.max(1, Math.round(logNormal(words, at, medianMs, sigma)))
  }
}
