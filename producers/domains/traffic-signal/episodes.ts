// What interrupts a junction's usual control: a Markov chain in continuous time per junction, in balance at the start.
import { MINUTE_MS } from '../../../infra/time.ts'
import type { SimulationContext } from '../../simulation/simulator.ts'
import { type AssetStreams, createStreams } from '../../simulation/streams.ts'
import type { SignalParameters } from './parameters.ts'

const EPISODES = ['usual', 'offline', 'flashing', 'manual', 'detector'] as const
export type Episode = (typeof EPISODES)[number]

export type Episodes = {
  /** Episode junction `j` is in at `time`; ask with rising times. */
  at(j: number, time: number): Episode
}

export function createEpisodes(context: SimulationContext): Episodes {
  const { assets, scenario } = context
  const { episodes } = context.parameters as SignalParameters
  const kinds = EPISODES.slice(1).map((k) => episodes[k as Exclude<Episode, 'usual'>])
  const usualShare = 1 - kinds.reduce((sum, kind) => sum + kind.share, 0)
  /** Starts per ms of usual control, so that each kind holds its share of the time. */
  const rates = kinds.map((kind) => kind.share / (kind.meanMin * MINUTE_MS * usualShare))
  const rate = rates.reduce((sum, r) => sum + r, 0)

  const { episode } = createStreams(context, ['episode'])
  const current = new Uint8Array(assets.length)
  const until = new Float64Array(assets.length)

  const meanMs = (kind: number) => (kind === 0 ? 1 / rate : kinds[kind - 1].meanMin * MINUTE_MS)
  const chances = kinds.map((kind) => kind.share)
  for (let j = 0; j < assets.length; j++) {
    current[j] = chosen(episode, j, chances, 1)
    until[j] = scenario.start + episode.exponential(j, meanMs(current[j]))
  }

  return {
    at(j, time) {
      while (until[j] <= time) {
        current[j] = current[j] === 0 ? chosen(episode, j, rates, rate) : 0
        until[j] += episode.exponential(j, meanMs(current[j]))
      }
      return EPISODES[current[j]]
    },
  }
}

/** Kind from 1 with the given weights out of `total`; 0 for what they leave. */
function chosen(stream: AssetStreams, j: number, weights: number[], total: number): number {
  let rest = stream.uniform(j) * total
  for (let k = 0; k < weights.length; k++) {
    rest -= weights[k]
    if (rest < 0) return k + 1
  }
  return 0
}
