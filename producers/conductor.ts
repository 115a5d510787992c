// The conductor: mints the run on `run`, moves the horizon, and turns commands into facts with an effective time.
import { randomUUID } from 'node:crypto'
import { Value } from 'typebox/value'
import { type Clock, sleep } from '../infra/clock.ts'
import type { EventLog } from '../infra/event-log.ts'
import { isoTime } from '../infra/time.ts'
import type {
  Command,
  CommandResult,
  Descriptor,
  Horizon,
  Progress,
  RunEnd,
} from './contract/records.ts'
import type { Topics } from './contract/topics.ts'
import { createRunClock, type RunClock } from './run-clock.ts'
import { adoptable, isSameScenario, readRuns } from './run-history.ts'

const BEAT_MS = 100
const FAST_BEAT_MS = 10
/** A longer silence of the wall clock means the machine slept: pause, never a catch-up burst. */
const SLEEP_GAP_MS = 5_000
const KNOWN_IDS = 10_000

export type ConductorOptions = {
  log: EventLog
  clock: Clock
  topics: Topics
  /** Descriptor of the n-th start of this scenario, 0 first. */
  descriptorOf(restart: number): Descriptor
  /** The domain of an asset id, undefined when the city has no such asset. */
  domainOf(target: string): string | undefined
  /** Begin a new run even where one of the same scenario is still open on the log. */
  restart?: boolean
  /** Wall ms that H lies ahead of the clock: 250 in memory, 500 on Kafka. */
  leadMs: number
  /** A new unique id, default a random UUID. */
  newId?: () => string
  /** Sim time (ms) that the processor has folded, to throttle the city in one process; null = not known yet. */
  processed?: () => number | null
  onProblem?: (text: string) => void
}

export interface RunningConductor {
  /** Rejects when the conductor died; resolves after stop(). */
  readonly done: Promise<void>
  /** Beats at which the horizon had to wait for a shard or the processor. */
  stalls(): number
  stop(): Promise<void>
}

type Run = {
  epoch: number
  descriptor: Descriptor
  start: number
  clock: RunClock
  ended: boolean
  /** Simulated-to of each shard. */
  progress: number[]
  /** The horizon as last written, so that a standing clock writes nothing. */
  written: string
}

