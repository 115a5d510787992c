// Commands to the run itself, as its clock carries them out: pure, and refused in words.
import type { Command } from '../../contract/records.ts'
import type { RunClock } from './run-clock.ts'

/** Applies a command to the clock at wall time `now`; returns why not, or null. */
export function control(clock: RunClock, { name, args }: Command, now: number): string | null {
  if (name === 'clock.speed') return clock.speed(args.speed as number | 'max', now)
  if (name === 'clock.pause') return clock.pause(now)
  if (name === 'clock.resume') return clock.resume(now)
  if (name === 'clock.jump') return clock.jump(args.to as string)
  if (name === 'run.stop') return clock.stop(now)
  return null // run.restart: the clock of this run has nothing to do
}
