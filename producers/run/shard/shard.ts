// A producer process's loop: reads horizons and commands from `run`, lets its share of the city happen, appends it.
import type { Clock } from '../../../infra/clock.ts'
import { sleep } from '../../../infra/clock.ts'
import type { EventLog, NewRecord } from '../../../infra/event-log/event-log.ts'
import type { IgnoredRecords } from '../../../infra/event-log/ignored-records.ts'
import { inParallel } from '../../../infra/in-parallel.ts'
import { isoTime } from '../../../infra/time.ts'
import type { Catalogue, City, Scenario } from '../../../seeds/contract.ts'
import { runKey } from '../../contract/keys.ts'
import type {
  AcceptedCommand,
  CommandResult,
  Descriptor,
  Progress,
  RunEnd,
} from '../../contract/records.ts'
import { createResultReader } from '../../contract/run/command-reader.ts'
import { createRunReader, type RunFact } from '../../contract/run/run-reader.ts'
import { tickTimesOf } from '../../contract/ticks.ts'
import type { Topics } from '../../contract/topics.ts'
import { createKernel, type Kernel } from '../../kernel/kernel.ts'
import type { Domain } from '../../simulation/simulator.ts'
import { Repeater } from '../repeater.ts'
import { follow } from './follow.ts'
import { dueSimTime, intendedWallTime, type Pace, paceOf } from './pace.ts'
import { createLaneFilter, type LaneFilter, type LaneTail, readLaneTail } from './resume.ts'

const BEAT_MS = 20
/** Events between two yields to the event loop: about 5 ms of work. */
const SLICE_EVENTS = 1_500

/** Answers to commands that are remembered. */
const KNOWN_RESULTS = 10_000

/** Topic-partitions that are read back at the same time on resume. */
const READERS = 8

export type World = { city: City; catalogue: Catalogue; scenario: Scenario }

export type ShardOptions = {
  log: EventLog
  clock: Clock
  topics: Topics
  shard: number
  shards: number
  domains: Domain[]
  /** The world of a descriptor read from `run`; null = let it be, throws when this build cannot simulate it. */
  worldOf(descriptor: Descriptor): World | null
  ticks?: boolean
  /** Told of records that fit nothing. */
  ignored: Pick<IgnoredRecords, 'report'>
  /** A run was taken up; `begun` = this shard's topic-partitions may hold records of it already. */
  onRun?(descriptor: Descriptor, epoch: number, begun: boolean): void
  /** A run ended while this shard was there, and every event of its share is acknowledged. */
  onOver?(over: RunOver): void
  /** The newest run was over before this shard came: it waits for the next one. */
  onIdle?(descriptor: Descriptor): void
}

/** `chains` of this shard's topic-partitions, as of their last tick. */
export type RunOver = {
  descriptor: Descriptor
  epoch: number
  end: RunEnd
  events: number
  chains: { domain: string; partition: number; chain: string }[]
}

export interface RunningShard {
  /** Rejects when the shard died; resolves after stop(). */
  readonly done: Promise<void>
  /** Events of the current run so far. */
  events(): number
  /** Sim ms up to which this shard has simulated, and up to which it should have by now; null before a horizon. */
  view(): { simulatedTo: number; due: number } | null
  stop(): Promise<void>
}

type Run = {
  epoch: number
  /** Per topic-partition, what it already holds of this run; empty for a run that begins here. */
  filters: Map<string, LaneFilter>
  tails: Map<string, LaneTail>
  descriptor: Descriptor
  kernel: Kernel
  start: number
  pace: Pace | null
  /** In the order in which they happen. */
  commands: { command: AcceptedCommand; effectiveAt: number }[]
  repeater: Repeater
  end: RunEnd | null
  /** Nobody waits for this shard's progress any more. */
  isOver: boolean
}

