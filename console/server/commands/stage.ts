// What is being presented: which cue of the walk, and whether the pages are dark. One for all pages; it moves the city to its cue.
import type { Clock } from '../../../infra/clock.ts'
import { formatDuration } from '../../../infra/time.ts'
import type { Cue } from '../../../seeds/contract.ts'
import type { ClockView, StageMessage, StageView } from '../../messages.ts'
import type { KeptTimes, NextStage } from '../options.ts'
import type { ShownRun } from '../state/run.ts'
import type { Snapshot } from '../state/snapshot.ts'
import type { ConsoleCommands } from './commands.ts'

export type StageContext = {
  snapshot: Pick<Snapshot, 'current'>
  commands: Pick<ConsoleCommands, 'submit'>
  clock: Clock
  /** Where the city can go at once. */
  kept?: KeptTimes
  /** What was presented before, on another server. */
  view?: StageView
  /** To every page. */
  publish(stage: StageView): void
}

/** The city is on its way to a cue: to this sim time, in another run than this where it starts anew. */
type Journey = { to: number; notEpoch: number | null }

export class Presentation {
  readonly #context: StageContext
  #view: StageView = { cue: null, blank: false, since: null, problem: null }
  #journey: Journey | null = null
  /** The city may be about to stand as it was kept, behind another server. */
  #isLeaving = false
  /** Where that one stands now: what this one is still asked for is for it. */
  #next: NextStage | null = null
  /** The last that was asked for while nobody could say yet to which city it goes. */
  #waiting: StageMessage | null = null
  /** The stop that was asked for last: `epoch|sim time`. */
  #askedStop = ''
  #sent = 0

  constructor(context: StageContext) {
    this.#context = context
    if (context.view) this.#view = context.view
  }

  view(): StageView {
    return this.#view
  }