export async function startConductor(options: ConductorOptions): Promise<RunningConductor> {
  const { log, clock, topics, newId = randomUUID } = options
  const history = await readRuns(log, topics.run)
  const same = history.filter((h) => isSameScenario(h.descriptor, options.descriptorOf(0)))
  let restart = same.length
  let stalls = 0
  let stopping = false
  let lastBeat = clock.now()
  const commands: Command[] = []
  const results = new Map<string, CommandResult>()

  const append = (topic: string, key: string, value: object) =>
    log.append(topic, 0, [
      {
        key: Buffer.from(key),
        value: Buffer.from(JSON.stringify(value)),
        timestamp: Math.round(clock.now()),
      },
    ])

  async function mint(): Promise<Run> {
    const descriptor = options.descriptorOf(restart)
    const key = `descriptor|${descriptor.run}|${newId()}`
    return conduct(Number(await append(topics.run, key, descriptor)), descriptor, null)
  }

  /** Takes a run in hand: from its start, or from the last horizon that a conductor before us wrote. */
  function conduct(epoch: number, descriptor: Descriptor, last: Horizon | null): Run {
    const start = Date.parse(descriptor.start)
    return {
      epoch,
      descriptor,
      start,
      clock: createRunClock({
        start,
        end: Date.parse(descriptor.end),
        speed: descriptor.speed,
        now: clock.now(),
        leadMs: options.leadMs,
        last,
      }),
      ended: false,
      progress: new Array(descriptor.shards).fill(Number.NEGATIVE_INFINITY),
      written: '',
    }
  }

  const open = options.restart ? undefined : adoptable(history, same)
  let run = open ? conduct(open.epoch, open.descriptor, open.horizon) : await mint()
  if (open) restart--

  const runTail = await log.tail({
    topic: topics.run,
    from: { offset: BigInt(run.epoch) },
    batch({ records }) {
      for (const r of records) {
        const [head, kind, id] = (r.key?.toString() ?? '').split('|')
        if (kind !== 'progress' || Number(head) !== run.epoch || !r.value) continue
        const progress = JSON.parse(r.value.toString()) as Progress
        run.progress[Number(id)] = Date.parse(progress.simulatedTo)
      }
    },
  })
  const commandTail = await log.tail({
    topic: topics.command,
    from: 'latest',
    batch({ records }) {
      for (const r of records) {
        if (r.value) commands.push(JSON.parse(r.value.toString()) as Command)
      }
    },
  })

  /** The latest sim time that shards and processor allow, given how far they may be behind. */
  function allowed(slackSim: number): number {
    const slowest = Math.min(...run.progress)
    const shards = slowest === Number.NEGATIVE_INFINITY ? run.start : slowest + slackSim
    if (!options.processed) return shards
    const processed = options.processed()
    // The watermark moves in ticks, so it may be two of them behind without being late.
    const processor =
      processed === null ? run.start : processed + 2 * run.descriptor.tick + slackSim
    return Math.min(shards, processor)
  }

  async function writeHorizon(): Promise<void> {
    const horizon = run.clock.horizon()
    const text = JSON.stringify(horizon)
    if (text === run.written) return
    run.written = text
    await append(topics.run, `${run.epoch}|horizon|0`, horizon)
  }

  async function settle(command: Command, error: string | null): Promise<void> {
    const result: CommandResult = {
      id: command.id,
      ok: error === null,
      ...(error === null ? {} : { error }),
      effectiveAt: isoTime(run.clock.h),
    }
    results.set(command.id, result)
    if (results.size > KNOWN_IDS) results.delete(results.keys().next().value!)
    await append(topics.commandResult, command.id, result)
  }

  /** Applies a clock or run command; returns why not, or null. */
  async function control({ name, args }: Command): Promise<string | null> {
    const now = clock.now()
    switch (name) {
      case 'clock.speed':
        return run.clock.speed(args.speed, now)
      case 'clock.pause':
        return run.clock.pause(now)
      case 'clock.resume':
        return run.clock.resume(now)
      case 'clock.jump':
        return run.clock.jump(args.to)
      case 'run.stop':
        return run.clock.stop()
      case 'run.restart':
        await endRun('restart')
        restart++
        run = await mint()
        return null
      default:
        return `name: "${name}", expected clock.speed, clock.pause, clock.resume, clock.jump, run.restart or run.stop`
    }
  }

  /** Why this asset command cannot be taken, or null. */
  function refuse(command: Command): string | null {
    const domain = command.target === undefined ? undefined : options.domainOf(command.target)
    if (domain === undefined) {
      return `target: ${command.target ?? 'missing'}, expected the id of an asset of this city`
    }
    const known = run.descriptor.declarations[domain]?.commands ?? []
    const declared = known.find((c) => c.name === command.name)
    if (!declared) {
      const names = known.map((c) => c.name).join(', ') || 'no command: this domain takes none'
      return `name: "${command.name}" for ${command.target}, expected ${names}`
    }
    const problems = Value.Errors(declared.args, command.args)
    if (problems.length === 0) return null
    return problems.map((p) => `args${p.instancePath}: ${p.message}`).join('; ')
  }

  async function take(command: Command): Promise<void> {
    const known = results.get(command.id)
    if (known) {
      // Said before: the same answer, and nothing happens twice.
      await append(topics.commandResult, command.id, known)
      return
    }
    if (run.ended && command.name !== 'run.restart') {
      await settle(command, 'the run has ended; send run.restart to begin again')
      return
    }
    const own = command.name.startsWith('clock.') || command.name.startsWith('run.')
    const error = own ? await control(command) : refuse(command)
    if (error === null) {
      const record = { ...command, effectiveAt: isoTime(run.clock.h) }
      await append(topics.run, `${run.epoch}|command|${command.id}`, record)
    }
    // The owner of the asset answers an accepted asset command.
    if (own || error !== null) await settle(command, error)
  }

  async function endRun(reason: RunEnd['reason']): Promise<void> {
    if (run.ended) return
    run.ended = true
    const at = isoTime(reason === 'restart' ? run.clock.h : run.clock.end)
    await append(topics.run, `${run.epoch}|end|0`, { at, reason } satisfies RunEnd)
  }

  function noticeSleep(now: number): void {
    const gap = now - lastBeat
    const since = lastBeat
    lastBeat = now
    if (gap <= SLEEP_GAP_MS || run.clock.paused || run.ended) return
    run.clock.sleptSince(since, now)
    options.onProblem?.(
      `conductor: the wall clock jumped by ${Math.round(gap / 1000)} s, so the city was paused; resume it when ready`,
    )
  }

  async function beat(): Promise<void> {
    const now = clock.now()
    noticeSleep(now)
    while (commands.length > 0) await take(commands.shift()!)
    if (run.ended) return
    const slowest = Math.min(...run.progress)
    if (run.clock.move(now, slowest, allowed)) stalls++
    await writeHorizon()
    if (slowest >= run.clock.end) {
      const cutShort = run.clock.end < Date.parse(run.descriptor.end)
      await endRun(cutShort ? 'stop' : 'duration')
    }
  }

  async function loop(): Promise<void> {
    while (!stopping) {
      await beat()
      await sleep(clock, run.clock.unpaced ? FAST_BEAT_MS : BEAT_MS)
    }
  }

  const done = loop()
  // The owner listens to `done`; a failure before it does must not end the process.
  done.catch(() => {})
  return {
    done,
    stalls: () => stalls,
    async stop() {
      stopping = true
      await done
      await Promise.all([runTail.close(), commandTail.close()])
    },
  }
}
