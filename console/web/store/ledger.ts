// The two sides of the account of every record.
import type { LedgerBreak, LedgerReading, LedgerView } from '../../messages.ts'

/** What became of the produced events: folded + late + held + lost by injection (design.md §7). */
export function accountedFor(ledger: LedgerView): number {
  return ledger.folded + ledger.late + ledger.held + (ledger.lost ?? 0)
}

/** True when every produced event is accounted for, nothing is unexplained and no task reports a break. */
export function isBalanced(ledger: LedgerView): boolean {
  return ledger.balanced && ledger.unexplained === 0 && accountedFor(ledger) === ledger.produced
}

/** An interval that no injected fault explains. */
export const isUnexplained = (b: LedgerBreak): boolean => b.unexplained !== 0 || b.altered

export const isTaskBroken = (task: LedgerReading): boolean =>
  task.unexplained !== 0 || task.breaks.some((b) => b.altered)
