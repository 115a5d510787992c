// What one transaction looks like: service, licence, what was presented and how it ended.
import { exp } from '../../../infra/maths.ts'
import type { HasState, SimulationContext } from '../../simulation/simulator.ts'
import { createStreams } from '../../simulation/streams.ts'
import { createTrajectory } from '../../simulation/trajectory.ts'
import type { PointChannels } from './channels.ts'
import type { Verification } from './event.ts'
import type { LicenceParameters } from './parameters.ts'

/** Can the point verify e-licences? `told-paper`: it could, but an operator switched it to paper. */
export type Ability = 'able' | 'unable' | 'told-paper'

type Service = LicenceParameters['services'][number]

export type Verifications = HasState & {
  /** Fills `data` with one transaction of point `i`; says whether an e-licence was to hand, be it that it could be verified or not. */
  fill(i: number, time: number, ability: Ability, data: Verification): boolean
}

export function createVerifications(
  context: SimulationContext,
  channels: PointChannels,
): Verifications {
  const p = context.parameters as LicenceParameters
  const cityShare = createTrajectory(p.presents)
  const ahead = new Map(p.services.map((s) => [s.code, exp(s.readiness)]))
  const { payload } = createStreams(context, ['payload'])

  /** The city's share with the service's log-odds added: services differ most midway, and meet at 0 and 1. */
  function presentsShare(service: Service, time: number): number {
    const share = cityShare(time)
    const odds = share * ahead.get(service.code)!
    return odds / (1 - share + odds)
  }

  function instead(i: number): 'paper' | 'upload' | 'none' {
    const { paper, upload, none } = channels.channelOf(i).instead
    const u = payload.uniform(i) * (paper + upload + none)
    return u < paper ? 'paper' : u < paper + upload ? 'upload' : 'none'
  }

  function settle(i: number, data: Verification, ability: Ability): void {
    const draw = payload.uniform(i)
    const { eLicenseRejected, eLicenseFallback, noneFallback } = p.outcome
    if (data.presented === 'none') {
      data.outcome = draw < noneFallback ? 'fallback' : 'rejected'
    } else if (data.presented !== 'e-license') {
      data.outcome = draw < p.outcome[`${data.presented}Rejected`] ? 'rejected' : 'accepted'
    } else if (ability === 'told-paper') {
      data.outcome = 'fallback'
    } else if (draw < eLicenseRejected) {
      data.outcome = 'rejected'
    } else {
      data.outcome = draw < eLicenseRejected + eLicenseFallback ? 'fallback' : 'accepted'
    }
  }

  function fill(i: number, time: number, ability: Ability, data: Verification): boolean {
    const service = channels.mixOf(i).pick(payload.uniform(i), channels.month(time))
    data.channel = channels.codeOf(i)
    data.service = service.code
    data.licence = payload.pick(i, service.licences)
    data.eligible = payload.uniform(i) < service.eligible
    const shows = payload.uniform(i) < presentsShare(service, time) && data.eligible
    const other = instead(i)
    data.presented = ability !== 'unable' && shows ? 'e-license' : other
    settle(i, data, ability)
    // Settled another way, it takes as long as that does.
    const isOther = data.presented === 'e-license' && data.outcome === 'fallback'
    const { medianMs, sigma } = p.latency[isOther ? other : data.presented]
    data.latencyMs = Math.max(1, Math.round(payload.logNormal(i, medianMs, sigma)))
    return shows
  }

  return { fill, state: (walk) => walk.part(payload) }
}
