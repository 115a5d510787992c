// How long an item takes: drawn once when it comes, forwarding and closing, each against its limit.
import { HOUR_MS, MINUTE_MS } from '../../../infra/time.ts'
import { createStays, type Stays } from '../../simulation/stays.ts'
import type { AssetStreams } from '../../simulation/streams.ts'
import { CATEGORIES, type Category } from './event.ts'
import type { Item } from './items.ts'
import type { HotlineParameters } from './parameters.ts'

/** A unit cannot close what it has not looked at. */
const LEAST_WORK_MS = 10 * MINUTE_MS
/** Reinforced, everything takes half as long. */
const REINFORCED = 0.5

export class Handling {
  readonly #urgentForwarding: Stays
  readonly #forwarding: Stays
  readonly #closing: Record<Category, Stays>
  readonly #parameters: HotlineParameters
  readonly #shares: [Category, number][]

  constructor(parameters: HotlineParameters) {
    const { forwarding, categories, closingSigma } = parameters
    this.#parameters = parameters
    this.#urgentForwarding = createStays(forwarding.urgentMedianMin, forwarding.sigma)
    this.#forwarding = createStays(forwarding.medianMin, forwarding.sigma)
    this.#closing = Object.fromEntries(
      CATEGORIES.map((name) => [name, createStays(60 * categories[name].medianH, closingSigma)]),
    ) as Record<Category, Stays>
    const total = CATEGORIES.reduce((sum, name) => sum + categories[name].share, 0)
    this.#shares = CATEGORIES.map((name) => [name, categories[name].share / total])
  }

  shareOf(category: Category): number {
    return this.#shares.find(([name]) => name === category)![1]
  }

  closingOf(category: Category): Stays {
    return this.#closing[category]
  }

  category(stream: AssetStreams, i: number): Category {
    let left = stream.uniform(i)
    for (const [name, share] of this.#shares) {
      left -= share
      if (left < 0) return name
    }
    return 'other'
  }

  /** When it is forwarded and closed; `closingMs` where it is known already. */
  item(
    stream: AssetStreams,
    i: number,
    what: {
      category: Category
      urgent: boolean
      cameAt: number
      reinforced: boolean
      cause?: string
    },
    closingMs?: number,
  ): Item {
    const { category, urgent, cameAt, reinforced, cause } = what
    const factor = reinforced ? REINFORCED : 1
    const forwarding = urgent ? this.#urgentForwarding : this.#forwarding
    const forwardMs = Math.ceil(factor * forwarding.quantile(stream.uniform(i)))
    const closing = closingMs ?? this.#closing[category].quantile(stream.uniform(i))
    return {
      category,
      urgent,
      cameAt,
      forwardAt: cameAt + forwardMs,
      closeAt: cameAt + Math.max(Math.ceil(factor * closing), forwardMs + LEAST_WORK_MS),
      dueAt: cameAt + this.#parameters.categories[category].limitH * HOUR_MS,
      cause,
    }
  }

  isForwardedInTime({ urgent, cameAt, forwardAt }: Item): boolean {
    const { urgentLimitMin, limitMin } = this.#parameters.forwarding
    return forwardAt - cameAt <= (urgent ? urgentLimitMin : limitMin) * MINUTE_MS
  }
}
