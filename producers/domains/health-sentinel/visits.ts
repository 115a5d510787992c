// Who comes to a sentinel between two reports: its usual patients, small outbreaks nearby, and what an incident brings.
import { exp } from '../../../infra/maths.ts'
import { DAY_MS, MINUTE_MS } from '../../../infra/time.ts'
import type { LocalCurve } from '../../simulation/local-demand.ts'
import { createLocalDemand } from '../../simulation/local-demand.ts'
import { requireEntries } from '../../simulation/problems.ts'
import type { SimulationContext, StateWalk } from '../../simulation/simulator.ts'
import { type AssetStreams, createStreams } from '../../simulation/streams.ts'
import { poisson } from '../../simulation/under-way.ts'
import { type Illness, illnessOf } from './illness.ts'
import type { SentinelParameters } from './parameters.ts'
import type { CountedVisits } from './recent.ts'
import type { Response } from './response.ts'
import { SpellsOfAssets } from './spells-of-assets.ts'

/** Demand and illness are asked for once per so long. */
const STEP_MS = 5 * MINUTE_MS
/** More than these no sentinel sees between two reports. */
const MOST_AT_ONCE = 500

/** One per thing that is drawn: a draw more for one purpose leaves the others as they are. */
const PURPOSES = ['other', 'fever', 'cluster', 'illness'] as const

type SentinelRates = {
  visits: LocalCurve
  fever: LocalCurve
  feverPerMs: number
  otherPerMs: number
}

export class Visits {
  readonly #parameters: SentinelParameters
  readonly #streams: Record<(typeof PURPOSES)[number], AssetStreams>
  /** Not saved: the catalogue's. */
  readonly #rates: SentinelRates[]
  readonly #clusters: SpellsOfAssets
  readonly #illness: Illness
  /** Whose doing the additional visits of the last interval were; undefined = nobody's. */
  cause: string | undefined

  constructor(context: SimulationContext) {
    this.#parameters = context.parameters as SentinelParameters
    this.#streams = createStreams(context, PURPOSES)
    this.#rates = ratesOf(context, this.#parameters)
    this.#clusters = new SpellsOfAssets(context, 'cluster', this.#parameters.clusters)
    this.#illness = illnessOf(context)
  }

  state(walk: StateWalk): void {
    walk.parts(Object.values(this.#streams))
    this.cause = walk.maybe(this.cause)
  }

  isOpen(i: number, time: number): boolean {
    return this.#rates[i].visits.expected(time) > 0
  }

  /**
   * Draws who comes to sentinel `i` in (from, to]. Usual patients come as Poisson numbers. What outbreaks and incidents add is
   * one quantile per interval, so that the more illness or the less response there is, the more visits come of the same chance.
   */
  between(i: number, from: number, to: number, response: Response): CountedVisits {
    const { visits, fever, feverPerMs, otherPerMs } = this.#rates[i]
    const steps = Math.max(1, Math.ceil((to - from) / STEP_MS))
    const stepMs = (to - from) / steps
    const mean = { other: 0, fever: 0, cluster: 0, illness: 0, usual: 0 }
    this.cause = undefined
    for (let k = 0; k < steps; k++) {
      const time = Math.floor(from + (k + 0.5) * stepMs)
      const local = feverPerMs * stepMs * fever.level(time, i)
      mean.other += otherPerMs * stepMs * visits.level(time, i)
      mean.fever += local
      mean.usual += feverPerMs * stepMs * fever.expected(time)
      const remaining = response.remaining(time)
      if (this.#clusters.isIn(i, time)) {
        mean.cluster += (this.#parameters.clusters.factor - 1) * local * remaining
      }
      const ill = this.#illness(time, i)
      if (ill) {
        mean.illness += Math.max(0, ill.value) * local * remaining
        this.cause = ill.cause
      }
    }
    const { other: others, fever: feverish, cluster: nearby, illness } = this.#streams
    const other = poisson(others, i, mean.other)
    const usualFever = poisson(feverish, i, mean.fever)
    const cluster = poissonQuantile(nearby.uniform(i), mean.cluster)
    const brought = poissonQuantile(illness.uniform(i), mean.illness)
    const withFever = usualFever + cluster + brought
    return { visits: other + withFever, fever: withFever, usual: mean.usual, brought }
  }
}

function ratesOf(context: SimulationContext, { kinds }: SentinelParameters): SentinelRates[] {
  const { assets, catalogue } = context
  requireEntries(context, { domain: 'health-sentinel', attribute: 'kind', section: 'kinds' })
  const demand = createLocalDemand(context)
  return Array.from(assets, (n) => {
    const { kind, visitsPerDay } = catalogue.attributes[n]
    const { visits, fever, feverShare } = kinds[String(kind)]
    const perMs = Number(visitsPerDay) / DAY_MS
    return {
      visits: demand.curve(visits),
      fever: demand.curve(fever),
      feverPerMs: perMs * feverShare,
      otherPerMs: perMs * (1 - feverShare),
    }
  })
}

/** The number that a share `u` of Poisson draws does not exceed: it grows with the mean. */
function poissonQuantile(u: number, mean: number): number {
  if (mean === 0) return 0
  let p = exp(-Math.min(mean, MOST_AT_ONCE))
  let upTo = p
  let count = 0
  while (upTo <= u && count < 2 * MOST_AT_ONCE) {
    count++
    p *= Math.min(mean, MOST_AT_ONCE) / count
    upTo += p
  }
  return count
}
