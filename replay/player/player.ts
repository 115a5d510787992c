// Plays what follows in a recording into its log: paced by the events' own time, and the conductor of what is replayed.
import { type Clock, sleep } from '../../infra/clock.ts'
import type { Subscription } from '../../infra/event-log/event-log.ts'
import type { IgnoredRecords } from '../../infra/event-log/ignored-records.ts'
import { isoTime } from '../../infra/time.ts'
import { type RunKey, runKey } from '../../producers/contract/keys.ts'
import type { Horizon, Progress } from '../../producers/contract/records.ts'
import { createCommandReader } from '../../producers/contract/run/command-reader.ts'
import type { RunClock } from '../../producers/run/conductor/run-clock.ts'
import { Speedometer } from '../../producers/run/conductor/speedometer.ts'
import { Repeater } from '../../producers/run/repeater.ts'
import { dueSimTime, intendedWallTime, type Pace, paceOf } from '../../producers/run/shard/pace.ts'
import type { TimedRecord } from '../control/control-book.ts'
import type { ControlKind } from '../control/control-reader.ts'
import type { DueRecord } from './event-feed.ts'
import { Played } from './played.ts'
import type { Span } from './positions.ts'
import { ReplayCommands, type Seek } from './replay-commands.ts'
import type { ReplayedRun } from './replayed-run.ts'
import type { SharedClock } from './shared-clock.ts'
import type { WorldLog } from './world-log.ts'

const CONDUCT_MS = 100
/** Paced records are looked for so often: half of it is how late they are. */
const DRAIN_MS = 1
const UNPACED_MS = 1
/** Records are made so long before they are due, wall time, but no more than of so much sim time. */
const LEAD_MS = 1_000
const MOST_LEAD_MS = 30_000

/** Of what is not an event: in the log before the events of its time. `run` goes with the horizon. */
const PLAYED: ControlKind[] = ['result', 'incident', 'truth', 'twin']

export type PlayerOptions = {
  run: ReplayedRun
  world: WorldLog
  /** Runs that are played beside it: what happens in them counts, too. */
  beside: ReplayedRun[]
  clock: Clock
  /** What all go by. */
  shared: SharedClock
  span: Span
  /** It will be sent back from its end. */
  isLooped: boolean
  /** Sim time (ms) that the processor has folded. */
  processed(): number | null
  seek(seek: Seek): void
  ignored: Pick<IgnoredRecords, 'report'>
}

export class Player {
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
    const { run, world, beside, clock, shared, span } = options
    const { book } = run
    const { time } = world
    this.#options = options
    this.played = new Played(run.positions.lanes)
    this.#playedTo = time
    this.#orderedTo = time
    this.#orders = orders
    this.#term = this.#termAt(time)
    shared.join({
      playedTo: () => this.#playedTo,
      allowedTo: () => this.#allowedTo(),
      nextEvent: () => world.feed.next(),
    })
    this.ended = this.#end.promise
    this.ended.catch(() => {}) // its owner listens later
    this.#commands = new ReplayCommands({
      ...{ book, span, clock, runClock: this.clock },
      books: [run, ...beside].map((it) => it.book),
      playedTo: () => this.#playedTo,
      nextEvent: () => shared.nextEvent(),
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
    if (player.clock.paused) await player.#sayAsked()
    await player.#conduct(options.clock.now())
    player.#looped = player.#loop().catch(player.#end.reject)
    return player
  }

  get clock(): RunClock {
    return this.#options.shared.run
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
    if (this.#options.shared.move(now)) this.#stalls++
    await this.#order()
    await this.#say(now)
    if (this.#playedTo >= this.clock.end) await this.#endHere(now)
  }

  /** What shards and processor allow in a run, the recording and its processor allow here. */
  #allowedTo(): number {
    const { run, processed, world } = this.#options
    const folded = processed() ?? world.time
    return Math.min(this.#playedTo, folded + 2 * run.book.descriptor.tick)
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
      await this.#playPaced(await world.feed.inOrder(due), pace)
      const lead = Math.min(LEAD_MS * pace.speed, MOST_LEAD_MS)
      world.feed.readAhead(due + lead, clock).catch(() => {}) // whoever plays on hears of it
    }
    this.#playedTo = due
  }

  /**
   * All of it is on its way at once: what is due at one instant, as the ticks of all lanes are, does not wait one for the
   * other, nor for what the processor makes of the first. A lane's own rows do.
   */
  async #playPaced(due: DueRecord[], pace: Pace): Promise<void> {
    const underWay = new Map<number, Promise<void>>()
    for (const records of neighbours(due)) {
      const { lane } = records[0]
      if (underWay.has(lane)) {
        await Promise.all(underWay.values())
        underWay.clear()
      }
      underWay.set(lane, this.#appendPaced(records, pace))
    }
    await Promise.all(underWay.values())
  }

  async #appendPaced(records: DueRecord[], pace: Pace): Promise<void> {
    await this.#append(records)
    const now = this.#options.clock.now()
    for (const { time } of records) {
      this.played.lateness.add(Math.max(0, now - intendedWallTime(pace, time, pace.simAnchor)))
    }
  }

  async #append(records: DueRecord[]): Promise<void> {
    await this.#options.world.appends.add(records.map(({ record }) => record))
    this.played.add(records)
  }

  /** A recording that ends before its run does leaves the clock standing. */
  async #endHere(now: number): Promise<void> {
    const { run, world, isLooped } = this.#options
    const { to } = await run.positions.span()
    const [end] =
      this.clock.end >= to && !isLooped
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
