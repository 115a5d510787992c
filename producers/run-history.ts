// The runs that `run` tells of: which were begun, how far they got, and whether one is open to be gone on with.
import type { EventLog } from '../infra/event-log.ts'
import { readRange } from '../infra/log-range.ts'
import type { Descriptor, Horizon } from './contract/records.ts'

export type PastRun = {
  epoch: number
  descriptor: Descriptor
  /** Last horizon, null when none was written. */
  horizon: Horizon | null
  ended: boolean
}

/** All runs on the log, oldest first. */
export async function readRuns(log: EventLog, topic: string): Promise<PastRun[]> {
  const runs = new Map<number, PastRun>()
  for await (const records of readRange(log, { topic, partition: 0 })) {
    for (const { key, value, offset } of records) {
      if (key && value) take(runs, key.toString(), value, Number(offset))
    }
  }
  return [...runs.values()]
}

function take(runs: Map<number, PastRun>, key: string, value: Buffer, offset: number): void {
  const [head, kind] = key.split('|')
  if (head === 'descriptor') {
    const descriptor = JSON.parse(value.toString()) as Descriptor
    runs.set(offset, { epoch: offset, descriptor, horizon: null, ended: false })
    return
  }
  const run = runs.get(Number(head))
  if (!run) return
  if (kind === 'horizon') run.horizon = JSON.parse(value.toString()) as Horizon
  else if (kind === 'end') run.ended = true
}

/** Starts of one scenario differ in their restart number only (design.md §4). */
export function isSameScenario(a: Descriptor, b: Descriptor): boolean {
  return a.seed === b.seed && a.digest === b.digest && a.start === b.start
}

/** The newest run, if it is one of `same` and nobody ended it. */
export function adoptable(history: PastRun[], same: PastRun[]): PastRun | undefined {
  const newest = history.at(-1)
  return newest && !newest.ended && same.includes(newest) ? newest : undefined
}
