// The wall clock as an argument. Only this file may read it; everything else is handed a Clock.

export interface Clock {
  /** Milliseconds since 1970 UTC. */
  now(): number
  /** Runs `task` once after `ms`; the returned function cancels it. */
  schedule(ms: number, task: () => void): () => void
  /** Resolves once sockets, timers and other work have had their turn: to be awaited in the middle of long work. */
  turn(): Promise<void>
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** The machine's clock. */
export const realClock: Clock = {
  now: () => Date.now(),
  schedule(ms, task) {
    // What is overdue runs at once: Node would say on the terminal that it was asked for less than nothing.
    const timer = setTimeout(task, Math.max(0, ms))
    return () => clearTimeout(timer)
  },
  turn,
}

/** The same with parts of a millisecond, for those who measure: it never steps back, and may drift from the other by what was stepped. */
export const fineClock: Clock = {
  ...realClock,
  now: () => performance.timeOrigin + performance.now(),
}

/** A clock that moves only when asked to: `advance(ms)` runs what falls due, in order. */
export function virtualClock(start = 0): Clock & { advance(ms: number): void } {
  let now = start
  let order = 0
  const due: { at: number; order: number; task: () => void }[] = []
  return {
    now: () => now,
    schedule(ms, task) {
      const entry = { at: now + ms, order: order++, task }
      due.push(entry)
      due.sort((a, b) => a.at - b.at || a.order - b.order)
      return () => {
        const i = due.indexOf(entry)
        if (i >= 0) due.splice(i, 1)
      }
    },
    turn,
    advance(ms) {
      const end = now + ms
      while (due.length > 0 && due[0].at <= end) {
        const entry = due.shift()!
        now = entry.at
        entry.task()
      }
      now = end
    },
  }
}

/** The clock of something that may die: after `stop()` nothing that it scheduled runs, nor anything it still schedules. */
export function stoppableClock(clock: Clock): Clock & { stop(): void } {
  const pending = new Set<() => void>()
  let stopped = false
  return {
    now: () => clock.now(),
    schedule(ms, task) {
      if (stopped) return () => {}
      const cancel = clock.schedule(ms, () => {
        pending.delete(cancel)
        task()
      })
      pending.add(cancel)
      return () => {
        pending.delete(cancel)
        cancel()
      }
    },
    async turn() {
      await clock.turn()
      if (stopped) await new Promise(() => {}) // the dead do no more
    },
    stop() {
      stopped = true
      for (const cancel of pending) cancel()
      pending.clear()
    },
  }
}

/**
 * A clock whose turns are taken one by one: however many stretches of work wait for one, only one of them goes on before
 * sockets and timers have their turn again.
 */
export function turnsOneByOne(clock: Clock): Clock {
  let last = Promise.resolve()
  return {
    now: () => clock.now(),
    schedule: (ms, task) => clock.schedule(ms, task),
    turn() {
      last = last.then(() => clock.turn())
      return last
    },
  }
}

/** Resolves after `ms` on the given clock. */
export function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.schedule(ms, resolve))
}
