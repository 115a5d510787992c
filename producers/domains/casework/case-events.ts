// Puts a step of a case into the words of its event. In: the case, its unit's board, when. Out: `data`, one object per event.
import { isoTime, MINUTE_MS } from '../../../infra/time.ts'
import type { UnitBoard } from './cases/board.ts'
import type { OpenCase } from './cases/case.ts'
import {
  CASE_NOTED,
  type CaseClosed,
  type CaseDispatched,
  type CaseHandled,
  type CaseNoted,
  type CaseRegistered,
  type CaseVerified,
  CLOSED,
  DISPATCHED,
  HANDLED,
  type Noted,
  REGISTERED,
  type UnitState,
  VERIFIED,
} from './event.ts'

const noCase = {
  ...{ open: 0, overdue: 0, free: 0 },
  case: '',
  kind: 'other' as const,
  origin: 'patrol' as const,
  urgent: false,
  due: '',
}

const minutes = (ms: number) => Math.round(ms / MINUTE_MS)

/** Not saved: each object is filled anew for each event. */
export class CaseEvents {
  /** Filled anew for each event: `emit` reads it at once. */
  readonly #status: UnitState = { open: 0, overdue: 0, free: 0 }
  readonly #registered: CaseRegistered = { ...noCase, about: '', note: '' }
  readonly #dispatched: CaseDispatched = { ...noCase, tookMin: 0, inTime: true }
  readonly #handled: CaseHandled = {
    ...noCase,
    ...{ tookMin: 0, waitedMin: 0, travelMin: 0, workMin: 0 },
  }
  readonly #verified: CaseVerified = { ...noCase, tookMin: 0, passed: true }
  readonly #closed: CaseClosed = { ...noCase, tookMin: 0, inTime: true }
  readonly #noted: CaseNoted = { ...noCase, noted: 'note', owner: '', note: '' }

  status(board: UnitBoard, time: number): UnitState {
    board.describe(this.#status, time)
    return this.#status
  }

  step(event: number, one: OpenCase, board: UnitBoard, time: number, noted?: Noted): object {
    const data = this.#data(event, one, time, noted)
    board.describe(data, time)
    data.case = one.id
    data.kind = one.kind
    data.origin = one.origin
    data.urgent = one.urgent
    data.due = isoTime(one.step === 'registered' ? one.dispatchBy : one.closeBy)
    return data
  }

  #data(event: number, one: OpenCase, time: number, noted?: Noted) {
    const took = time - one.openedAt
    switch (event) {
      case REGISTERED:
        this.#registered.about = one.about
        this.#registered.note = one.note
        return this.#registered
      case DISPATCHED:
        this.#dispatched.tookMin = minutes(took)
        this.#dispatched.inTime = time <= one.dispatchBy
        return this.#dispatched
      case HANDLED:
        this.#handled.tookMin = minutes(took)
        this.#handled.waitedMin = minutes(one.crewAt - one.queuedAt)
        this.#handled.travelMin = minutes(one.times.travel)
        this.#handled.workMin = minutes(one.times.work)
        return this.#handled
      case VERIFIED:
        this.#verified.tookMin = minutes(took)
        this.#verified.passed = one.step === 'verified'
        return this.#verified
      case CLOSED:
        this.#closed.tookMin = minutes(took)
        this.#closed.inTime = time <= one.closeBy
        return this.#closed
      case CASE_NOTED:
        this.#noted.noted = noted ?? 'note'
        this.#noted.owner = one.owner
        this.#noted.note = one.note
        return this.#noted
      default:
        throw new Error(`event ${event}: no step of a case`)
    }
  }
}
