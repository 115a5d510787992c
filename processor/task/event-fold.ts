// What one event does to a task's state: numbers, window sums, latest values, map and account; or why it does nothing.
import type { LogRecord } from '../../infra/event-log/event-log.ts'
import { problemText } from '../../infra/problem.ts'
import { isoTime } from '../../infra/time.ts'
import { STATE_NONE } from '../../producers/contract/declaration.ts'
import type { Decoded } from '../decode/decoded.ts'
import type { CompiledMeasure, DomainProgram } from '../program/program.ts'
import { evaluate } from './evaluate.ts'
import { layerOf } from './layer.ts'
import type { Effects, Outcome } from './outcome.ts'
import type { Refusals } from './refusals.ts'
import type { TaskState } from './state.ts'

/** The layer's part of an event that does not set the map's state. */
const NOT_SHOWN = { state: STATE_NONE, value: 0 }

export class EventFold {
  readonly #program: DomainProgram
  readonly #state: TaskState
  readonly #refusals: Refusals
  /** [numerator, denominator] of each measure of the event that is being folded (evaluate.ts). */
  readonly #scratch: Float64Array

  constructor(program: DomainProgram, state: TaskState, refusals: Refusals) {
    this.#program = program
    this.#state = state
    this.#refusals = refusals
    this.#scratch = new Float64Array(2 * program.measures.length)
  }

  /** Everything that can refuse the event comes before anything is changed. */
  fold(input: LogRecord, event: Decoded, out: Effects): Outcome {
    const program = this.#program
    const state = this.#state
    const scratch = this.#scratch
    const { number, local, seq, time, data } = event
    const { measures, tables } = program.events[event.event]
    const inexact = evaluate(program.events[event.event], number, data, scratch)
    if (inexact !== null) return this.#refusals.deadLetter(input, 'schema', inexact, out)
    const isLayers = program.layer.on[event.event]
    const shown = isLayers ? layerOf(program.layer, data) : NOT_SHOWN
    if (isLayers && shown.state === STATE_NONE) {
      return this.#refusals.deadLetter(input, 'schema', unknownState(program), out)
    }
    if (state.deduplication.seen(local, seq)) {
      state.ledger.duplicate()
      return 'duplicate'
    }
    const { start, windowMs } = program
    const k = time < start ? -1 : Math.floor((time - start) / windowMs)
    if (k >= 0 && k < state.windows.next) {
      this.#arrived(event)
      return this.#refusals.late(input, tooLate(program, time, state.windows.next), out)
    }
    const scope = program.catalogue.district[number]
    if (k >= 0 && !this.#addToWindow(measures, k, scope)) {
      return this.#refusals.deadLetter(input, 'schema', overflow(program, k), out)
    }
    this.#arrived(event)
    for (const t of tables) state.latestValues[t].put(local, time, seq, scratch)
    state.layer.event(local, time, seq, shown.state, shown.value)
    state.ledger.folded(input.value!)
    return 'folded'
  }

  /** Notes the number, and which numbers it shows to be missing. */
  #arrived({ number, local, seq, time }: Decoded): void {
    const { deduplication, ledger } = this.#state
    const top = deduplication.highest[local]
    if (seq !== top + 1) {
      const { catalogue, scopes } = this.#program
      const asset = catalogue.ids[number]
      if (seq < top) ledger.gaps.filled(asset, seq)
      else {
        const district = scopes[catalogue.district[number]]
        const missing = { from: top + 1, to: seq - 1 }
        const after = deduplication.time[local]
        ledger.gaps.gap({ asset, district, seq: missing, after, before: time })
      }
    }
    deduplication.accept(local, seq, time)
  }

  /** False, and nothing added, when a sum would leave the exact range. */
  #addToWindow(measures: CompiledMeasure[], k: number, scope: number): boolean {
    const scratch = this.#scratch
    const { windows } = this.#state
    for (const m of measures) {
      if (m.slot < 0 || scratch[2 * m.index + 1] === 0) continue
      if (!windows.fits(k, m, scope, scratch[2 * m.index], scratch[2 * m.index + 1])) return false
    }
    for (const m of measures) {
      if (m.slot < 0 || scratch[2 * m.index + 1] === 0) continue
      windows.add(k, m, scope, scratch[2 * m.index], scratch[2 * m.index + 1])
    }
    return true
  }
}

function tooLate({ start, windowMs }: DomainProgram, time: number, next: number): string {
  const open = isoTime(start + next * windowMs)
  return problemText('/time', isoTime(time), `at least ${open}, the oldest open window's start`)
}

function unknownState({ declaration }: DomainProgram): string {
  const codes = declaration.layer.states.map((s) => s.code).join(', ')
  return problemText('layer.state', 'another value', codes)
}

function overflow({ start, windowMs }: DomainProgram, k: number): string {
  const window = isoTime(start + k * windowMs)
  return problemText(`window ${window}`, 'sums too large with this event', 'sums below 2^53')
}
