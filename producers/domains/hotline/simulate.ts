// The hotline's units as they work: items come by phone and by internet, many are answered at once, the others are forwarded
// and closed. In: catalogue, demand, parameters. Out: `received`, `forwarded`, `closed` and `status`, per unit in time order.
import { roundTo } from '../../../infra/maths.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../infra/time.ts'
import { createArrivalTimes, type NextArrival } from '../../simulation/arrivals.ts'
import { shortDuration } from '../../simulation/command-args.ts'
import { createLocalDemand, type LocalDemand } from '../../simulation/local-demand.ts'
import { createPeriodicEvents, type PeriodicEvents } from '../../simulation/periodic.ts'
import type { Emit, SimulationContext, Simulator, StateWalk } from '../../simulation/simulator.ts'
import { type AssetStreams, createStreams } from '../../simulation/streams.ts'
import { createUnderWay, type UnderWay } from '../../simulation/under-way.ts'
import { type AskedItem, Asking } from './asking.ts'
import { REINFORCE } from './declaration.ts'
import {
  CATEGORIES,
  CLOSED,
  FORWARDED,
  type HotlineClosed,
  type HotlineForwarded,
  type HotlineReceived,
  type HotlineStatus,
  RECEIVED,
  STATUS,
} from './event.ts'
import { Handling } from './handling.ts'
import { type Item, UnitItems } from './items.ts'
import type { HotlineParameters } from './parameters.ts'

const WAYS = ['phone', 'internet'] as const
type Way = (typeof WAYS)[number]

/** One per thing that is drawn: a draw more for one purpose leaves the others as they are. */
const PURPOSES = ['phone', 'internet', 'kind', 'handling', 'present', 'asked-handling'] as const
/** Longer ago hardly an open item came. */
const REACH_MS = 30 * DAY_MS

