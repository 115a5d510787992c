// How cases come about and how long their steps take: log-normal by kind, drawn once for each from the stream it came by.
import { HOUR_MS, MINUTE_MS } from '../../../../infra/time.ts'
import { createStays, type Stays } from '../../../simulation/stays.ts'
import type { AssetStreams } from '../../../simulation/streams.ts'
import { CASE_KINDS, type CaseKind, DUTY_OF, type Duty } from '../event.ts'
import type { CaseworkParameters } from '../parameters.ts'
import type { OpenCase, StepTimes } from './case.ts'

/** What is known of a case when it comes. */
export type NewCase = Pick<
  OpenCase,
  'id' | 'kind' | 'origin' | 'about' | 'note' | 'urgent' | 'openedAt' | 'cause'
> & { called: boolean }

const NEVER = Number.POSITIVE_INFINITY

/** Whether a unit takes cases of a kind. */
export const takes = (duty: Duty, kind: CaseKind): boolean =>
  DUTY_OF[kind] === null || DUTY_OF[kind] === duty

/** Kinds that a unit takes. */
export const kindsOf = (duty: Duty): CaseKind[] => CASE_KINDS.filter((kind) => takes(duty, kind))

export class CaseHandling {
  readonly #parameters: CaseworkParameters
  readonly #dispatch: { usual: Stays; urgent: Stays }
  readonly #travel: Record<CaseKind, Stays>
  readonly #work: Record<CaseKind, Stays>
  readonly #verify: Stays
  readonly #close: Stays
  readonly #call: Stays

  constructor(parameters: CaseworkParameters) {
    const { dispatch, verify, close, calls, kinds, travelSigma, workSigma } = parameters
    this.#parameters = parameters
    this.#dispatch = {
      usual: createStays(dispatch.medianMin, dispatch.sigma),
      urgent: createStays(dispatch.urgentMedianMin, dispatch.sigma),
    }
    const byKind = (stays: (kind: CaseKind) => Stays) =>
      Object.fromEntries(CASE_KINDS.map((kind) => [kind, stays(kind)])) as Record<CaseKind, Stays>
    this.#travel = byKind((kind) => createStays(kinds[kind].travelMedianMin, travelSigma))
    this.#work = byKind((kind) => createStays(kinds[kind].workMedianMin, workSigma))
    this.#verify = createStays(verify.medianMin, verify.sigma)
    this.#close = createStays(close.medianMin, close.sigma)
    this.#call = createStays(calls.medianMin, calls.sigma)
  }

  /** One of the kinds that a unit takes, by weight. */
  kind(stream: AssetStreams, i: number, duty: Duty): CaseKind {
    const { kinds } = this.#parameters
    const own = kindsOf(duty)
    const total = own.reduce((sum, kind) => sum + kinds[kind].weight, 0)
    let left = stream.uniform(i) * total
    for (const kind of own) {
      left -= kinds[kind].weight
      if (left < 0) return kind
    }
    return 'other'
  }

  /** A case as it is registered; every one takes as many draws. */
  register(stream: AssetStreams, i: number, what: NewCase): OpenCase {
    const { called, ...known } = what
    const times = this.#times(stream, i, what.kind)
    const { openedAt, urgent } = what
    return {
      ...known,
      times,
      owner: '',
      step: 'registered',
      nextAt: openedAt + (urgent ? times.urgentDispatch : times.dispatch),
      callAt: called ? openedAt + times.call : NEVER,
      ...this.#limits(what.kind, urgent, openedAt),
      queuedAt: NEVER,
      crewAt: NEVER,
    }
  }

  /** From `time` on it is urgent: it is dispatched and closed within an urgent one's limits, counted from now. */
  hurry(one: OpenCase, time: number): void {
    const limits = this.#limits(one.kind, true, time)
    one.urgent = true
    one.closeBy = Math.min(one.closeBy, limits.closeBy)
    if (one.step !== 'registered') return
    one.dispatchBy = Math.min(one.dispatchBy, limits.dispatchBy)
    one.nextAt = Math.min(one.nextAt, time + one.times.urgentDispatch)
  }

  #limits(kind: CaseKind, urgent: boolean, from: number) {
    const { dispatch, kinds } = this.#parameters
    const { limitH, urgentLimitH } = kinds[kind]
    return {
      dispatchBy: from + (urgent ? dispatch.urgentLimitMin : dispatch.limitMin) * MINUTE_MS,
      closeBy: from + (urgent ? urgentLimitH : limitH) * HOUR_MS,
    }
  }

  #times(stream: AssetStreams, i: number, kind: CaseKind): StepTimes {
    const { usual, urgent } = this.#dispatch
    // One draw for both: a quick dispatcher is quick either way.
    const dispatch = stream.uniform(i)
    return {
      dispatch: usual.quantile(dispatch),
      urgentDispatch: urgent.quantile(dispatch),
      travel: this.#travel[kind].quantile(stream.uniform(i)),
      work: this.#work[kind].quantile(stream.uniform(i)),
      verify: this.#verify.quantile(stream.uniform(i)),
      close: this.#close.quantile(stream.uniform(i)),
      redo: stream.uniform(i) < this.#parameters.redo,
      call: this.#call.quantile(stream.uniform(i)),
    }
  }
}
