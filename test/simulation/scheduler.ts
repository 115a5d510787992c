// Virtual time: one event at a time in (time, order), each in a turn of its own, so that whatever it made ready runs first.

/** Whoever an event belongs to: a dead owner's events are dropped, a frozen one's wait. */
export type Owner = { dead: boolean; frozenUntil: number }

export interface Scheduler {
  /** Virtual milliseconds since the start, with fractions. */
  now(): number
  /** Events that have run. */
  steps(): number
  /** Runs `task` after `delay` ms; the returned function cancels it. */
  at(delay: number, task: () => void, owner?: Owner): () => void
  /** Runs until `stop` is called, the time is over or nothing is left to do. */
  run(limitMs: number): Promise<'stopped' | 'time is over' | 'nothing left to do'>
  stop(): void
}

type Event = { at: number; order: number; task: (() => void) | null; owner: Owner | undefined }

/** Immediates are queued in heaps: a trip round Node's event loop costs as much as four events. */
const IMMEDIATES = 64

export function createScheduler(): Scheduler {
  const heap = createHeap()
  let now = 0
  let order = 0
  let steps = 0
  let stopped = false

  /** One event; false when there is none within the limit. */
  function step(limit: number): boolean {
    for (;;) {
      const event = heap.top()
      if (!event || event.at > limit) return false
      heap.pop()
      const { task, owner } = event
      if (task === null || owner?.dead) continue
      if (owner && owner.frozenUntil > event.at) {
        // Its order is kept: what was due first thaws first.
        event.at = owner.frozenUntil
        heap.push(event)
        continue
      }
      now = event.at
      steps++
      event.task = null
      task()
      return true
    }
  }

  return {
    now: () => now,
    steps: () => steps,
    at(delay, task, owner) {
      const event: Event = { at: now + delay, order: order++, task, owner }
      heap.push(event)
      return () => {
        event.task = null
      }
    },
    run(limitMs) {
      stopped = false
      return new Promise((resolve) => {
        let left = 0
        let ended = false
        const turn = () => {
          left--
          if (!ended && (stopped || !step(limitMs))) {
            ended = true
            resolve(stopped ? 'stopped' : heap.top() ? 'time is over' : 'nothing left to do')
          }
          if (left === 0 && !ended) refill()
        }
        const refill = () => {
          left = IMMEDIATES
          for (let i = 0; i < IMMEDIATES; i++) setImmediate(turn)
        }
        refill()
      })
    },
    stop() {
      stopped = true
    },
  }
}

/** A binary heap by (at, order). */
function createHeap() {
  const events: Event[] = []
  const isBefore = (a: Event, b: Event) => a.at < b.at || (a.at === b.at && a.order < b.order)

  return {
    top: (): Event | undefined => events[0],
    push(event: Event): void {
      let i = events.length
      events.push(event)
      while (i > 0) {
        const parent = (i - 1) >> 1
        if (!isBefore(event, events[parent])) break
        events[i] = events[parent]
        i = parent
      }
      events[i] = event
    },
    pop(): void {
      const last = events.pop()!
      if (events.length === 0) return
      let i = 0
      for (;;) {
        let child = 2 * i + 1
        if (child >= events.length) break
        if (child + 1 < events.length && isBefore(events[child + 1], events[child])) child++
        if (!isBefore(events[child], last)) break
        events[i] = events[child]
        i = child
      }
      events[i] = last
    },
  }
}
