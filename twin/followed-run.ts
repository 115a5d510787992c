// The newest run as its twin needs it: what `run` says of it, and how far it may be simulated.
import type { AcceptedCommand, Descriptor, RunEnd } from '../producers/contract/records.ts'
import type { RunFact } from '../producers/contract/run/run-reader.ts'
import { dueSimTime, type Pace, paceOf } from '../producers/run/shard/pace.ts'

export class FollowedRun {
  readonly epoch: number
  readonly descriptor: Descriptor
  /** All that were accepted, in the order of the log. */
  readonly commands: AcceptedCommand[] = []
  #pace: Pace | null = null
  #end: RunEnd | null = null

  constructor(epoch: number, descriptor: Descriptor) {
    this.epoch = epoch
    this.descriptor = descriptor
  }

  /** In the order of the log. */
  read(fact: RunFact): void {
    if (fact.kind === 'horizon') this.#pace = paceOf(fact.horizon)
    else if (fact.kind === 'command') this.commands.push(fact.command)
    else if (fact.kind === 'end') this.#end = fact.end
  }

  /** Sim ms up to which the run itself has happened at wall time `now`, never past its horizon; null before the first. */
  due(now: number): number | null {
    if (this.#end) return this.end
    return this.#pace && dueSimTime(this.#pace, now)
  }

  /** Sim ms at which it ended, null while nobody ended it. */
  get end(): number | null {
    return this.#end && Date.parse(this.#end.at)
  }

  /** Sim seconds per wall second, as asked. */
  get speed(): number {
    return this.#pace?.speed ?? 0
  }
}