export async function startShard(options: ShardOptions): Promise<RunningShard> {
  const { log, clock, topics, shard } = options
  let run: Run | null = null
  let stopping = false
  /** Everything that was there at the start has been read. */
  let isAlive = false
  const { report } = options.ignored
  const inbox: RunFact[] = []
  const reader = createRunReader({ topic: topics.run, report })
  const runTail = await follow(log, topics.run, (record) => {
    const fact = reader.read(record)
    // Runs that were over before this process started are nobody's business any more.
    if (fact?.kind === 'descriptor' && !isAlive) inbox.length = 0
    if (fact) inbox.push(fact)
  })
  /** Ids of commands that somebody answered: replayed, they are not answered again. */
  const answered = new Set<string>()
  const readResult = createResultReader({ topic: topics.commandResult, report })
  const resultTail = await follow(log, topics.commandResult, (record) => {
    const result = readResult(record)
    if (result) answered.add(result.id)
    if (answered.size > KNOWN_RESULTS) answered.delete(answered.values().next().value!)
  })

  /** Takes in what was read from `run`, in its order. */
  async function readInbox(): Promise<void> {
    while (inbox.length > 0) {
      const fact = inbox.shift()!
      if (fact.kind === 'descriptor') {
        // The marker comes before the first append: without it nothing of this run can be in our topic-partitions.
        const begun = inbox.some((f) => isOwnProgress(f, fact.epoch))
        await startRun(fact.epoch, fact.descriptor, begun)
      } else if (run && fact.epoch === run.epoch) readControl(run, fact)
    }
  }

  /** Also where somebody wrote nonsense in its place: one of ours may have stood there. */
  function isOwnProgress(fact: RunFact, epoch: number): boolean {
    if (fact.epoch !== epoch) return false
    if (fact.kind === 'progress') return fact.progress.shard === shard
    return fact.kind === 'ignored' && fact.key?.kind === 'progress' && fact.key.shard === shard
  }

  function readControl(r: Run, fact: RunFact): void {
    if (fact.kind === 'horizon') r.pace = paceOf(fact.horizon)
    else if (fact.kind === 'command') {
      const effectiveAt = Date.parse(fact.command.effectiveAt)
      const later = r.commands.findIndex((c) => c.effectiveAt > effectiveAt)
      const place = later < 0 ? r.commands.length : later
      r.commands.splice(place, 0, { command: fact.command, effectiveAt })
    } else if (fact.kind === 'end') {
      r.isOver = true
      // What was over before nobody waits for: the next run comes, or this one was cut off for it.
      if (fact.offset < runTail.from) options.onIdle?.(r.descriptor)
      else if (fact.end.reason !== 'restart') r.end = fact.end
    }
  }

  /** A new descriptor is a new epoch: what the old run still had queued is appended first, then forgotten. */
  async function startRun(epoch: number, descriptor: Descriptor, begun: boolean): Promise<void> {
    if (run) await flush(run)
    run = null
    const world = options.worldOf(descriptor)
    if (!world) return
    options.onRun?.(descriptor, epoch, begun)
    const kernel = createKernel({
      ...world,
      descriptor,
      domains: options.domains,
      epoch,
      shard,
      shards: options.shards,
      ticks: options.ticks,
    })
    kernel.begin(Math.round(clock.now()))
    const tails = begun ? await readTails(kernel, descriptor, epoch) : new Map()
    const filters = new Map<string, LaneFilter>()
    for (const [lane, tail] of tails) filters.set(lane, createLaneFilter(tail, lane))
    await appendProgress(epoch, world.scenario.start - 1)
    run = {
      epoch,
      filters,
      tails,
      descriptor,
      kernel,
      start: world.scenario.start,
      pace: null,
      commands: [],
      repeater: new Repeater(),
      end: null,
      isOver: false,
    }
  }

  /** What this shard's topic-partitions already hold, a few at a time. */
  async function readTails(kernel: Kernel, descriptor: Descriptor, epoch: number) {
    const whose = { id: descriptor.run, epoch, times: tickTimesOf(descriptor) }
    const tails = new Map<string, LaneTail>()
    await inParallel(kernel.lanes, READERS, async ({ domain, partition }) => {
      const tail = await readLaneTail(log, topics.domain(domain), partition, whose)
      tails.set(`${domain}/${partition}`, tail)
    })
    return tails
  }

  async function flush(r: Run): Promise<void> {
    const { truth: told, lanes: made } = r.kernel.drain()
    const truth = told.filter(({ partial: p }) => {
      const tail = r.tails.get(`${p.domain}/${p.partition}`)
      return !tail || Date.parse(p.end) > tail.tickTime
    })
    const lanes = made.map((lane) => {
      const filter = r.filters.get(`${lane.domain}/${lane.partition}`)
      return filter ? { ...lane, records: filter.filter(lane.records) } : lane
    })
    if (truth.length > 0) {
      const records = truth.map(
        (t): NewRecord => ({
          key: Buffer.from(t.key),
          value: Buffer.from(JSON.stringify(t.partial)),
          timestamp: t.timestamp,
        }),
      )
      await log.append(topics.truth, 0, records)
    }
    await Promise.all(
      lanes
        .filter((lane) => lane.records.length > 0)
        .map((lane) => log.append(topics.domain(lane.domain), lane.partition, lane.records)),
    )
  }

  async function applyCommand(r: Run, command: AcceptedCommand): Promise<void> {
    if (command.target === undefined) return // the conductor's own
    const outcome = r.kernel.command(command.target, command.name, command.args)
    if (outcome === undefined || answered.has(command.id)) return
    const result: CommandResult = {
      id: command.id,
      ok: outcome === null,
      ...(outcome === null ? {} : { error: outcome }),
      effectiveAt: command.effectiveAt,
    }
    await log.append(topics.commandResult, 0, [
      {
        key: Buffer.from(command.id),
        value: Buffer.from(JSON.stringify(result)),
        timestamp: Math.round(clock.now()),
      },
    ])
  }

  /** Simulates up to `to` in slices, so that everyone else in this process gets a turn. */
  async function simulate(r: Run, to: number): Promise<void> {
    const stamp = (time: number) => intendedWallTime(r.pace!, time, r.start)
    while (r.kernel.simulatedTo < to) {
      r.kernel.advance(to, stamp, SLICE_EVENTS)
      await flush(r)
      await clock.turn()
      if (stopping) return
    }
  }

  async function reportProgress(r: Run): Promise<void> {
    const { simulatedTo } = r.kernel
    const standing = r.isOver || r.pace?.speed === 0
    if (!r.repeater.isDue(String(simulatedTo), clock.now(), standing)) return
    await appendProgress(r.epoch, simulatedTo)
  }

  async function appendProgress(epoch: number, simulatedTo: number): Promise<void> {
    const progress: Progress = { shard, simulatedTo: isoTime(simulatedTo) }
    await log.append(topics.run, 0, [
      {
        key: Buffer.from(runKey.build({ kind: 'progress', epoch, shard })),
        value: Buffer.from(JSON.stringify(progress)),
        timestamp: Math.round(clock.now()),
      },
    ])
  }

  async function beat(): Promise<void> {
    await readInbox()
    const r = run as Run | null
    if (!r?.pace) return
    const end = r.start + Date.parse(r.descriptor.end) - Date.parse(r.descriptor.start)
    const due = Math.min(dueSimTime(r.pace, clock.now()), end)
    while (r.commands.length > 0 && r.commands[0].effectiveAt <= due) {
      const { command, effectiveAt } = r.commands[0]
      await simulate(r, effectiveAt)
      if (stopping) return
      r.commands.shift()
      await applyCommand(r, command)
    }
    await simulate(r, due)
    await reportProgress(r)
    noticeEnd(r)
  }

  /** What was simulated has been acknowledged: `simulate` waits for it. */
  function noticeEnd(r: Run): void {
    const { end, descriptor, epoch, kernel } = r
    if (!end || kernel.simulatedTo < Date.parse(end.at)) return
    r.end = null
    const { events } = kernel
    const chains = kernel.lanes.map(({ domain, partition, chain }) => ({
      domain,
      partition,
      chain,
    }))
    options.onOver?.({ descriptor, epoch, end, events, chains })
  }

  async function loop(): Promise<void> {
    const caughtUp = Promise.all([runTail.caughtUp, resultTail.caughtUp])
    await Promise.race([caughtUp, runTail.failed, resultTail.failed])
    isAlive = true
    while (!stopping) {
      await beat()
      await sleep(clock, BEAT_MS)
    }
    if (run) await flush(run)
  }

  const looped = loop()
  looped.catch(() => {}) // `done` tells it
  const done = Promise.race([looped, runTail.failed, resultTail.failed])
  // The owner listens to `done`; a failure before it does must not end the process.
  done.catch(() => {})
  return {
    done,
    events: () => run?.kernel.events ?? 0,
    view: () =>
      run?.pace
        ? { simulatedTo: run.kernel.simulatedTo, due: dueSimTime(run.pace, clock.now()) }
        : null,
    async stop() {
      stopping = true
      await looped.catch(() => {})
      await Promise.all([runTail.close(), resultTail.close()])
    },
  }
}
