// The rows of the verdict table: what an audit counts, per domain and in all.

export type DomainAudit = {
  /** Cells (KPI × window × scope) of the final readings, held against the oracle. */
  cells: number
  differing: number
  /** The same per topic-partition: truth and final partials. */
  truthCells: number
  truthDiffering: number
  /** Of those, the ones that lost and late events explain exactly. */
  truthExplained: number
  partialCells: number
  partialDiffering: number
  /** Records that are neither ticks nor markers. */
  read: number
  /** As the last tick says it. */
  produced: number
  /** Produced, but neither folded nor late nor held: dropped or cut in half on purpose, and the unexplained. */
  missing: number
  injected: number
  held: number
  duplicated: number
  late: number
  deadLettered: number
  foreign: number
  /** Records that are not what the seeds give, or, where those are not at hand, missing without a cause. */
  unexplained: number
  ticks: number
  chainsBroken: number
  ledgers: number
}

export function emptyRow(): DomainAudit {
  return {
    cells: 0,
    differing: 0,
    truthCells: 0,
    truthDiffering: 0,
    truthExplained: 0,
    partialCells: 0,
    partialDiffering: 0,
    read: 0,
    produced: 0,
    missing: 0,
    injected: 0,
    held: 0,
    duplicated: 0,
    late: 0,
    deadLettered: 0,
    foreign: 0,
    unexplained: 0,
    ticks: 0,
    chainsBroken: 0,
    ledgers: 0,
  }
}

export function addRow(into: DomainAudit, row: DomainAudit): void {
  for (const name of Object.keys(into) as (keyof DomainAudit)[]) into[name] += row[name]
}
