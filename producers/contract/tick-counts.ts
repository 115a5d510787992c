// What a tick's totals say of the events before it: how many have been written, and whether a fault stood in their way.
import type { Injected, Tick } from './records.ts'

type Totals = Pick<Tick['data'], 'count' | 'injected'>

/** How many of the events that were counted so far have been written. */
export const writtenBy = ({ count, injected: { held, drop, corrupt } }: Totals): number =>
  count - held - drop - corrupt

/**
 * Whether a fault that was injected dropped, cut, held back or delayed events between two ticks: then the bytes in between
 * cannot be those that were hashed. Copies do not count: they are ignored.
 */
export const isDisturbed = (a: Injected, b: Injected): boolean =>
  a.drop !== b.drop || a.corrupt !== b.corrupt || a.late !== b.late || a.held !== b.held
