// What a record of `run` says once it was read: the facts that everybody goes by.
import type { IgnoredReason } from '../../../infra/event-log/ignored-records.ts'
import type { RunKey } from '../keys.ts'
import type { AcceptedCommand, Descriptor, Horizon, Progress, RunEnd } from '../records.ts'

/** `epoch` = of which run. */
export type RunFact =
  | { kind: 'descriptor'; epoch: number; id: string; descriptor: Descriptor }
  /** From here on the conductor of this term counts, and no earlier one. */
  | { kind: 'conductor'; epoch: number; id: string; term: number }
  | { kind: 'horizon'; epoch: number; horizon: Horizon }
  | { kind: 'command'; epoch: number; command: AcceptedCommand }
  | { kind: 'progress'; epoch: number; progress: Progress }
  /** Counts once. */
  | { kind: 'end'; epoch: number; end: RunEnd; offset: number }
  /** Written by a conductor that had been overtaken: nobody obeys it. */
  | { kind: 'void'; epoch: number; key: RunKey; horizon: Horizon | null }
  /** A command or an end that stands in the log already: a retried append, or an end that its conductor repeats. */
  | { kind: 'repeated'; epoch: number; key: RunKey }
  /** Reported; `key` where it is one of ours. */
  | { kind: 'ignored'; epoch: number | null; key: RunKey | null; reason: IgnoredReason }

/** A key of one kind. */
export type KeyOfKind<K extends RunKey['kind']> = RunKey & { kind: K }

/** Why a record fits nothing. */
export type Misfit = { reason: IgnoredReason; detail: string }
