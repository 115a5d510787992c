// The rare paths that thousands of seeds must have walked: a simulation that never meets them proves nothing about them.

export const RARE = [
  // Producers.
  'death in the middle of an append',
  'death between write and acknowledgement',
  'request of a dead process written',
  'death during a resume',
  'resume in the middle of a tick interval',
  'resume before anything was written',
  'two processes on one shard',
  'conductor killed',
  'conductor taken over by another',
  'command accepted',
  'command sent again',
  'incident began',
  'incident ended',
  'city paused by a gap and resumed',
  'request written twice',
  'events written twice',
  'new run in the middle of a run',
  // Processors.
  'death between outputs and checkpoint',
  'death during a restore',
  'restore from a checkpoint',
  'restore without a checkpoint',
  'checkpoint written twice',
  'checkpoint over a newer one',
  'outputs of a member that had lost its partitions',
  'dead member thrown out',
  'living member thrown out',
  'rebalance in the middle of a batch',
  'rebalance during a restore',
  'merge given to another process',
  'merge rebuilt after finals were written',
  'final written again',
  'append given up',
  'stopped gracefully',
  // Records.
  'late event',
  'event in a gap',
  'duplicate event',
  'dead letter',
  'event held back',
  'day that ends in the run',
  'alert',
  // The log.
  'compacted records',
  'checkpoints forgotten',
  'retention behind the checkpoints',
  'input trimmed under a reader',
  'group overtaken by retention',
  'tail overtaken by retention',
  'marker of a transaction',
  'batch without a record',
  'reading marked incomplete',
] as const
export type Rare = (typeof RARE)[number]

/** Those that no seed has walked. */
export function unmet(counts: Record<Rare, number>): Rare[] {
  return RARE.filter((name) => counts[name] === 0)
}
