// Plays what follows in a recording into its log: paced by the events' own time, and the conductor of what is replayed.
import { type Clock, sleep } from '../../infra/clock.ts'
import type { Subscription } from '../../infra/event-log/event-log.ts'
import type { IgnoredRecords } from '../../infra/event-log/ignored-records.ts'
import { isoTime } from '../../infra/time.ts'
import { type RunKey, runKey } from '../../producers/contract/keys.ts'
import type { Horizon, Progress } from '../../producers/contract/records.ts'
import { createCommandReader } from '../../producers/contract/run/command-reader.ts'
import { RunClock } from '../../producers/run/conductor/run-clock.ts'
import { Speedometer } from '../../producers/run/conductor/speedometer.ts'
import { Repeater } from '../../producers/run/repeater.ts'
import { dueSimTime, intendedWallTime, paceOf } from '../../producers/run/shard/pace.ts'
import type { TimedRecord } from '../control/control-book.ts'
import type { ControlKind } from '../control/control-reader.ts'
import type { DueRecord } from './event-feed.ts'
import { Played } from './played.ts'
import type { Span } from './positions.ts'
import { ReplayCommands, type Seek } from './replay-commands.ts'
import type { ReplayedRun } from './replayed-run.ts'
import type { WorldLog } from './world-log.ts'

/** The horizon lies so far ahead of what is due, so that whoever shows the clock need not stop at it. */
const LEAD_MS = 250
const CONDUCT_MS = 100
/** Paced records are looked for so often: half of it is how late they are. */
const DRAIN_MS = 1
const UNPACED_MS = 1

/** Of what is not an event: in the log before the events of its time. `run` goes with the horizon. */
const PLAYED: ControlKind[] = ['result', 'incident', 'truth', 'twin']

export type PlayerOptions = {
  run: ReplayedRun
  world: WorldLog
  clock: Clock
  span: Span
  /** Plays up to here (ms). */
  until: number
  /** Sim seconds per wall second; UNPACED_SPEED = as fast as the processor keeps up. */
  speed: number
  isPaused: boolean
  /** It will be sent back from its end. */
  isLooped: boolean
  /** Sim time (ms) that the processor has folded. */
  processed(): number | null
  seek(seek: Seek): void
  ignored: Pick<IgnoredRecords, 'report'>
}

export class Player {
  readonly clock: RunClock
  readonly played: Played
  /** Resolves when everything up to the end is in the log; rejects when it cannot be played. */
  readonly ended: Promise<void>
  readonly #options: PlayerOptions
  /** What the run announced and what operators ordered, in the order of its time. */
  readonly #orders: TimedRecord[]
  readonly #commands: ReplayCommands
  readonly #speedometer = new Speedometer()
  readonly #end = Promise.withResolvers<void>()
  readonly #horizon = new Repeater()
  readonly #progress = new Repeater()
  #tail: Subscription | null = null
  #looped: Promise<void> = Promise.resolve()
  #term: number
  /** Everything due before is in the log. */
  #playedTo: number
  #orderedTo: number
  #conductedAt = Number.NEGATIVE_INFINITY
  #isStopping = false
  readonly #stopped = Promise.withResolvers<void>()
  #hasEnded = false
  #stalls = 0

  private constructor(options: PlayerOptions, orders: TimedRecord[]) {
    const { run, world, clock, span, until, speed, isPaused } = options
    const { book } = run
    const { time } = world
    const start = Date.parse(book.descriptor.start)
    const now = clock.now()
    this.#options = options
    this.played = new Played(run.positions.lanes)
    this.#playedTo = time
    this.#orderedTo = time
    this.#orders = orders
    this.#term = this.#termAt(time)
    this.clock = new RunClock({
      ...{ start, end: until, speed, now, leadMs: LEAD_MS },
      ...{ tickMs: book.descriptor.tick, scale: book.descriptor.scale },
      last: {
        ...{ h: isoTime(time), simAnchor: isoTime(time), wallAnchor: now },
        ...{ speed: isPaused ? 0 : speed, term: this.#term },
      },
    })
    this.ended = this.#end.promise
    this.ended.catch(() => {}) // its owner listens later
    this.#commands = new ReplayCommands({
      ...{ book, span, clock, runClock: this.clock },
      playedTo: () => this.#playedTo,
      nextEvent: () => world.feed.next(),
      seek: (seek) => options.seek(seek),
      answer: async (key, result) => {
        await this.#write(book.topics.commandResult, key, result)
      },
      accepted: async (command) => {
        const key: RunKey = { kind: 'command', epoch: book.epoch, id: command.id, term: this.#term }
        await this.#write(book.topics.run, runKey.build(key), { ...command, term: this.#term })
      },
    })
  }

