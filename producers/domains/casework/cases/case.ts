// One open case: what it is, how far it is, and how long its steps take, drawn once when it comes.
import type { CaseKind, CaseOrigin } from '../event.ts'

/** What its next step waits for: the dispatcher, a free crew, the crew that has it, the verifier, the closing. */
export type CaseStep = 'registered' | 'dispatched' | 'under-way' | 'handled' | 'verified'

/** Whole ms. */
export type StepTimes = {
  dispatch: number
  /** If it is urgent. */
  urgentDispatch: number
  travel: number
  work: number
  verify: number
  close: number
  /** The first verification finds it wanting. */
  redo: boolean
  /** A citizen calls again so long after it came; Infinity: nobody does. */
  call: number
}

export type OpenCase = {
  readonly id: string
  readonly kind: CaseKind
  readonly origin: CaseOrigin
  readonly about: string
  readonly openedAt: number
  /** The incident without which it would not be there. */
  readonly cause: string | undefined
  readonly times: StepTimes
  urgent: boolean
  owner: string
  note: string
  step: CaseStep
  /** When the step is done; Infinity: no crew has it yet. */
  nextAt: number
  callAt: number
  /** Limits of its dispatch and of its closing. */
  dispatchBy: number
  closeBy: number
  /** Since when it waits for a crew, or waited last. */
  queuedAt: number
  /** When the crew set out that has it or had it last. */
  crewAt: number
}

/** What stands for a case where there is none. */
export const NO_CASE: OpenCase = {
  ...{ id: '', kind: 'other', origin: 'hand', about: '', openedAt: 0, cause: undefined },
  times: {
    ...{ dispatch: 0, urgentDispatch: 0, travel: 0, work: 0, verify: 0, close: 0 },
    ...{ redo: false, call: 0 },
  },
  ...{ urgent: false, owner: '', note: '', step: 'registered', nextAt: 0, callAt: 0 },
  ...{ dispatchBy: 0, closeBy: 0, queuedAt: 0, crewAt: 0 },
}

/** Past the limit of the step that it waits for. */
export function isOverdue({ step, dispatchBy, closeBy }: OpenCase, time: number): boolean {
  return closeBy < time || (step === 'registered' && dispatchBy < time)
}
