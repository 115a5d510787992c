// A run's records on `run` as of a sim time: nothing was ordered from then on, and its clock stands or goes on there.
import type { Clock } from '../../infra/clock.ts'
import type { EventLog } from '../../infra/event-log/event-log.ts'
import { isoTime } from '../../infra/time.ts'
import { type RunKey, runKey } from '../contract/keys.ts'
import type { AcceptedCommand, Horizon } from '../contract/records.ts'
import { readRuns } from './run-history.ts'

export type RewindOptions = {
  /** Nobody else writes to it yet. */
  log: EventLog
  clock: Clock
  /** Name of the topic `run`. */
  topic: string
  epoch: number
  /** Sim ms. */
  to: number
  /** Sim seconds per wall second from there on. */
  speed: number
  /** The clock stands there until somebody resumes it. */
  hold: boolean
}

/** Whoever conducts the run after that finds it at `to`. */
export async function rewindRun(options: RewindOptions): Promise<void> {
  const { log, clock, topic, epoch, to, speed, hold } = options
  const runs = await readRuns(log, topic, () => {}) // the parts of the city report what fits nothing
  const run = runs.find((past) => past.epoch === epoch)
  const now = Math.round(clock.now())
  const append = async (key: RunKey, value: object | null) => {
    const bytes = value && Buffer.from(JSON.stringify(value))
    await log.append(topic, 0, [
      { key: Buffer.from(runKey.build(key)), value: bytes, timestamp: now },
    ])
  }
  for (const command of run?.commands ?? []) {
    if (!leadsBeyond(command, to)) continue
    const { id, term } = command
    await append({ kind: 'command', epoch, id, term }, null)
  }
  const at = isoTime(to)
  const term = run?.horizon?.term ?? epoch
  const horizon: Horizon = { h: at, simAnchor: at, wallAnchor: now, speed, term }
  await append({ kind: 'horizon', epoch, term }, hold ? { ...horizon, pauseAt: at } : horizon)
}

/** It counts from then on, or a conductor who takes the run over would obey it again. */
function leadsBeyond({ effectiveAt, name, args }: AcceptedCommand, to: number): boolean {
  if (Date.parse(effectiveAt) >= to) return true
  return name === 'clock.jump' && Date.parse(String(args.to)) > to
}
