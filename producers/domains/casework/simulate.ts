// The handling units as they work: cases come, are dispatched, handled by a free crew, verified and closed, each step an event.
// In: catalogue, demand, conditions, parameters. Out: the steps of the cases and `status`, per unit in time order.
import { HOUR_MS } from '../../../infra/time.ts'
import { createPeriodicEvents, type PeriodicEvents } from '../../simulation/periodic.ts'
import { problemText } from '../../simulation/problems.ts'
import type { Emit, SimulationContext, Simulator, StateWalk } from '../../simulation/simulator.ts'
import { CaseEvents } from './case-events.ts'
import { ArrivingCases, type OrderedCase } from './cases/arriving.ts'
import { type SayStep, UnitBoard } from './cases/board.ts'
import { kindsOf, takes } from './cases/handling.ts'
import { OPEN_CASE } from './commands.ts'
import { type CaseKind, type CaseOrigin, type Duty, UNIT_STATUS } from './event.ts'
import { orderOnCase, textOf } from './orders.ts'

/** The units work unseen for this long before the start, so that the boards are as full as they stay. */
const WARM_UP_MS = 36 * HOUR_MS
const NEVER = Number.POSITIVE_INFINITY

/** What a command made happen, emitted at the wake that follows it. */
type Said = { event: number; data: object; cause: string | undefined }

export class CaseworkUnits implements Simulator {
  readonly #context: SimulationContext
  readonly #duties: Duty[]
  readonly #statuses: PeriodicEvents
  readonly #statusAt: Float64Array
  readonly #arrivalAt: Float64Array
  readonly #cases: ArrivingCases
  readonly #boards: UnitBoard[]
  /** Not saved: words for what is said just now. */
  readonly #events = new CaseEvents()
  readonly #said: Said[][]
  readonly #saidAt: Float64Array

  constructor(context: SimulationContext) {
    const { assets, catalogue } = context
    const attributes = Array.from(assets, (n) => catalogue.attributes[n])
    const crews = attributes.map((of) => of.crews as number)
    this.#context = context
    this.#duties = attributes.map((of) => of.duty as Duty)
    this.#statuses = createPeriodicEvents(context)
    this.#statusAt = Float64Array.from(assets, (_, i) => this.#statuses.first(i))
    this.#cases = new ArrivingCases(context, this.#duties, crews)
    this.#boards = crews.map((n) => new UnitBoard(n))
    this.#arrivalAt = Float64Array.from(assets, (_, i) => this.#beginSteadily(i))
    this.#said = Array.from(assets, () => [])
    this.#saidAt = new Float64Array(assets.length).fill(NEVER)
  }

  /** The opening census is the last periodic event before the start; nothing else happens before it. */
  first(i: number): number {
    return this.#statusAt[i]
  }

  wake(i: number, time: number, emit: Emit): number {
    const board = this.#boards[i]
    const say: SayStep = (event, one, at, noted) =>
      emit(event, this.#events.step(event, one, board, at, noted), one.cause)
    this.#emitSaid(i, emit)
    board.advance(time, say)
    if (this.#arrivalAt[i] <= time) {
      board.register(this.#cases.usual(i, time), time, say)
      this.#arrivalAt[i] = this.#cases.nextUsual(i, time)
    }
    if (this.#cases.extra.nextAt(i) <= time) {
      const one = this.#cases.byCondition(i, time)
      if (one) board.register(one, time, say)
    }
    while (this.#cases.nextRule(i) <= time) board.register(this.#cases.byRule(i, time), time, say)
    if (this.#statusAt[i] <= time) {
      emit(UNIT_STATUS, this.#events.status(board, time))
      this.#statusAt[i] = this.#statuses.next(i, time)
    }
    return this.#nextWake(i)
  }

  command(i: number, name: string, args: Record<string, unknown>, time: number): number | string {
    const { assets, catalogue } = this.#context
    const unit = catalogue.ids[assets[i]]
    if (catalogue.commissionedAt[assets[i]] > time) {
      return problemText(unit, 'not in service yet', 'a unit that works')
    }
    const board = this.#boards[i]
    const say: SayStep = (event, one, at, noted) => {
      const data = { ...this.#events.step(event, one, board, at, noted) }
      this.#said[i].push({ event, data, cause: one.cause })
    }
    const refused =
      name === OPEN_CASE
        ? this.#open(i, args, time, say)
        : orderOnCase(board, this.#cases.handling, { name, args, time, unit }, say)
    if (refused !== null) return refused
    this.#saidAt[i] = time
    return this.#nextWake(i)
  }

  react(i: number, time: number): number {
    this.#cases.extra.react(i, time)
    return this.#nextWake(i)
  }

  state(walk: StateWalk): void {
    walk.numbers(this.#statusAt)
    walk.numbers(this.#arrivalAt)
    walk.part(this.#cases)
    walk.parts(this.#boards)
    walk.list(this.#said, [], (said) => walk.plain(said))
    walk.numbers(this.#saidAt)
  }

  #open(i: number, args: Record<string, unknown>, time: number, say: SayStep): string | null {
    const kind = args.kind as CaseKind
    const duty = this.#duties[i]
    if (!takes(duty, kind)) {
      const expected = `one of ${kindsOf(duty).join(', ')} at a unit for ${duty}`
      return problemText(`${OPEN_CASE} kind`, kind, expected, 'choose another unit or kind')
    }
    const what: OrderedCase = {
      kind,
      origin: (args.origin ?? 'hand') as CaseOrigin,
      urgent: args.urgent === true,
      about: textOf(args.about),
      note: textOf(args.note),
    }
    this.#boards[i].register(this.#cases.ordered(i, time, what), time, say)
    return null
  }

  #emitSaid(i: number, emit: Emit): void {
    if (this.#said[i].length === 0) return
    for (const { event, data, cause } of this.#said[i]) emit(event, data, cause)
    this.#said[i] = []
    this.#saidAt[i] = NEVER
  }

  #nextWake(i: number): number {
    return Math.min(
      this.#statusAt[i],
      this.#arrivalAt[i],
      this.#saidAt[i],
      this.#cases.extra.nextAt(i),
      Math.max(this.#cases.nextRule(i), this.#opensAt(i)),
      this.#boards[i].dueAt,
    )
  }

  #opensAt(i: number): number {
    const { assets, catalogue, scenario } = this.#context
    return Math.max(catalogue.commissionedAt[assets[i]], scenario.start)
  }

  /** Lets the unit work unseen until the start, or from nothing if it opens later; when its first ordinary case comes. */
  #beginSteadily(i: number): number {
    const { assets, catalogue, scenario } = this.#context
    const unseen: SayStep = () => {}
    const board = this.#boards[i]
    const opened = catalogue.commissionedAt[assets[i]]
    let arrival = this.#cases.nextUsual(i, Math.max(opened, scenario.start - WARM_UP_MS))
    for (;;) {
      const next = Math.min(arrival, board.dueAt)
      if (opened >= scenario.start || next >= scenario.start) return arrival
      board.advance(next, unseen)
      if (arrival > next) continue
      board.register(this.#cases.usual(i, next), next, unseen)
      arrival = this.#cases.nextUsual(i, next)
    }
  }
}
