// What one transaction looks like: service, licence, what was presented and how it ended.
import type { SimulationContext } from '../../simulation/simulator.ts'
import { createStreams } from '../../simulation/streams.ts'
import { createTrajectory } from '../../simulation/trajectory.ts'
import type { Verification } from './event.ts'
import type { LicenceParameters } from './parameters.ts'

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
  const presentsShare = createTrajectory(p.presents)
  const weights = p.services.map((s) => s.weight)
  const total = weights.reduce((sum, w) => sum + w, 0)
  const { payload } = createStreams(context, ['payload'])

  function drawService(i: number): LicenceParameters['services'][number] {
    let left = payload.uniform(i) * total
    let s = 0
    while (s < weights.length - 1 && left >= weights[s]) left -= weights[s++]
    return p.services[s]
  }

  function present(i: number, data: Verification, time: number, ability: Ability): void {
    const wish = payload.uniform(i)
    const brings = payload.uniform(i)
    const canShow = data.eligible && ability !== 'unable'
    if (canShow && wish < presentsShare(time)) data.presented = 'e-license'
    else data.presented = brings < p.outcome.bringsNone ? 'none' : 'paper'
  }

  function settle(i: number, data: Verification, ability: Ability): void {
    const draw = payload.uniform(i)
    const { eLicenseRejected, eLicenseFallback, paperRejected, noneFallback } = p.outcome
    if (data.presented === 'paper') {
      data.outcome = draw < paperRejected ? 'rejected' : 'accepted'
    } else if (data.presented === 'none') {
      data.outcome = draw < noneFallback ? 'fallback' : 'rejected'
    } else if (ability === 'told-paper') {
      data.outcome = 'fallback'
    } else if (draw < eLicenseRejected) {
      data.outcome = 'rejected'
    } else {
      data.outcome = draw < eLicenseRejected + eLicenseFallback ? 'fallback' : 'accepted'
    }
  }

  return (i, time, ability, data) => {
    const service = drawService(i)
    data.service = service.code
    data.licence = payload.pick(i, service.licences)
    data.eligible = payload.uniform(i) < service.eligible
    present(i, data, time, ability)
    settle(i, data, ability)
    // Settling on paper takes as long as paper does.
    const way =
      data.presented === 'e-license' && data.outcome === 'fallback' ? 'paper' : data.presented
    const { medianMs, sigma } = p.latency[way]
    data.latencyMs = Math.max(1, Math.round(payload.logNormal(i, medianMs, sigma)))
  }
}
