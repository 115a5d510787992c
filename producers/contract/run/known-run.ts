// One run as a reader of `run` knows it: judges each record by what the run can have and by what was read before.
import type { LogRecord } from '../../../infra/event-log/event-log.ts'
import type { IgnoredReason } from '../../../infra/event-log/ignored-records.ts'
import type { RunKey } from '../keys.ts'
import type { AcceptedCommand, Descriptor, Horizon, RunEnd } from '../records.ts'
import {
  commandTimeProblem,
  endProblem,
  horizonProblem,
  progressProblem,
  type RunBounds,
} from './run-bounds.ts'
import { commandProblems } from './run-commands.ts'
import type { KeyOfKind, Misfit, RunFact } from './run-fact.ts'
import { runRecords } from './run-records.ts'
import { Terms } from './terms.ts'

/** Of a record inside a run. */
export type KeyInRun = Exclude<RunKey, { kind: 'descriptor' }>

type ConductorsKey = KeyOfKind<'horizon' | 'command' | 'end'>
type ConductorsValue = Horizon | AcceptedCommand | RunEnd

/** What commands are checked against. */
type CommandsOf = Pick<Descriptor, 'declarations' | 'incidents' | 'scopes'>

export class KnownRun {
  readonly #id: string
  readonly #epoch: number
  readonly #bounds: RunBounds
  readonly #descriptor: CommandsOf
  readonly #terms: Terms
  readonly #commands = new Set<string>()
  /** Highest horizon that counted (ms). */
  #passed: number
  #hasEnded = false

  constructor(epoch: number, { run, start, end, shards }: Descriptor, descriptor: CommandsOf) {
    this.#id = run
    this.#epoch = epoch
    this.#bounds = { start: Date.parse(start), end: Date.parse(end), shards }
    this.#descriptor = descriptor
    this.#terms = new Terms(epoch)
    this.#passed = this.#bounds.start
  }

  /** In the log's order. */
  read(record: LogRecord, key: KeyInRun): RunFact | Misfit {
    if (key.kind === 'conductor') return this.#announcement(record, key)
    if (key.kind === 'progress') return this.#progress(record, key)
    return this.#ofConductor(record, key)
  }

  #announcement({ value, offset }: LogRecord, { id }: KeyOfKind<'conductor'>): RunFact | Misfit {
    const read = runRecords().conductor(value)
    if (read.fault) return read.fault
    if (read.value.run !== this.#id) {
      return misfit('bounds', `run: "${read.value.run}", expected "${this.#id}"`)
    }
    const term = Number(offset)
    this.#terms.announced(term)
    return { kind: 'conductor', epoch: this.#epoch, id, term }
  }

  #progress({ value }: LogRecord, { shard }: KeyOfKind<'progress'>): RunFact | Misfit {
    const read = runRecords().progress(value)
    if (read.fault) return read.fault
    if (read.value.shard !== shard) {
      return misfit('key', `shard: ${read.value.shard}, expected that of the key`)
    }
    const problem = progressProblem(read.value, this.#bounds)
    if (problem) return misfit('bounds', problem)
    return { kind: 'progress', epoch: this.#epoch, progress: read.value }
  }

  /** Of the conductor whose term the key names. */
  #ofConductor({ value: bytes, offset }: LogRecord, key: ConductorsKey): RunFact | Misfit {
    const read = runRecords()[key.kind](bytes)
    if (read.fault) return read.fault
    const { value } = read
    if (value.term !== key.term || (key.kind === 'command' && idOf(value) !== key.id)) {
      return misfit('key', 'term or id in the value, expected those of the key')
    }
    const problem = this.#boundsProblem(key, value)
    if (problem) return misfit('bounds', problem)
    const standing = this.#terms.standing(key.term)
    if (standing === 'void') {
      const horizon = key.kind === 'horizon' ? (value as Horizon) : null
      return { kind: 'void', epoch: this.#epoch, key, horizon }
    }
    if (standing === 'unknown') {
      const { current } = this.#terms
      const detail = `term: ${key.term}, expected ${current}: no conductor announced itself there`
      return misfit('foreign', detail)
    }
    if (key.kind === 'command') return this.#command(key, value as AcceptedCommand)
    if (key.kind === 'end') return this.#end(key, value as RunEnd, Number(offset))
    return this.#horizon(value as Horizon)
  }

  /** A command is judged by the horizons that counted, so when it is known to count. */
  #boundsProblem({ kind }: ConductorsKey, value: ConductorsValue): string | null {
    if (kind === 'horizon') return horizonProblem(value as Horizon, this.#bounds)
    return kind === 'end' ? endProblem(value as RunEnd, this.#bounds) : null
  }

  #horizon(horizon: Horizon): RunFact | Misfit {
    if (this.#hasEnded) return misfit('bounds', 'a horizon after the end of its run')
    this.#passed = Math.max(this.#passed, Date.parse(horizon.h))
    return { kind: 'horizon', epoch: this.#epoch, horizon }
  }

  #end(key: ConductorsKey, end: RunEnd, offset: number): RunFact {
    if (this.#hasEnded) return { kind: 'repeated', epoch: this.#epoch, key }
    this.#hasEnded = true
    return { kind: 'end', epoch: this.#epoch, end, offset }
  }

  #command(key: ConductorsKey, command: AcceptedCommand): RunFact | Misfit {
    if (this.#commands.has(command.id)) return { kind: 'repeated', epoch: this.#epoch, key }
    // An ended run can be begun anew, and nothing else.
    const isTooLate = this.#hasEnded && command.name !== 'run.restart'
    const problem = isTooLate
      ? 'a command after the end of its run'
      : (commandTimeProblem(command, this.#passed, this.#bounds) ??
        commandProblems(command, this.#descriptor)[0])
    if (problem) return misfit('bounds', problem)
    this.#commands.add(command.id)
    return { kind: 'command', epoch: this.#epoch, command }
  }
}

const misfit = (reason: IgnoredReason, detail: string): Misfit => ({ reason, detail })
const idOf = (value: ConductorsValue) => (value as AcceptedCommand).id
