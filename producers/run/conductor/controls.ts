// Commands to the run itself, as its clock carries them out: pure, and refused in words.
import { Problem, problemText } from '../../../infra/problem.ts'
import { formatDuration, isoTime, parseDuration } from '../../../infra/time.ts'
import type { Command } from '../../contract/records.ts'
import type { RunClock } from './run-clock.ts'

/** Applies a command to the clock at wall time `now`; returns why not, or null. */
export function control(clock: RunClock, { name, args }: Command, now: number): string | null {
  if (name === 'clock.speed') return clock.speed(args.speed as number | 'max', now)
  if (name === 'clock.pause') return clock.pause(now, args.at as string | undefined)
  if (name === 'clock.resume') return clock.resume(now)
  if (name === 'clock.jump') return clock.jump(args.to as string, args.hold === true)
  if (name === 'run.stop') return clock.stop(now)
  return restartProblem(clock, args) // the clock of this run has nothing to do
}

/** Why a run cannot begin where a restart says, or null. */
function restartProblem({ start, plannedEnd }: RunClock, args: Command['args']): string | null {
  if (args.at === undefined) return null
  try {
    if (start + parseDuration(args.at as string, 'args/at') <= plannedEnd) return null
    const expected = `at most the run's ${formatDuration(plannedEnd - start)}`
    return problemText('args/at', args.at as string, expected)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return error.message
  }
}

/** A run that was just begun goes to where its restart says; what cannot be is the start. */
export function beginAt(clock: RunClock, { args }: Pick<Command, 'args'>, now: number): void {
  if (restartProblem(clock, args) !== null) return
  const hold = args.hold === true
  if (args.at !== undefined) {
    clock.jump(isoTime(clock.start + parseDuration(args.at as string, 'args/at')), hold)
  } else if (hold) clock.pause(now)
}
