// The conductor: mints the run on `run`, moves the horizon, and turns commands into facts with an effective time.
import { randomUUID } from 'node:crypto'
import { Value } from 'typebox/value'
import { type Clock, sleep } from '../infra/clock.ts'
import type { EventLog } from '../infra/event-log.ts'
import { isoTime } from '../infra/time.ts'
import type { Command, CommandResult, Descriptor, Progress, RunEnd } from './contract/records.ts'
import type { Topics } from './contract/topics.ts'
import { MAX_SPEED } from './pace.ts'

const BEAT_MS = 100
const FAST_BEAT_MS = 10
/** How far a shard, or the processor, may fall behind before the horizon waits for it: 2 s of wall time. */
const SLACK_WALL_MS = 2_000
/** While unpaced (`clock.jump`, speed max) the horizon moves in steps of a sim minute. */
const UNPACED_STEP_MS = 60_000
/** A longer silence of the wall clock means the machine slept: pause, never a catch-up burst. */
const SLEEP_GAP_MS = 5_000
const KNOWN_IDS = 10_000
const MAX_ASKED_SPEED = 3_600

export type ConductorOptions = {
  log: EventLog
  clock: Clock
  topics: Topics
  /** Descriptor of the n-th start of this scenario, 0 first. */
  descriptorOf(restart: number): Descriptor
  /** Wall ms that H lies ahead of the clock: 250 in memory, 500 on Kafka. */
  leadMs: number
  /** Sim time (ms) that the processor has folded, to throttle the city in one process; null = not known yet. */
  processed?: () => number | null
  onProblem?: (text: string) => void
}

export interface RunningConductor {
  readonly done: Promise<void>
  /** Times the horizon had to wait for a shard or the processor. */
  stalls(): number
  stop(): Promise<void>
}

/** The clock of one run, in numbers. */
type Run = {
  epoch: number
  descriptor: Descriptor
  start: number
  end: number
  h: number
  simAnchor: number
  wallAnchor: number
  speed: number
  paused: boolean
  jumpTo: number | null
  ended: boolean
  progress: number[]
  written: string
}

