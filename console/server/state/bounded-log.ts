// Alerts and incidents of a run, newest first and bounded: closed and old ones go before open ones.
import type { Alert } from '../../../processor/contract/types.ts'
import type { IncidentRecord } from '../../../producers/contract/records.ts'
import type { Acknowledgement } from '../../messages.ts'

const KEPT = 2_000

export type BoundedLog<T> = ReturnType<typeof createBoundedLog<T>>

/** `isOver` says which may be forgotten first. */
export function createBoundedLog<T>(isOver: (item: T) => boolean, kept = KEPT) {
  // Insertion order = order of first appearance.
  const items = new Map<string, T>()
  let version = 0

  function forgetOne(): void {
    let oldest: string | undefined
    for (const [id, item] of items) {
      oldest ??= id
      if (!isOver(item)) continue
      oldest = id
      break
    }
    if (oldest !== undefined) items.delete(oldest)
  }

  return {
    put(id: string, item: T): void {
      version++
      items.set(id, item)
      if (items.size > kept) forgetOne()
    },
    /** Grows with every change. */
    version: () => version,
    newestFirst: () => [...items.values()].reverse(),
    size: () => items.size,
  }
}

export const createAlerts = () => createBoundedLog<Alert>((alert) => alert.closedAt !== null)
/** By the id of what was acknowledged. */
export const createAcknowledgements = () => createBoundedLog<Acknowledgement>(() => true)
export const createIncidents = () => createBoundedLog<IncidentRecord>(() => true)
