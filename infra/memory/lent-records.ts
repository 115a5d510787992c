// Records of somebody else that a log holds without a copy: asked one by one, so that whoever lends them may make each when it is read.
import type { LogRecord } from '../event-log/event-log.ts'

/** In the order of their offsets; what is said of one must not change. */
export type LentRecords = {
  readonly length: number
  offset(i: number): number
  /** In Latin-1; null where it has none. */
  key(i: number): string | null
  at(i: number): LogRecord
}

export function lentRecords(records: readonly LogRecord[]): LentRecords {
  return {
    length: records.length,
    offset: (i) => Number(records[i].offset),
    key: (i) => records[i].key?.toString('latin1') ?? null,
    at: (i) => records[i],
  }
}

/** Those of these numbers, which rise. */
export function pickedOf(lent: LentRecords, numbers: readonly number[]): LentRecords {
  return {
    length: numbers.length,
    offset: (i) => lent.offset(numbers[i]),
    key: (i) => lent.key(numbers[i]),
    at: (i) => lent.at(numbers[i]),
  }
}