  take(order: StageMessage): void {
    if (this.#next) {
      this.#next.take(order)
      return
    }
    const { cue, blank, restart } = order
    const run = this.#context.snapshot.current()
    if (blank !== undefined) this.#become({ blank })
    if (!restart && cue === undefined) return
    if (!run || this.#isLeaving) this.#wait(order, run)
    else if (restart) this.#begin(run)
    else if (cue === null) this.#end()
    else if (cue !== undefined && run.descriptor.cues?.[cue]) {
      this.#go(run, run.descriptor.cues, cue)
    }
  }

  /** The clock has moved on: to the next cue, perhaps. Call it a few times a second. */
  follow(): void {
    const run = this.#context.snapshot.current()
    if (!run || this.#isLeaving || this.#next) return
    this.#takeWaiting()
    if (this.#view.cue === null || this.#isOnItsWay(run)) return
    const cues = run.descriptor.cues ?? []
    const sim = simNow(run.clock.view(this.#context.clock.now()), this.#context.clock.now())
    const reached = cues.filter(({ at }) => Date.parse(at) <= sim).length - 1
    if (reached > this.#view.cue) this.#enter(cues, reached)
    this.#stopAtHold(run, cues)
  }

  /** It is shown at once, so that the next step counts from there; of several the last one counts. */
  #wait({ cue, restart }: StageMessage, run: ShownRun | null): void {
    this.#waiting = { cue, restart }
    if (restart) this.#showStart(run?.descriptor.cues ?? [])
    else if (cue === null) this.#end()
    else if (cue !== undefined && run?.descriptor.cues?.[cue]) this.#show(cue)
  }

  #takeWaiting(): void {
    const order = this.#waiting
    this.#waiting = null
    if (order) this.take(order)
  }

  /** From the start, whatever is shown. */
  #begin(run: ShownRun): void {
    const { cues = [], start } = run.descriptor
    this.#journey = { to: Date.parse(start), notEpoch: run.epoch }
    this.#showStart(cues)
    this.#orElse(run, this.#journey.to, cues[0], () => this.#send('run.restart', {}))
  }

  #showStart(cues: Cue[]): void {
    const cue = cues.length > 0 ? 0 : null
    this.#become({ cue, blank: false, since: this.#context.clock.now(), problem: null })
  }

  #end(): void {
    this.#journey = null
    this.#become({ cue: null, blank: false, since: null, problem: null })
  }

  #go(run: ShownRun, cues: Cue[], index: number): void {
    const now = this.#context.clock.now()
    const at = Date.parse(cues[index].at)
    const view = run.clock.view(now)
    const until = cues[index + 1] ? Date.parse(cues[index + 1].at) : Number.POSITIVE_INFINITY
    const isBack = view.status === 'ended' || view.horizon >= until
    if (!isBack && view.horizon >= at) {
      this.#enter(cues, index)
      return
    }
    this.#show(index)
    this.#journey = { to: at, notEpoch: isBack ? run.epoch : null }
    this.#orElse(run, at, cues[index], () => {
      this.#enter(cues, index)
      if (isBack) this.#goBack(run, at, cues[index])
      else this.#goOn(view, at, cues[index])
    })
  }

  /** To the city as it was kept at that time; where it was not, it is simulated: `simulate` sends it there. */
  #orElse(run: ShownRun, at: number, cue: Cue | undefined, simulate: () => void): void {
    const { kept } = this.#context
    if (!kept) {
      simulate()
      return
    }
    const { epoch, descriptor } = run
    // The first cue is where a run begins, and there it goes on.
    const hold = cue?.hold === true && Date.parse(cue.at) === at
    const speed = cue?.speed ?? descriptor.speed
    const journey = { epoch, at, hold, speed, stage: this.#view }
    this.#isLeaving = true
    kept
      .go(journey)
      .then(
        (next) => {
          if (next) this.#leaveTo(next, journey.stage)
          else simulate()
        },
        (error: unknown) => this.#fail(error instanceof Error ? error.message : String(error)),
      )
      .finally(() => {
        this.#isLeaving = false
        this.#takeWaiting()
      })
  }

  /** What was done here since the city set out is done there. */
  #leaveTo(next: NextStage, { blank }: StageView): void {
    this.#next = next
    if (this.#view.blank !== blank) next.take({ blank: this.#view.blank })
  }

  #goBack(run: ShownRun, at: number, { hold }: Cue): void {
    const start = Date.parse(run.descriptor.start)
    const where = at > start ? { at: formatDuration(at - start) } : {}
    this.#send('run.restart', { ...where, ...(hold && { hold }) })
  }

  #goOn({ status }: ClockView, at: number, { hold }: Cue): void {
    if (status === 'paused' && !hold) this.#send('clock.resume', {})
    this.#send('clock.jump', { to: new Date(at).toISOString(), ...(hold && { hold }) })
  }

  #show(cue: number): void {
    this.#become({ cue, since: this.#view.since ?? this.#context.clock.now(), problem: null })
  }

  #enter(cues: Cue[], cue: number): void {
    this.#show(cue)
    const { speed } = cues[cue]
    if (speed !== undefined) this.#send('clock.speed', { speed })
  }

  /** The clock is to stand exactly where the next cue holds it. */
  #stopAtHold({ epoch, clock }: ShownRun, cues: Cue[]): void {
    const next = cues[this.#view.cue! + 1]
    if (!next?.hold || clock.horizonMs() >= Date.parse(next.at)) return
    // It has yet to come to a stand where it was sent before: a clock knows one stop at a time.
    if (clock.view(this.#context.clock.now()).pauseAt !== null) return
    const asked = `${epoch}|${next.at}`
    if (this.#askedStop === asked) return
    this.#askedStop = asked
    this.#send('clock.pause', { at: next.at })
  }

  #isOnItsWay(run: ShownRun): boolean {
    const journey = this.#journey
    if (!journey) return false
    const isThere = run.epoch !== journey.notEpoch && run.clock.horizonMs() >= journey.to
    if (isThere) this.#journey = null
    return !isThere
  }

  #send(name: string, args: Record<string, unknown>): void {
    const { commands, clock } = this.#context
    const id = `stage-${clock.now()}-${++this.#sent}`
    commands.submit({ id, name, args }, 'console').then(
      ({ ok, error }) => {
        if (!ok) this.#fail(error ?? name)
      },
      (error: unknown) => this.#fail(String(error)),
    )
  }

  #fail(problem: string): void {
    this.#journey = null
    this.say(problem)
  }

  /** What went wrong on the way to where the city was sent. */
  say(problem: string): void {
    this.#become({ problem })
  }

  #become(change: Partial<StageView>): void {
    this.#view = { ...this.#view, ...change }
    this.#context.publish(this.#view)
  }
}

function simNow({ simAnchor, wallAnchor, speed, horizon }: ClockView, now: number): number {
  return Math.min(horizon, simAnchor + (now - wallAnchor) * speed)
}
