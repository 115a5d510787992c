// How cases come to the units: ordinary ones by the hour's demand, those of a condition, those of a rule; and their ids.
import { DAY_MS, MINUTE_MS } from '../../../../infra/time.ts'
import { createArrivalTimes, type NextArrival } from '../../../simulation/arrivals.ts'
import { createLocalDemand } from '../../../simulation/local-demand.ts'
import type { SimulationContext, StateWalk } from '../../../simulation/simulator.ts'
import { type AssetStreams, createStreams } from '../../../simulation/streams.ts'
import { type CaseKind, type CaseOrigin, DUTY_OF, type Duty } from '../event.ts'
import type { CaseworkParameters } from '../parameters.ts'
import type { OpenCase } from './case.ts'
import { ExtraCases } from './extra.ts'
import { CaseHandling } from './handling.ts'

/** One per thing that is drawn: a draw more for one purpose leaves the others as they are. */
const PURPOSES = [
  'arrival',
  'kind',
  'handling',
  'order',
  'extra',
  'extra-handling',
  'rule',
] as const
const NEVER = Number.POSITIVE_INFINITY

/** Each way has numbers of its own, so that a case more by one leaves the ids of the others as they are. */
const WAYS = { usual: '', order: 'h', extra: 'x', rule: 'r' }
type Way = keyof typeof WAYS

/** What an operator says of a case. */
export type OrderedCase = {
  kind: CaseKind
  origin: CaseOrigin
  urgent: boolean
  about: string
  note: string
}

export class ArrivingCases {
  readonly handling: CaseHandling
  readonly extra: ExtraCases
  readonly #parameters: CaseworkParameters
  readonly #streams: Record<(typeof PURPOSES)[number], AssetStreams>
  readonly #next: NextArrival
  readonly #duties: Duty[]
  readonly #perMs: Float64Array
  /** Of the unit's id, what its cases' ids begin with. */
  readonly #heads: string[]
  readonly #counts: Record<Way, Uint32Array>
  /** By unit, the rules that concern it, in their order. Not saved: the parameters'. */
  readonly #rules: (CaseworkParameters['rules'][number] & { at: number })[][]
  /** How many of them are done. */
  readonly #ruled: Uint32Array

  constructor(context: SimulationContext, duties: Duty[], crews: number[]) {
    const { assets, catalogue, city, scenario } = context
    const parameters = context.parameters as CaseworkParameters
    this.#parameters = parameters
    this.#streams = createStreams(context, PURPOSES)
    this.handling = new CaseHandling(parameters)
    this.extra = new ExtraCases(context, this.#streams.extra, duties)
    this.#next = createArrivalTimes(createLocalDemand(context), this.#streams.arrival)
    this.#duties = duties
    this.#perMs = Float64Array.from(crews, (n) => (n * parameters.casesPerCrewDay) / DAY_MS)
    this.#heads = Array.from(assets, (n) => catalogue.ids[n].replace(/^[^-]*/, 'c'))
    const none = () => new Uint32Array(assets.length)
    this.#counts = { usual: none(), order: none(), extra: none(), rule: none() }
    this.#ruled = none()
    this.#rules = Array.from(assets, (n, i) =>
      parameters.rules
        .filter(({ kind }) => DUTY_OF[kind] === duties[i])
        .filter(({ district }) => district === city.scopes[catalogue.district[n]].code)
        .map((rule) => ({ ...rule, at: scenario.start + Math.round(rule.afterMin * MINUTE_MS) }))
        .sort((a, b) => a.at - b.at),
    )
  }

  state(walk: StateWalk): void {
    walk.parts(Object.values(this.#streams))
    walk.part(this.extra)
    for (const counts of Object.values(this.#counts)) walk.numbers(counts)
    walk.numbers(this.#ruled)
  }

  /** When the next ordinary case comes to unit `i` after `time`. */
  nextUsual(i: number, time: number): number {
    return this.#next(i, time, this.#parameters.curve, this.#perMs[i])
  }

  usual(i: number, time: number): OpenCase {
    const { kind: stream, handling } = this.#streams
    const { hotline, urgent, calls } = this.#parameters
    const kind = this.handling.kind(stream, i, this.#duties[i])
    return this.handling.register(handling, i, {
      ...this.#case('usual', i, time, kind),
      origin: stream.uniform(i) < hotline ? 'hotline' : 'patrol',
      urgent: stream.uniform(i) < urgent,
      called: stream.uniform(i) < calls.share,
    })
  }

  ordered(i: number, time: number, what: OrderedCase): OpenCase {
    return this.handling.register(this.#streams.order, i, {
      ...this.#case('order', i, time, what.kind),
      ...what,
    })
  }

  /** The case that a condition brings now; null where it has gone. */
  byCondition(i: number, time: number): OpenCase | null {
    const found = this.extra.take(i, time)
    if (!found) return null
    return this.handling.register(this.#streams['extra-handling'], i, {
      ...this.#case('extra', i, time, found.kind),
      ...found,
      origin: 'hotline',
    })
  }

  nextRule(i: number): number {
    return this.#rules[i][this.#ruled[i]]?.at ?? NEVER
  }

  byRule(i: number, time: number): OpenCase {
    const { kind, urgent, note } = this.#rules[i][this.#ruled[i]++]
    return this.handling.register(this.#streams.rule, i, {
      ...this.#case('rule', i, time, kind),
      ...{ origin: 'rule', urgent, note },
    })
  }

  #case(way: Way, i: number, openedAt: number, kind: CaseKind) {
    const id = `${this.#heads[i]}-${WAYS[way]}${++this.#counts[way][i]}`
    return { id, kind, openedAt, about: '', note: '', cause: undefined, called: false }
  }
}
