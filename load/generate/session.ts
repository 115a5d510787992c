// A load under way: cuts the city's time into slices, has all workers simulate each, and gives it its place in the plan.
// In: plans. Out: what was measured. The plan's start is set once, and nothing that is late ever moves it.
import { type Clock, sleep } from '../../infra/clock.ts'
import { Problem, problemText } from '../../infra/problem.ts'
import { EXIT_FAILED } from '../../infra/program/exit-codes.ts'
import { isoTime } from '../../infra/time.ts'
import type { LoadPlan } from '../plan/load-plan.ts'
import type { ShapedLoad } from '../plan/shapes.ts'
import { LoadMeasured } from './measured.ts'
import type { FromWorker, WorkerLink } from './messages.ts'

/** What a slice is to last on the wall clock. */
const SLICE_MS = 100
const LEAST_EVENTS = 20
/** So far ahead of the wall clock slices are simulated and assigned. */
const AHEAD_MS = 1_500
/** A generator so far behind its plan never catches up: the rest of it is left out. */
const MOST_BEHIND_MS = 10_000
/** Between what is ready and the first event. */
const GO_MS = 250
const HALF_AN_EVENT = 0.5
const LONGEST_SLICE_MS = 600_000
const FIRST_SLICE_MS = 1_000
/** Of a load with bursts: what this stretch of sim time holds is taken for the average. */
const PERIOD_MS = 300_000

export type LoadSessionOptions = {
  workers: WorkerLink[]
  clock: Clock
  /** Sim times between which the city is simulated. */
  start: number
  end: number
  onFollowed(message: Extract<FromWorker, { kind: 'followed' }>): void
  /** Called once a slice is assigned: the city is there at this wall time. */
  onReached(sim: number, wall: number): void
}

export type PlayedPlan = {
  measured: LoadMeasured
  /** Wall times. */
  startAt: number
  measureFrom: number
  endedAt: number
}

export class LoadSession {
  readonly #options: LoadSessionOptions
  readonly #waiting = new Map<string, { left: number; events: number; resolve(n: number): void }>()
  readonly #failed = Promise.withResolvers<never>()
  #measured = new LoadMeasured()
  /** 0 = not started. */
  #startAt = 0
  #plan: LoadPlan | null = null
  #slice = 0
  #simulatedTo: number
  /** Events per sim ms, as in the newest slice. */
  #density = 0

