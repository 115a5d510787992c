// A producer process's loop: reads horizons and commands from `run`, lets its share of the city happen, appends it.
import type { Clock } from '../infra/clock.ts'
import { sleep } from '../infra/clock.ts'
import type { EventLog, NewRecord } from '../infra/event-log.ts'
import { isoTime } from '../infra/time.ts'
import type { Catalogue, City, Scenario } from '../seeds/contract.ts'
import type { Command, CommandResult, Descriptor, Progress } from './contract/records.ts'
import type { Topics } from './contract/topics.ts'
import { createKernel, type Kernel } from './kernel.ts'
import { dueSimTime, intendedWallTime, type Pace, readHorizon } from './pace.ts'
import type { Domain } from './simulator.ts'

const BEAT_MS = 20
/** Events between two yields to the event loop: about 5 ms of work. */
const SLICE_EVENTS = 1_500

export type World = { city: City; catalogue: Catalogue; scenario: Scenario }

export type ShardOptions = {
  log: EventLog
  clock: Clock
  topics: Topics
  shard: number
  shards: number
  domains: Domain[]
  /** The world of a descriptor read from `run`; throws when this build cannot simulate it. */
  worldOf(descriptor: Descriptor): World
  ticks?: boolean
}

export interface RunningShard {
  /** Rejects when the shard died; resolves after stop(). */
  readonly done: Promise<void>
  /** Events of the current run so far. */
  events(): number
  stop(): Promise<void>
}

type Run = {
  epoch: number
  descriptor: Descriptor
  kernel: Kernel
  start: number
  pace: Pace | null
  commands: { command: Command; effectiveAt: number }[]
  reported: number
}

export async function startShard(options: ShardOptions): Promise<RunningShard> {
  const { log, clock, topics, shard } = options
  let run: Run | null = null
  let stopping = false
  const inbox: { key: string; value: Buffer; offset: bigint }[] = []

  const tail = await log.tail({
    topic: topics.run,
    from: 'earliest',
    batch({ records }) {
      for (const r of records) {
        if (r.key && r.value)
          inbox.push({ key: r.key.toString(), value: r.value, offset: r.offset })
      }
    },
  })

  /** Takes in what was read from `run`, in its order. */
  async function readInbox(): Promise<void> {
    while (inbox.length > 0) {
      const { key, value, offset } = inbox.shift()!
      const [head, kind] = key.split('|')
      if (head === 'descriptor') {
        await startRun(Number(offset), JSON.parse(value.toString()) as Descriptor)
      } else if (run && Number(head) === run.epoch) {
        if (kind === 'horizon') run.pace = readHorizon(value)
        else if (kind === 'command') {
          const command = JSON.parse(value.toString()) as Command
          run.commands.push({ command, effectiveAt: Date.parse(command.effectiveAt!) })
        }
      }
    }
  }

  /** A new descriptor is a new epoch: what the old run still had queued is appended first, then forgotten. */
  async function startRun(epoch: number, descriptor: Descriptor): Promise<void> {
    if (run) await flush(run)
    const world = options.worldOf(descriptor)
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
    run = {
      epoch,
      descriptor,
      kernel,
      start: world.scenario.start,
      pace: null,
      commands: [],
      reported: Number.NEGATIVE_INFINITY,
    }
  }

  async function flush(r: Run): Promise<void> {
    const { truth, lanes } = r.kernel.drain()
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
      lanes.map((lane) => log.append(topics.domain(lane.domain), lane.partition, lane.records)),
    )
  }

  async function applyCommand(r: Run, command: Command): Promise<void> {
    if (command.target === undefined) return // the conductor's own
    const outcome = r.kernel.command(command.target, command.name, command.args)
    if (outcome === undefined) return
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
      await new Promise((resolve) => setImmediate(resolve))
      if (stopping) return
    }
  }

  async function reportProgress(r: Run): Promise<void> {
    if (r.kernel.simulatedTo <= r.reported) return
    r.reported = r.kernel.simulatedTo
    const progress: Progress = { shard, simulatedTo: isoTime(r.reported) }
    await log.append(topics.run, 0, [
      {
        key: Buffer.from(`${r.epoch}|progress|${shard}`),
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
  }

  async function loop(): Promise<void> {
    while (!stopping) {
      await beat()
      await sleep(clock, BEAT_MS)
    }
    if (run) await flush(run)
  }

  const done = loop()
  return {
    done,
    events: () => run?.kernel.events ?? 0,
    async stop() {
      stopping = true
      await done
      await tail.close()
    },
  }
}