export class HotlineUnits implements Simulator {
  readonly #parameters: HotlineParameters
  readonly #streams: Record<(typeof PURPOSES)[number], AssetStreams>
  readonly #handling: Handling
  readonly #statuses: PeriodicEvents
  readonly #arrivals: Record<Way, NextArrival>
  readonly #statusAt: Float64Array
  readonly #arrivalAt: Record<Way, Float64Array>
  readonly #reinforcedUntil: Float64Array
  readonly #items: UnitItems[]
  readonly #asking: Asking
  /** Not saved: filled anew for each event, `emit` reads it at once. */
  readonly #status: HotlineStatus = { waiting: 0, overdue: 0 }
  /** Not saved: likewise. */
  readonly #received: HotlineReceived = {
    waiting: 0,
    category: 'other',
    channel: 'phone',
    urgent: false,
    answered: false,
  }
  /** Not saved: likewise. */
  readonly #forwarded: HotlineForwarded = { waiting: 0, urgent: false, tookMin: 0, inTime: true }
  /** Not saved: likewise. */
  readonly #closed: HotlineClosed = { waiting: 0, category: 'other', tookH: 0, inTime: true }

  constructor(context: SimulationContext) {
    const { assets, scenario } = context
    const demand = createLocalDemand(context)
    // The file was checked against the schema when the city was loaded.
    this.#parameters = context.parameters as HotlineParameters
    this.#streams = createStreams(context, PURPOSES)
    this.#handling = new Handling(this.#parameters)
    this.#statuses = createPeriodicEvents(context)
    this.#arrivals = {
      phone: createArrivalTimes(demand, this.#streams.phone),
      internet: createArrivalTimes(demand, this.#streams.internet),
    }
    this.#statusAt = Float64Array.from(assets, (_, i) => this.#statuses.first(i))
    this.#reinforcedUntil = new Float64Array(assets.length)
    this.#items = Array.from(assets, () => new UnitItems())
    this.#asking = new Asking(context)
    this.#beginSteadily(context, demand)
    const first = (channel: Way) =>
      Float64Array.from(assets, (_, i) =>
        this.#nextArrival(channel, i, Math.max(this.#statusAt[i], scenario.start)),
      )
    this.#arrivalAt = { phone: first('phone'), internet: first('internet') }
  }

  /** The opening census is the last periodic event before the start; nothing else happens before it. */
  first(i: number): number {
    return this.#statusAt[i]
  }

  wake(i: number, time: number, emit: Emit): number {
    const items = this.#items[i]
    while (items.closeAt <= time) this.#close(items, emit)
    while (items.forwardAt <= time) this.#forward(items, emit)
    for (const channel of WAYS) {
      if (this.#arrivalAt[channel][i] <= time) {
        this.#receive(i, channel, time, emit)
        this.#arrivalAt[channel][i] = this.#nextArrival(channel, i, time)
      }
    }
    if (this.#asking.nextAt(i) <= time) {
      const item = this.#asking.take(i, time)
      if (item) this.#receiveAsked(i, item, time, emit)
    }
    if (this.#statusAt[i] <= time) {
      this.#status.waiting = items.waiting
      this.#status.overdue = items.overdue(time)
      emit(STATUS, this.#status)
      this.#statusAt[i] = this.#statuses.next(i, time)
    }
    return this.#nextWake(i)
  }

  command(i: number, name: string, args: Record<string, unknown>, time: number): number | string {
    if (name !== REINFORCE) return `${name}: unknown, expected ${REINFORCE}`
    const forMs = shortDuration(args.for)
    if (typeof forMs === 'string') return `${REINFORCE} ${forMs}`
    this.#reinforcedUntil[i] = time + forMs
    return this.#nextWake(i)
  }

  react(i: number, time: number): number {
    this.#asking.begin(i, time)
    return this.#nextWake(i)
  }

  state(walk: StateWalk): void {
    walk.parts(Object.values(this.#streams))
    walk.numbers(this.#statusAt)
    for (const channel of WAYS) walk.numbers(this.#arrivalAt[channel])
    walk.numbers(this.#reinforcedUntil)
    walk.parts(this.#items)
    walk.part(this.#asking)
  }

  #nextWake(i: number): number {
    const { forwardAt, closeAt } = this.#items[i]
    const { phone, internet } = this.#arrivalAt
    const askedAt = this.#asking.nextAt(i)
    return Math.min(this.#statusAt[i], phone[i], internet[i], askedAt, forwardAt, closeAt)
  }

  #receive(i: number, channel: Way, time: number, emit: Emit): void {
    const { kind, handling } = this.#streams
    const category = this.#handling.category(kind, i)
    const urgent = kind.uniform(i) < this.#parameters.urgent
    const answered = !urgent && kind.uniform(i) < this.#parameters.answered
    if (!answered) this.#keep(i, handling, { category, urgent, cameAt: time })
    this.#tellReceived(i, { category, channel, urgent, answered }, emit)
  }

  /** One that comes because of an incident. */
  #receiveAsked(i: number, item: AskedItem, time: number, emit: Emit): void {
    const { category, urgent, answered, cause } = item
    if (!answered) {
      this.#keep(i, this.#streams['asked-handling'], { category, urgent, cameAt: time, cause })
    }
    this.#tellReceived(i, item, emit, cause)
  }

  #keep(
    i: number,
    stream: AssetStreams,
    what: Pick<Item, 'category' | 'urgent' | 'cameAt'> & { cause?: string },
  ): void {
    const reinforced = what.cameAt < this.#reinforcedUntil[i]
    this.#items[i].add(this.#handling.item(stream, i, { ...what, reinforced }), what.cameAt)
  }

  #tellReceived(
    i: number,
    { category, channel, urgent, answered }: Omit<HotlineReceived, 'waiting'>,
    emit: Emit,
    cause?: string,
  ): void {
    this.#received.waiting = this.#items[i].waiting
    this.#received.category = category
    this.#received.channel = channel
    this.#received.urgent = urgent
    this.#received.answered = answered
    emit(RECEIVED, this.#received, cause)
  }

  #forward(items: UnitItems, emit: Emit): void {
    const item = items.takeForwarded()
    this.#forwarded.waiting = items.waiting
    this.#forwarded.urgent = item.urgent
    this.#forwarded.tookMin = Math.round((item.forwardAt - item.cameAt) / MINUTE_MS)
    this.#forwarded.inTime = this.#handling.isForwardedInTime(item)
    emit(FORWARDED, this.#forwarded, item.cause)
  }

  #close(items: UnitItems, emit: Emit): void {
    const { category, cameAt, closeAt, dueAt, cause } = items.takeClosed()
    this.#closed.waiting = items.waiting
    this.#closed.category = category
    this.#closed.tookH = roundTo((closeAt - cameAt) / HOUR_MS, 1)
    this.#closed.inTime = closeAt <= dueAt
    emit(CLOSED, this.#closed, cause)
  }

  #nextArrival(channel: Way, i: number, time: number): number {
    const { curves } = this.#parameters
    return this.#arrivals[channel](i, time, curves[channel], this.#ratePerMs(channel))
  }

  /** Items of a unit per ms where the channel's curve is 1. */
  #ratePerMs(channel: Way): number {
    const { itemsPerDay, internet } = this.#parameters
    return (itemsPerDay * (channel === 'internet' ? internet : 1 - internet)) / DAY_MS
  }

  /** The items that wait at the start, as the weeks before it have left them. */
  #beginSteadily({ assets, catalogue, scenario }: SimulationContext, demand: LocalDemand): void {
    const { curves, urgent, answered } = this.#parameters
    // Urgent ones are never answered at once.
    const kept = urgent + (1 - urgent) * (1 - answered)
    for (const channel of WAYS) {
      for (const category of CATEGORIES) {
        const stays = this.#handling.closingOf(category)
        const cases = createUnderWay(demand, curves[channel], stays, scenario.start, REACH_MS)
        const rate = this.#ratePerMs(channel) * kept * this.#handling.shareOf(category)
        for (let i = 0; i < assets.length; i++) {
          // A unit that opens during the run opens empty.
          if (catalogue.commissionedAt[assets[i]] >= scenario.start) continue
          this.#addPresent(i, category, cases, rate, scenario.start, urgent / kept)
        }
      }
    }
  }

  #addPresent(
    i: number,
    category: HotlineClosed['category'],
    cases: UnderWay,
    rate: number,
    start: number,
    urgentShare: number,
  ): void {
    const { present } = this.#streams
    const count = cases.count(present, i, rate)
    for (let k = 0; k < count; k++) {
      const { ageMs, stayMs } = cases.draw(present, i)
      const urgent = present.uniform(i) < urgentShare
      const what = { category, urgent, cameAt: start - ageMs, reinforced: false }
      this.#items[i].add(this.#handling.item(present, i, what, stayMs), start)
    }
  }
}
