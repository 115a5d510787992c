// Sums over the partitions of one measure and window, and whether they are what the truth says.
import type { Cell, Partial } from '../../producers/contract/records.ts'
import { addCell } from './reading.ts'
import type { WaitingWindow } from './waiting-windows.ts'

type Kind = 'window' | 'day'

/** Of measure `name`, by scope. */
export function sumOver(partials: Iterable<Partial>, name: string, kind: Kind): Map<string, Cell> {
  const sums = new Map<string, Cell>()
  for (const partial of partials) {
    for (const [scope, cell] of Object.entries(partial.measures[name]?.[kind] ?? {})) {
      const sum = sums.get(scope)
      if (sum) addCell(sum, cell)
      else sums.set(scope, [...cell])
    }
  }
  return sums
}

/** Every cell of every partition, on the scaled integers; an absent cell is zero. */
export function verdict(window: WaitingWindow, name: string, kind: Kind): 'equal' | 'differs' {
  for (const [p, partial] of window.partials) {
    const got = partial.measures[name]?.[kind] ?? {}
    const truth = window.truths.get(p)?.measures[name]?.[kind] ?? {}
    for (const scope of new Set([...Object.keys(got), ...Object.keys(truth)])) {
      const a = got[scope] ?? [0, null, 0]
      const b = truth[scope] ?? [0, null, 0]
      if (a[0] !== b[0] || (a[1] ?? 0) !== (b[1] ?? 0) || a[2] !== b[2]) return 'differs'
    }
  }
  return 'equal'
}
