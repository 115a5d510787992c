// Whether a point can verify e-licences: equipped by now, not down, not switched to paper, not without mains.
import { exp } from '../../../infra/maths.ts'
import { DAY_MS, HOUR_MS } from '../../../infra/time.ts'
import type { HasState, SimulationContext } from '../../simulation/simulator.ts'
import { createStreams } from '../../simulation/streams.ts'
import { createTrajectory } from '../../simulation/trajectory.ts'
import type { PointChannels } from './channels.ts'
import type { LicenceParameters } from './parameters.ts'
import type { Ability } from './verification.ts'

export type Abilities = HasState & {
  /** Lets the point's equipment fail or be repaired; call at every status, at ascending times. */
  update(i: number, time: number): void
  at(i: number, time: number): Ability
  /** The incident that took the mains of a point which would be able with them. */
  darkBy(i: number, time: number): string | undefined
  switchToPaper(i: number, until: number): void
  paperUntil(i: number): number
}

export function createAbilities(context: SimulationContext, channels: PointChannels): Abilities {
  const p = context.parameters as LicenceParameters
  const { assets, conditions } = context
  const equippedShare = createTrajectory(p.equipped)
  // A point is equipped once the city's share has passed its own place in the queue.
  const place = new Float64Array(assets.length)
  const isDown = new Uint8Array(assets.length)
  const updatedAt = new Float64Array(assets.length)
  const paperUntil = new Map<number, number>()
  const { ability } = createStreams(context, ['ability'])
  for (let i = 0; i < assets.length; i++) {
    const [first, last] = channels.channelOf(i).equips
    place[i] = first + (last - first) * ability.uniform(i)
    isDown[i] = ability.uniform(i) < failureOf(i).downShare ? 1 : 0
  }

  function failureOf(i: number) {
    const { perDay, meanHours } = channels.channelOf(i).failure
    const repairsPerMs = 1 / (meanHours * HOUR_MS)
    const changesPerMs = perDay / DAY_MS + repairsPerMs
    return { changesPerMs, downShare: 1 - repairsPerMs / changesPerMs }
  }

  function withMains(i: number, time: number): Ability {
    if (isDown[i] === 1 || place[i] > equippedShare(time)) return 'unable'
    return time < (paperUntil.get(i) ?? 0) ? 'told-paper' : 'able'
  }

  /** Online services stand nowhere: no mains of the city are theirs. */
  function darkBy(i: number, time: number): string | undefined {
    if (conditions.none || !channels.channelOf(i).onSite) return undefined
    return withMains(i, time) === 'able' ? conditions.at('mains', time, i)?.cause : undefined
  }

  return {
    update(i, time) {
      // Two-state Markov chain, exact for any gap: it forgets its state at the sum of both rates.
      const gap = updatedAt[i] === 0 ? 0 : time - updatedAt[i]
      const { changesPerMs, downShare } = failureOf(i)
      const forgets = 1 - exp(-gap * changesPerMs)
      const share = isDown[i] ? 1 - forgets * (1 - downShare) : forgets * downShare
      isDown[i] = ability.uniform(i) < share ? 1 : 0
      updatedAt[i] = time
    },
    at(i, time) {
      return darkBy(i, time) === undefined ? withMains(i, time) : 'unable'
    },
    darkBy,
    state(walk) {
      walk.part(ability)
      walk.numbers(isDown)
      walk.numbers(updatedAt)
      walk.map(paperUntil, 0, (until) => walk.number(until))
    },
    switchToPaper(i, until) {
      paperUntil.set(i, until)
    },
    paperUntil: (i) => paperUntil.get(i) ?? 0,
  }
}