  static async start(options: PlayerOptions): Promise<Player> {
    const { book } = options.run
    const always = Number.NEGATIVE_INFINITY
    const player = new Player(options, await book.between('run', always, -always))
    const { topics } = book
    const read = createCommandReader({ topic: topics.command, report: options.ignored.report })
    player.#tail = await options.world.log.tail({
      topic: topics.command,
      from: 'latest',
      batch: ({ records }) => player.#commands.put(records.flatMap((r) => read(r) ?? [])),
    })
    player.#tail.done.catch(player.#end.reject)
    if (options.isPaused) await player.#sayAsked()
    await player.#conduct(options.clock.now())
    player.#looped = player.#loop().catch(player.#end.reject)
    return player
  }

  get playedTo(): number {
    return this.#playedTo
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /** Sim seconds per wall second over the last seconds. */
  get achieved(): number {
    return this.#speedometer.speed
  }

  /** Steps at which the clock waited for the processor. */
  get stalls(): number {
    return this.#stalls
  }

  /** Nothing is appended any more. */
  async stop(): Promise<void> {
    this.#isStopping = true
    this.#stopped.resolve()
    await this.#looped
    await this.#tail?.close()
  }

  async #loop(): Promise<void> {
    const { clock } = this.#options
    while (!this.#isStopping) {
      const now = clock.now()
      const every = this.clock.unpaced ? UNPACED_MS : CONDUCT_MS
      if (now - this.#conductedAt >= every || now < this.#conductedAt) await this.#conduct(now)
      if (!this.#isStopping) await this.#play()
      const isIdle = this.#hasEnded || this.clock.paused
      const rest = sleep(clock, isIdle ? CONDUCT_MS : DRAIN_MS)
      // One that stands still is left at once.
      await (isIdle ? Promise.race([rest, this.#stopped.promise]) : rest)
    }
  }

  async #conduct(now: number): Promise<void> {
    this.#conductedAt = now
    await this.#commands.takeWaiting()
    this.#speedometer.note(now, this.#playedTo)
    if (this.#hasEnded) return
    if (this.clock.move(now, this.#playedTo, (slack) => this.#allowed(slack))) this.#stalls++
    await this.#order()
    await this.#say(now)
    if (this.#playedTo >= this.clock.end) await this.#endHere(now)
  }

  /** What shards and processor allow in a run, the recording and its processor allow here. */
  #allowed(slackSim: number): number {
    const { run, processed, world } = this.#options
    const folded = processed() ?? world.time
    return Math.min(this.#playedTo, folded + 2 * run.book.descriptor.tick) + slackSim
  }

  /** What was ordered up to the horizon: nobody obeys an order from behind it. */
  async #order(): Promise<void> {
    const { world } = this.#options
    const [after, to] = [this.#orderedTo, this.clock.h]
    for (const { time, record } of this.#orders) {
      if (time > after && time <= to) await world.appends.add([record])
    }
    this.#orderedTo = Math.max(this.#orderedTo, this.clock.h)
    this.#term = this.#termAt(this.#orderedTo)
  }

  async #say(now: number): Promise<void> {
    const { book } = this.#options.run
    const { epoch, topics } = book
    const horizon: Horizon = { ...this.clock.horizon(), term: this.#term }
    const isStanding = horizon.speed === 0
    if (this.#horizon.isDue(JSON.stringify(horizon), now, isStanding)) {
      const key: RunKey = { kind: 'horizon', epoch, term: this.#term }
      await this.#write(topics.run, runKey.build(key), horizon)
    }
    const simulatedTo = isoTime(this.#playedTo)
    if (!this.#progress.isDue(simulatedTo, now, isStanding)) return
    for (let shard = 0; shard < book.descriptor.shards; shard++) {
      const progress: Progress = { shard, simulatedTo }
      const key: RunKey = { kind: 'progress', epoch, shard }
      await this.#write(topics.run, runKey.build(key), progress)
    }
  }

  /** At which speed a clock that begins standing will go on: only a horizon that runs says one. */
  async #sayAsked(): Promise<void> {
    const { epoch, topics } = this.#options.run.book
    const horizon = { ...this.clock.horizon(), speed: this.clock.asked, term: this.#term }
    const key: RunKey = { kind: 'horizon', epoch, term: this.#term }
    await this.#write(topics.run, runKey.build(key), horizon)
  }

  async #play(): Promise<void> {
    const { run, world, clock } = this.#options
    const pace = paceOf({ ...this.clock.horizon(), term: this.#term })
    const due = pace.hurries ? pace.h : dueSimTime(pace, clock.now())
    if (due <= this.#playedTo) return
    for (const kind of PLAYED) {
      for (const { record } of await run.book.between(kind, this.#playedTo, due)) {
        await world.appends.add([record])
      }
    }
    if (pace.hurries) {
      for (const records of await world.feed.until(due)) await this.#append(records)
    } else {
      for (const records of neighbours(await world.feed.inOrder(due))) {
        await this.#append(records)
        const now = clock.now()
        for (const { time } of records) {
          this.played.lateness.add(Math.max(0, now - intendedWallTime(pace, time, pace.simAnchor)))
        }
      }
    }
    this.#playedTo = due
  }

  async #append(records: DueRecord[]): Promise<void> {
    await this.#options.world.appends.add(records.map(({ record }) => record))
    this.played.add(records)
  }

  /** A recording that ends before its run does leaves the clock standing. */
  async #endHere(now: number): Promise<void> {
    const { run, world, until, span, isLooped } = this.#options
    const [end] =
      until >= span.to && !isLooped
        ? await run.book.between('end', Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)
        : []
    if (end) await world.appends.add([end.record])
    else {
      this.clock.pause(now)
      await this.#say(now)
    }
    this.#hasEnded = true
    this.#end.resolve()
  }

  /** Of the conductor that had announced itself last by then. */
  #termAt(until: number): number {
    const announced = this.#orders.findLast(
      ({ time, record }) =>
        time <= until && runKey.parse(record.key!.toString())?.kind === 'conductor',
    )
    return announced ? Number(announced.record.offset) : this.#options.run.book.epoch
  }

  #write(topic: string, key: string, value: object): Promise<number> {
    return this.#options.world.appends.addNew(topic, {
      key: Buffer.from(key),
      value: Buffer.from(JSON.stringify(value)),
      timestamp: Math.round(this.#options.clock.now()),
    })
  }
}

/** Rows of records that lie in one lane. */
function neighbours(due: DueRecord[]): DueRecord[][] {
  const rows: DueRecord[][] = []
  for (const record of due) {
    const last = rows.at(-1)
    if (last && last[0].lane === record.lane) last.push(record)
    else rows.push([record])
  }
  return rows
}
