// A simulated operating-system process: it can be killed at any log operation, frozen, cut off from the coordinators.
import type { Clock } from '../../infra/clock.ts'
import { createChance } from './chance.ts'
import type { Owner } from './scheduler.ts'
import type { World } from './world.ts'

/** Wall clock (ms) at which every simulation begins. */
const WALL_START = 1_750_000_000_000

/** A member that its coordinator has not heard of for so long is out; the others take its work. */
export const SESSION_MS = 1000

/** Where a process can be killed. */
const POINTS = ['append', 'written', 'acknowledged', 'read', 'handled', 'asked'] as const
export type Point = (typeof POINTS)[number]

/** Kills at the `after`-th time that such an operation is passed; without a topic at any. */
export type Trap = { point: Point; topic: string | null; after: number }

export type Process = Owner & {
  name: string
  clock: Clock
  /** Heartbeats and joins are lost until then; data passes. */
  deafUntil: number
  /** What its group members are doing; for the count of rare things. */
  doing: Set<string>
  trap: Trap | null
  /** A process that hears of a lost acknowledgement for good may die of it. */
  wasRefused: boolean
  /** True when the process just died at this point. */
  dies(point: Point, topic: string): boolean
  kill(why: string): void
  onKilled(listener: () => void): void
}

const SLOW_READING = 0.1
const SLOW_MS = 7
const SLOW_TURN_MS = 50

export function createProcess(world: World, name: string): Process {
  const { scheduler, settings } = world
  const luck = createChance(world.seed, name)
  const listeners: (() => void)[] = []
  const skew = settings.skewMs === 0 ? 0 : luck.between(-settings.skewMs, settings.skewMs)
  let last = 0

  const process: Process = {
    name,
    dead: false,
    frozenUntil: 0,
    deafUntil: 0,
    doing: new Set(),
    trap: null,
    wasRefused: false,
    clock: {
      now() {
        // On a slow machine time passes while code runs; it never goes back.
        const extra = settings.slow && luck.of(SLOW_READING) ? SLOW_MS : 0
        last = Math.max(last + extra, Math.floor(WALL_START + skew + scheduler.now()))
        return last
      },
      schedule: (ms, task) => scheduler.at(ms, task, process),
      // What else a slow machine has to do takes its time.
      turn: () =>
        new Promise((resolve) => {
          scheduler.at(settings.slow ? luck.between(0, SLOW_TURN_MS) : 0, resolve, process)
        }),
    },
    dies(point, topic) {
      const { trap } = process
      if (process.dead) return true
      if (!trap || trap.point !== point || (trap.topic !== null && trap.topic !== topic)) {
        return false
      }
      if (--trap.after > 0) return false
      process.kill(`at ${point} of ${topic}`)
      return true
    },
    kill(why) {
      if (process.dead) return
      world.tell(name, `is killed ${why}`)
      world.mix(scheduler.now() * 1000, 0xdead)
      process.dead = true
      world.killed(process)
      for (const listener of listeners) listener()
    },
    onKilled: (listener) => listeners.push(listener),
  }
  return process
}

/** What a dead process waits for. A new one each time: a shared one would keep every waiter alive. */
export const never = <T>() => new Promise<T>(() => {})
