// The cases of one unit that are not closed, and its crews: what is due next, whose turn it is, what is past its limit.
import type { StateWalk } from '../../../simulation/simulator.ts'
import {
  CASE_NOTED,
  CLOSED,
  DISPATCHED,
  HANDLED,
  type Noted,
  REGISTERED,
  type UnitState,
  VERIFIED,
} from '../event.ts'
import { isOverdue, NO_CASE, type OpenCase } from './case.ts'

/** Hears of every step, after it: index of the event, the case, when, and what was noted. */
export type SayStep = (event: number, one: OpenCase, time: number, noted?: Noted) => void

/** What did not pass takes less than the first time. */
const REDO_SHARE = 0.5
const NEVER = Number.POSITIVE_INFINITY

export class UnitBoard {
  readonly #crews: number
  /** In the order in which they came. */
  readonly #open: OpenCase[] = []
  #busy = 0

  constructor(crews: number) {
    this.#crews = crews
  }

  state(walk: StateWalk): void {
    walk.list(this.#open, NO_CASE, (one) => ({
      id: walk.text(one.id),
      kind: walk.text(one.kind),
      origin: walk.text(one.origin),
      about: walk.text(one.about),
      openedAt: walk.number(one.openedAt),
      cause: walk.maybe(one.cause),
      times: {
        dispatch: walk.number(one.times.dispatch),
        urgentDispatch: walk.number(one.times.urgentDispatch),
        travel: walk.number(one.times.travel),
        work: walk.number(one.times.work),
        verify: walk.number(one.times.verify),
        close: walk.number(one.times.close),
        redo: walk.flag(one.times.redo),
        call: walk.number(one.times.call),
      },
      urgent: walk.flag(one.urgent),
      owner: walk.text(one.owner),
      note: walk.text(one.note),
      step: walk.text(one.step),
      nextAt: walk.number(one.nextAt),
      callAt: walk.number(one.callAt),
      dispatchBy: walk.number(one.dispatchBy),
      closeBy: walk.number(one.closeBy),
      queuedAt: walk.number(one.queuedAt),
      crewAt: walk.number(one.crewAt),
    }))
    this.#busy = walk.number(this.#busy)
  }

  /** Fills `state` with how it stands at `time`. */
  describe(state: UnitState, time: number): void {
    state.open = this.#open.length
    state.overdue = 0
    for (const one of this.#open) if (isOverdue(one, time)) state.overdue++
    state.free = this.#crews - this.#busy
  }

  /** When something happens to a case next. */
  get dueAt(): number {
    let due = NEVER
    for (const { nextAt, callAt } of this.#open) due = Math.min(due, nextAt, callAt)
    return due
  }

  /** The open case of this id. */
  find(id: string): OpenCase | undefined {
    return this.#open.find((one) => one.id === id)
  }

  /** Of the open cases that are so, the one that came last. */
  latest(isSo: (one: OpenCase) => boolean): OpenCase | undefined {
    return this.#open.findLast(isSo)
  }

  register(one: OpenCase, time: number, say: SayStep): void {
    this.#open.push(one)
    say(REGISTERED, one, time)
  }

  /** Lets everything happen that is due by `time`, earliest first. */
  advance(time: number, say: SayStep): void {
    for (let due = this.#firstDue(time); due; due = this.#firstDue(time)) {
      const at = Math.min(due.nextAt, due.callAt)
      if (due.callAt <= due.nextAt) {
        due.callAt = NEVER
        say(CASE_NOTED, due, at, 'call')
      } else this.#step(due, at, say)
    }
  }

  /** A case that a crew has handled leaves the board. */
  close(one: OpenCase, time: number, say: SayStep): void {
    this.#open.splice(this.#open.indexOf(one), 1)
    say(CLOSED, one, time)
  }

  #firstDue(time: number): OpenCase | undefined {
    let first: OpenCase | undefined
    let earliest = time
    for (const one of this.#open) {
      const at = Math.min(one.nextAt, one.callAt)
      if (at < earliest || (at === earliest && !first)) {
        first = one
        earliest = at
      }
    }
    return first
  }

  #step(one: OpenCase, at: number, say: SayStep): void {
    const { times } = one
    switch (one.step) {
      case 'registered':
        this.#queue(one, at)
        this.#sendCrews(at)
        say(DISPATCHED, one, at)
        break
      case 'under-way':
        this.#busy--
        one.step = 'handled'
        one.nextAt = at + times.verify
        this.#sendCrews(at)
        say(HANDLED, one, at)
        break
      case 'handled':
        if (times.redo) {
          times.redo = false
          times.work = Math.ceil(times.work * REDO_SHARE)
          this.#queue(one, at)
        } else {
          one.step = 'verified'
          one.nextAt = at + times.close
        }
        this.#sendCrews(at)
        say(VERIFIED, one, at)
        break
      default:
        this.close(one, at, say)
    }
  }

  #queue(one: OpenCase, at: number): void {
    one.step = 'dispatched'
    one.queuedAt = at
    one.nextAt = NEVER
  }

  /** Free crews set out: to urgent cases first, then to those that came first. */
  #sendCrews(at: number): void {
    while (this.#busy < this.#crews) {
      const waits = (one: OpenCase) => one.step === 'dispatched'
      const next = this.#open.find((one) => waits(one) && one.urgent) ?? this.#open.find(waits)
      if (!next) return
      this.#busy++
      next.step = 'under-way'
      next.crewAt = at
      next.nextAt = at + next.times.travel + next.times.work
    }
  }
}
