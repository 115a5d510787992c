// The runs that stand on `run`: which were begun, how far they got, what was commanded, and whether one is open to be gone on with.
import type { EventLog } from '../../infra/event-log/event-log.ts'
import type { IgnoredRecord } from '../../infra/event-log/ignored-records.ts'
import { readRange } from '../../infra/event-log/log-range.ts'
import type { AcceptedCommand, Descriptor, Horizon, RunEnd } from '../contract/records.ts'
import { isForConductor } from '../contract/run/run-commands.ts'
import { createRunReader, type RunFact } from '../contract/run/run-reader.ts'

export type PastRun = {
  epoch: number
  descriptor: Descriptor
  /** Last horizon that counts, its H the highest that any conductor wrote; null when there is none. */
  horizon: Horizon | null
  /** All commands that count, in the order in which they happen. */
  commands: AcceptedCommand[]
  /** Accepted commands to the conductor that the last horizon does not show yet: whoever takes over applies them. */
  controls: AcceptedCommand[]
  /** A restart was accepted: whoever finds the run still open has to end it. */
  restarting: AcceptedCommand | null
  /** null while nobody ended it. */
  end: RunEnd | null
}

const LASTING = ['clock.jump', 'run.stop']

/** All runs on the log, oldest first; what fits no run is reported and left out. */
export async function readRuns(
  log: EventLog,
  topic: string,
  report: (record: IgnoredRecord) => void,
): Promise<PastRun[]> {
  const runs = new Map<number, PastRun>()
  const reader = createRunReader({ topic, report })
  // What came meanwhile is welcome: it may have replaced what stood there.
  for await (const records of readRange(log, { topic, partition: 0, andNewer: true })) {
    for (const record of records) {
      const fact = reader.read(record)
      if (fact) take(runs, fact)
    }
  }
  for (const run of runs.values())
    run.commands.sort((a, b) => compare(a.effectiveAt, b.effectiveAt))
  return [...runs.values()]
}

function take(runs: Map<number, PastRun>, fact: RunFact): void {
  if (fact.kind === 'descriptor') {
    const { epoch, descriptor } = fact
    const nothing = { horizon: null, commands: [], controls: [], restarting: null, end: null }
    runs.set(epoch, { epoch, descriptor, ...nothing })
    return
  }
  const run = fact.epoch === null ? undefined : runs.get(fact.epoch)
  if (!run) return
  if (fact.kind === 'end') run.end = fact.end
  else if (fact.kind === 'horizon') {
    run.horizon = { ...fact.horizon, h: later(fact.horizon.h, run.horizon?.h) }
    // No horizon says that the run was stopped, and one of an older build not where a jump goes.
    run.controls = run.controls.filter((c) => LASTING.includes(c.name))
  } else if (fact.kind === 'void' && fact.horizon) {
    // Compaction may have taken the one that counted before it, and too high does no harm.
    run.horizon = { ...(run.horizon ?? fact.horizon), h: later(fact.horizon.h, run.horizon?.h) }
  } else if (fact.kind === 'command') {
    const { command } = fact
    run.commands.push(command)
    if (command.name === 'run.restart') run.restarting = command
    else if (isForConductor(command)) run.controls.push(command)
  }
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

function later(a: string, b: string | undefined): string {
  return b !== undefined && b > a ? b : a
}

/** Starts of one scenario differ in their restart number only (design.md §4). */
export function isSameScenario(a: Descriptor, b: Descriptor): boolean {
  return a.seed === b.seed && a.digest === b.digest && a.start === b.start
}

/** The newest run, if it is one of `same` and nobody ended it. */
export function adoptable(history: PastRun[], same: PastRun[]): PastRun | undefined {
  const newest = history.at(-1)
  return newest && !newest.end && same.includes(newest) ? newest : undefined
}
