// What has been done about an alert or a finding so far: nothing, seen, in hand, over.
import type { Acknowledgement } from '../../../messages.ts'

export const HANDLINGS = ['new', 'seen', 'in-hand', 'over'] as const
export type AlertHandling = (typeof HANDLINGS)[number]

/** `known` = what is known of it; a command about it counts, whoever has seen it. */
export function handlingOf(isOpen: boolean, known: Acknowledgement | undefined): AlertHandling {
  if (!isOpen) return 'over'
  if (!known) return 'new'
  return known.command === null ? 'seen' : 'in-hand'
}

/** How many are at which point. */
export function countHandlings(handlings: AlertHandling[]): Record<AlertHandling, number> {
  const counts = { new: 0, seen: 0, 'in-hand': 0, over: 0 }
  for (const handling of handlings) counts[handling]++
  return counts
}
