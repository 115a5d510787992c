// The runs that `run` tells of: which were begun, how far they got, and whether one is open to be gone on with.
import type { EventLog } from '../infra/event-log.ts'
import { readRange } from '../infra/log-range.ts'
import type { Command, Descriptor, Horizon } from './contract/records.ts'
import { createTerms, type Terms } from './contract/terms.ts'

export type PastRun = {
  epoch: number
  descriptor: Descriptor
  /** Last horizon that counts, its H the highest that anybody wrote; null when there is none. */
  horizon: Horizon | null
  /** Ids of accepted commands, and when they take effect. */
  accepted: Map<string, string>
  /** Accepted commands to the conductor that the last horizon does not show yet: whoever takes over applies them. */
  controls: Command[]
  /** A restart was accepted: whoever finds the run still open has to end it. */
  restarting: boolean
  ended: boolean
}

const LASTING = ['clock.jump', 'run.stop']

/** The others are for an asset. */
export function isForConductor({ name }: Command): boolean {
  return name.startsWith('clock.') || name.startsWith('run.')
}

type Reading = PastRun & { terms: Terms; highest: string }

/** All runs on the log, oldest first. */
export async function readRuns(log: EventLog, topic: string): Promise<PastRun[]> {
  const runs = new Map<number, Reading>()
  // What came meanwhile is welcome: it may have replaced what stood there.
  for await (const records of readRange(log, { topic, partition: 0, andNewer: true })) {
    for (const { key, value, offset } of records) {
      if (key && value) take(runs, key.toString(), value, Number(offset))
    }
  }
  return [...runs.values()]
}

function take(runs: Map<number, Reading>, key: string, value: Buffer, offset: number): void {
  const [head, kind, id] = key.split('|')
  if (head === 'descriptor') {
    runs.set(offset, {
      epoch: offset,
      descriptor: JSON.parse(value.toString()) as Descriptor,
      horizon: null,
      accepted: new Map(),
      controls: [],
      restarting: false,
      ended: false,
      terms: createTerms(offset),
      highest: '',
    })
    return
  }
  const run = runs.get(Number(head))
  if (!run) return
  if (kind === 'conductor') run.terms.announced(offset)
  else if (kind === 'end') run.ended = true
  else if (kind === 'horizon') takeHorizon(run, JSON.parse(value.toString()) as Horizon)
  else if (kind === 'command') {
    const command = JSON.parse(value.toString()) as Command
    if (!run.terms.counts(command)) return
    run.accepted.set(id, command.effectiveAt!)
    if (command.name === 'run.restart') run.restarting = true
    else if (isForConductor(command)) run.controls.push(command)
  }
}

/** A void one raises H too: compaction may have taken the one that counted, and too high does no harm. */
function takeHorizon(run: Reading, horizon: Horizon): void {
  if (horizon.h > run.highest) run.highest = horizon.h
  const counts = run.terms.counts(horizon)
  // No horizon tells where a jump goes, or that the run was stopped.
  if (counts) run.controls = run.controls.filter((c) => LASTING.includes(c.name))
  const last = counts ? horizon : (run.horizon ?? horizon)
  run.horizon = { ...last, h: run.highest }
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