  constructor(options: LoadSessionOptions) {
    this.#options = options
    this.#simulatedTo = Number.NEGATIVE_INFINITY
    this.#failed.promise.catch(() => {}) // whoever waits hears of it
    options.workers.forEach((worker, i) => {
      worker.listen((message) => this.#hear(i, message))
    })
  }

  /** Resolves when every worker can be asked. */
  async ready(): Promise<void> {
    await this.#all('ready', () => {})
  }

  get simulatedTo(): number {
    return Math.max(this.#simulatedTo, this.#options.start)
  }

  get measured(): LoadMeasured {
    return this.#measured
  }

  /** Events of the plan under way that are meant by now. */
  get meant(): number {
    if (this.#startAt === 0 || !this.#plan) return 0
    return Math.round(this.#plan.countAt(this.#options.clock.now() - this.#startAt))
  }

  /** Sends a whole load, and resolves when all of it is acknowledged or lost; events meant before `warmUpMs` do not count. */
  async play(load: ShapedLoad, warmUpMs: number): Promise<PlayedPlan> {
    const { clock, workers } = this.#options
    const { plan } = load
    this.#measured = new LoadMeasured()
    for (const worker of workers) worker.post({ kind: 'plan', segments: [...plan.segments] })
    this.#startAt = 0
    this.#plan = plan
    const feeding = load.isAligned ? this.#feedInStep(plan, warmUpMs) : this.#feed(plan, warmUpMs)
    await Promise.race([feeding, this.#failed.promise])
    await this.#all('finished', (worker) => worker.post({ kind: 'finish' }))
    const startAt = this.#startAt
    const measureFrom = startAt + warmUpMs
    return { measured: this.#measured, startAt, measureFrom, endedAt: clock.now() }
  }

  /** The workers let go of everything. */
  async close(): Promise<void> {
    await this.#all('closed', (worker) => worker.post({ kind: 'close' }))
  }

  async #feed(plan: LoadPlan, warmUpMs: number): Promise<void> {
    for (let base = 0; base < plan.total; ) {
      const planned = plan.timeOf(base)
      const wanted = Math.max(LEAST_EVENTS, (plan.rateAt(planned) * SLICE_MS) / 1000)
      const slice = await this.#simulate(this.#stretchOf(wanted))
      this.#post({ kind: 'assign', slice: slice.number, base, events: slice.events })
      base += slice.events
      if (await this.#isTooLate(plan.timeOf(base), warmUpMs)) return
    }
    this.#go(warmUpMs)
  }

  /** The census by count, then all of it at one speed, so that the bursts stay. */
  async #feedInStep(plan: LoadPlan, warmUpMs: number): Promise<void> {
    let from = 0
    if (this.#simulatedTo < this.#options.start) {
      const census = await this.#simulate(0)
      this.#post({ kind: 'assign', slice: census.number, base: 0, events: census.events })
      from = plan.timeOf(census.events)
    }
    let msPerSimMs = 0
    while (from < plan.durationMs) {
      const simMs = msPerSimMs === 0 ? PERIOD_MS : Math.max(1, Math.round(SLICE_MS / msPerSimMs))
      const slice = await this.#simulate(simMs)
      if (msPerSimMs === 0) msPerSimMs = (slice.events * 1000) / plan.peak / slice.simMs
      const till = from + slice.simMs * msPerSimMs
      this.#post({ kind: 'stretch', slice: slice.number, from, till })
      from = till
      if (await this.#isTooLate(from, warmUpMs)) return
    }
    this.#go(warmUpMs)
  }

  /** Sim ms that hold about so many events; the first of all is the opening census, which has no length. */
  #stretchOf(events: number): number {
    if (this.#simulatedTo < this.#options.start) return 0
    if (this.#density === 0) return FIRST_SLICE_MS
    return Math.min(LONGEST_SLICE_MS, Math.max(1, Math.round(events / this.#density)))
  }

  async #simulate(simMs: number): Promise<{ number: number; events: number; simMs: number }> {
    const { start, end } = this.#options
    const from = Math.max(this.#simulatedTo, start)
    const to = Math.min(from + simMs, end)
    if (to === from && simMs > 0) {
      const got = `the city’s time is over at ${isoTime(end)}`
      const expected = 'a load that it lasts for'
      throw new Problem(problemText('load', got, expected, 'raise --scale'), EXIT_FAILED)
    }
    const number = this.#slice++
    const events = await this.#all(`simulated ${number}`, (worker) =>
      worker.post({ kind: 'simulate', slice: number, to }),
    )
    this.#simulatedTo = to
    // Where nothing happened, the next slice is longer.
    if (simMs > 0) this.#density = Math.max(events, HALF_AN_EVENT) / simMs
    return { number, events, simMs: to - from }
  }

  /** Starts the plan once enough is there, and then lets the wall clock catch up with what is; or else there is no point any more. */
  async #isTooLate(planned: number, warmUpMs: number): Promise<boolean> {
    const { clock, onReached } = this.#options
    if (planned < AHEAD_MS) return false
    this.#go(warmUpMs)
    onReached(this.simulatedTo, this.#startAt + planned)
    const rest = this.#startAt + planned - AHEAD_MS - clock.now()
    if (rest > 0) await sleep(clock, rest)
    return rest < -MOST_BEHIND_MS
  }

  #go(measureFrom: number): void {
    if (this.#startAt > 0) return
    this.#startAt = this.#options.clock.now() + GO_MS
    this.#post({ kind: 'go', startAt: this.#startAt, measureFrom })
  }

  #post(message: Parameters<WorkerLink['post']>[0]): void {
    for (const worker of this.#options.workers) worker.post(message)
  }

  /** Resolves, with the events in all, when every worker has said so; rejects when one has failed. */
  #all(name: string, ask: (worker: WorkerLink) => void): Promise<number> {
    const { workers } = this.#options
    const said = new Promise<number>((resolve) => {
      this.#waiting.set(name, { left: workers.length, events: 0, resolve })
    })
    for (const worker of workers) ask(worker)
    return Promise.race([said, this.#failed.promise])
  }

  #hear(worker: number, message: FromWorker): void {
    switch (message.kind) {
      case 'stats': {
        const since = this.#startAt === 0 ? 0 : message.stats.at - this.#startAt
        this.#measured.take(worker, message.stats, since)
        return
      }
      case 'followed':
        this.#options.onFollowed(message)
        return
      case 'failed':
        this.#failed.reject(new Problem(`worker ${worker}: ${message.problem}`, EXIT_FAILED))
        return
      case 'simulated':
        this.#said(`simulated ${message.slice}`, message.events)
        return
      default:
        this.#said(message.kind, 0)
    }
  }

  #said(name: string, events: number): void {
    const waiting = this.#waiting.get(name)
    if (!waiting) return
    waiting.left--
    waiting.events += events
    if (waiting.left !== 0) return
    this.#waiting.delete(name)
    waiting.resolve(waiting.events)
  }
}
