// What happens to a record that a task reads, and what that causes.
import type { Partial } from '../../producers/contract/records.ts'
import type { Rejected } from '../contract/types.ts'

/** Exactly one of the first four happens to a record that is no tick or marker. */
export type Outcome =
  | 'folded'
  | 'duplicate'
  | 'late'
  | 'dead-letter'
  | 'tick'
  /** The run's first record was read, or its first tick where that record is gone: the state is new. */
  | 'started'
  /** A marker of a higher epoch: nothing was done; the owner replaces the task or rejects the record. */
  | 'newer-run'
  /** Before the run's first record, or a repeated tick or marker. */
  | 'ignored'

/** What a record caused; the owner empties the lists. */
export type Effects = { finals: Partial[]; rejected: Rejected[] }