export async function startConductor(options: ConductorOptions): Promise<RunningConductor> {
  const { log, clock, topics } = options
  let restart = 0
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
    const epoch = Number(
      await append(topics.run, `descriptor|${descriptor.run}|${randomUUID()}`, descriptor),
    )
    const start = Date.parse(descriptor.start)
    return {
      epoch,
      descriptor,
      start,
      end: Date.parse(descriptor.end),
      h: start,
      simAnchor: start,
      wallAnchor: clock.now(),
      speed: descriptor.speed,
      paused: false,
      jumpTo: null,
      ended: false,
      progress: new Array(descriptor.shards).fill(Number.NEGATIVE_INFINITY),
      written: '',
    }
  }

  let run = await mint()

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

  const simNow = () =>
    run.paused ? run.simAnchor : run.simAnchor + (clock.now() - run.wallAnchor) * run.speed

  /** The clock goes on from here at `speed`; what is already inside the horizon stays decided. */
  function anchorAt(sim: number): void {
    run.simAnchor = Math.max(run.start, Math.min(sim, run.h))
    run.wallAnchor = clock.now()
  }

  async function writeHorizon(): Promise<void> {
    const speed = run.paused && run.jumpTo === null ? 0 : run.speed
    const text = `${run.h}|${run.simAnchor}|${run.wallAnchor}|${speed}`
    if (text === run.written) return
    run.written = text
    await append(topics.run, `${run.epoch}|horizon|0`, {
      h: isoTime(run.h),
      simAnchor: isoTime(Math.round(run.simAnchor)),
      wallAnchor: Math.round(run.wallAnchor),
      speed,
    })
  }

  /** The latest time that shards and processor allow. */
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

  function moveHorizon(): void {
    const unpaced = run.jumpTo !== null || (run.speed === MAX_SPEED && !run.paused)
    if (unpaced) {
      const goal = run.jumpTo ?? run.end
      const step = Math.min(goal, run.end, Math.floor(allowed(UNPACED_STEP_MS)))
      if (step > run.h) {
        run.h = step
        run.simAnchor = step
        run.wallAnchor = clock.now()
      }
      if (run.jumpTo !== null && Math.min(...run.progress) >= run.jumpTo) {
        run.jumpTo = null
        anchorAt(run.h)
      }
      return
    }
    if (run.paused) return
    const slack = SLACK_WALL_MS * run.speed
    const wanted = simNow() + options.leadMs * run.speed
    const limit = allowed(slack)
    if (wanted > limit) stalls++
    const h = Math.min(run.end, Math.floor(Math.min(wanted, limit)))
    if (h > run.h) run.h = h
    // A clock that ran far ahead of what was allowed is set back: the achieved speed is what it is.
    if (simNow() > run.h + slack) anchorAt(run.h)
  }

  async function settle(command: Command, error: string | null): Promise<void> {
    const result: CommandResult = {
      id: command.id,
      ok: error === null,
      ...(error === null ? {} : { error }),
      effectiveAt: isoTime(run.h),
    }
    results.set(command.id, result)
    if (results.size > KNOWN_IDS) results.delete(results.keys().next().value!)
    await append(topics.commandResult, command.id, result)
  }

  /** Applies a clock or run command; returns why not, or null. */
  async function control(command: Command): Promise<string | null> {
    switch (command.name) {
      case 'clock.speed': {
        const asked = command.args.speed
        const speed = asked === 'max' ? MAX_SPEED : Number(asked)
        if (!(speed > 0 && (speed <= MAX_ASKED_SPEED || speed === MAX_SPEED))) {
          return `args.speed: ${String(asked)}, expected a number in (0, ${MAX_ASKED_SPEED}] or "max"`
        }
        anchorAt(simNow())
        run.speed = speed
        return null
      }
      case 'clock.pause':
        anchorAt(simNow())
        run.paused = true
        return null
      case 'clock.resume':
        anchorAt(run.paused ? run.simAnchor : simNow())
        run.paused = false
        return null
      case 'clock.jump': {
        const to = Date.parse(String(command.args.to))
        if (!(to > run.h && to <= run.end)) {
          return `args.to: ${String(command.args.to)}, expected an instant after ${isoTime(run.h)} and not after ${isoTime(run.end)}`
        }
        run.jumpTo = to
        return null
      }
      case 'run.stop':
        run.end = run.h
        return null
      case 'run.restart':
        await endRun('restart')
        restart++
        run = await mint()
        return null
      default:
        return `name: "${command.name}", expected clock.speed, clock.pause, clock.resume, clock.jump, run.restart or run.stop`
    }
  }

  /** Why this asset command cannot be taken, or null. */
  function refuse(command: Command): string | null {
    const known = Object.values(run.descriptor.declarations).flatMap((d) => d.commands)
    const declared = known.find((c) => c.name === command.name)
    if (!declared) {
      return `name: "${command.name}", expected one of ${known.map((c) => c.name).join(', ')}`
    }
    if (!command.target) return `target: missing, expected the id of an asset`
    const problems = Value.Errors(declared.args, command.args)
    if (problems.length > 0) {
      return problems.map((p) => `args${p.instancePath}: ${p.message}`).join('; ')
    }
    return null
  }

  async function takeCommands(): Promise<void> {
    while (commands.length > 0) {
      const command = commands.shift()!
      const known = results.get(command.id)
      if (known) {
        await append(topics.commandResult, command.id, known)
        continue
      }
      const own = command.name.startsWith('clock.') || command.name.startsWith('run.')
      if (run.ended && command.name !== 'run.restart') {
        await settle(command, 'the run has ended; send run.restart to begin again')
        continue
      }
      const error = own ? await control(command) : refuse(command)
      if (error === null) {
        const record = { ...command, effectiveAt: isoTime(run.h) }
        await append(topics.run, `${run.epoch}|command|${command.id}`, record)
      }
      // The owner of the asset answers an accepted asset command.
      if (own || error !== null) await settle(command, error)
    }
  }

  async function endRun(reason: RunEnd['reason']): Promise<void> {
    if (run.ended) return
    run.ended = true
    const at = isoTime(reason === 'duration' ? run.end : run.h)
    await append(topics.run, `${run.epoch}|end|0`, { at, reason } satisfies RunEnd)
  }

  async function beat(): Promise<void> {
    const now = clock.now()
    const gap = now - lastBeat
    lastBeat = now
    if (gap > SLEEP_GAP_MS && !run.paused && !run.ended) {
      run.simAnchor = Math.min(run.h, run.simAnchor + (now - gap - run.wallAnchor) * run.speed)
      run.wallAnchor = now
      run.paused = true
      options.onProblem?.(
        `conductor: the wall clock jumped by ${Math.round(gap / 1000)} s, so the city was paused; resume it when ready`,
      )
    }
    await takeCommands()
    if (!run.ended) {
      moveHorizon()
      await writeHorizon()
      if (Math.min(...run.progress) >= run.end) {
        await endRun(run.end < Date.parse(run.descriptor.end) ? 'stop' : 'duration')
      }
    }
  }

  async function loop(): Promise<void> {
    while (!stopping) {
      await beat()
      const unpaced = run.jumpTo !== null || run.speed === MAX_SPEED
      await sleep(clock, unpaced ? FAST_BEAT_MS : BEAT_MS)
    }
  }

  const done = loop()
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
