// The conductor: mints the run on `run`, moves the horizon, and turns commands into facts with an effective time.
import { randomUUID } from 'node:crypto'
import { Value } from 'typebox/value'
import { type Clock, sleep } from '../infra/clock.ts'
import type { EventLog } from '../infra/event-log.ts'
import { isoTime } from '../infra/time.ts'
import { type ConductorView, conductorView } from './conductor-view.ts'
import { runKey } from './contract/keys.ts'
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
import { adoptable, isForConductor, isSameScenario, type PastRun, readRuns } from './run-history.ts'
import { Speedometer } from './speedometer.ts'

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
  view(): ConductorView
  stop(): Promise<void>
}

type Run = {
  epoch: number
  /** Offset at which this conductor announced itself. */
  term: number
  descriptor: Descriptor
  start: number
  clock: RunClock
  ended: boolean
  toldOvertaken: boolean
  /** Simulated-to of each shard. */
  progress: number[]
  /** The horizon as last written, so that a standing clock writes nothing. */
  written: string
}

export async function startConductor(options: ConductorOptions): Promise<RunningConductor> {
  const { log, clock, topics, newId = randomUUID } = options
  let restart = 0
  let stalls = 0
  let stopping = false
  /** Offset of the newest run that another conductor began, and its newest announcement. */
  let rivalRun = -1
  let rivalTerm = { epoch: -1, offset: -1 }
  let lastBeat = 0
  const speedometer = new Speedometer()
  const minted = new Set<string>()
  /** Commands that count, by id: in which run, and when they take effect. */
  const accepted = new Map<string, { epoch: number; effectiveAt: string }>()
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
    const id = newId()
    minted.add(id)
    const epoch = Number(
      await append(
        topics.run,
        runKey.build({ kind: 'descriptor', run: descriptor.run, id }),
        descriptor,
      ),
    )
    return conduct(epoch, epoch, descriptor, null)
  }

  /** Takes a run in hand: from its start, or from the furthest horizon that a conductor before us wrote. */
  function conduct(epoch: number, term: number, descriptor: Descriptor, last: Horizon | null): Run {
    const start = Date.parse(descriptor.start)
    return {
      epoch,
      term,
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
      toldOvertaken: false,
      progress: new Array(descriptor.shards).fill(Number.NEGATIVE_INFINITY),
      written: '',
    }
  }

  /** The open run of this scenario, announced to its shards and to a conductor that may still be there; or a new one. */
  async function begin(): Promise<{ run: Run; controls: Command[] }> {
    let history = await readRuns(log, topics.run)
    for (;;) {
      const same = history.filter((h) => isSameScenario(h.descriptor, options.descriptorOf(0)))
      const open = options.restart ? undefined : adoptable(history, same)
      restart = open ? same.length - 1 : same.length
      if (!open) {
        remember(history)
        return { run: await mint(), controls: [] }
      }
      const term = await append(
        topics.run,
        runKey.build({ kind: 'conductor', epoch: open.epoch, id: newId() }),
        {},
      )
      // What others wrote until then counts, and nothing of what they write after it.
      history = await readRuns(log, topics.run)
      const now = history.at(-1)!
      if (now.epoch !== open.epoch || now.ended) continue
      remember(history)
      const run = conduct(now.epoch, Number(term), now.descriptor, now.horizon)
      if (now.restarting) return { run: await mintAfter(run), controls: [] }
      return { run, controls: now.controls }
    }
  }

  function remember(history: PastRun[]): void {
    for (const { epoch, accepted: ids } of history) {
      for (const [id, effectiveAt] of ids) accepted.set(id, { epoch, effectiveAt })
    }
  }

  async function mintAfter(ending: Run): Promise<Run> {
    await endRun(ending, 'restart')
    restart++
    return mint()
  }

  const begun = await begin()
  let run = begun.run
  for (const command of begun.controls) control(command)
  const runTail = await log.tail({
    topic: topics.run,
    from: { offset: BigInt(run.epoch) },
    batch({ records }) {
      for (const r of records) {
        if (r.key && r.value) takeNotice(r.key.toString(), r.value, Number(r.offset))
      }
    },
  })

  function takeNotice(text: string, value: Buffer, offset: number): void {
    const key = runKey.parse(text)
    if (key?.kind === 'descriptor') {
      if (!minted.has(key.id)) rivalRun = Math.max(rivalRun, offset)
    } else if (key?.kind === 'conductor' && key.epoch >= run.epoch) {
      rivalTerm = { epoch: key.epoch, offset }
    } else if (key?.kind === 'progress' && key.epoch === run.epoch) {
      run.progress[key.shard] = Date.parse((JSON.parse(value.toString()) as Progress).simulatedTo)
    }
  }

  /** Another conductor announced itself after this one, or began a newer run: it conducts now. */
  function isOvertaken(): boolean {
    const isLater = rivalTerm.epoch === run.epoch && rivalTerm.offset > run.term
    if (!isLater && rivalRun <= run.epoch) return false
    if (!run.toldOvertaken) {
      options.onProblem?.(
        `conductor: another one took run ${run.descriptor.run} over, or began a newer one; ` +
          'this one conducts no more, restart it when the other is gone',
      )
    }
    run.toldOvertaken = true
    return true
  }

  const resultTail = await log.tail({
    topic: topics.commandResult,
    from: 'earliest',
    batch({ records }) {
      for (const { key, value } of records) {
        if (key && value) keepResult(JSON.parse(value.toString()) as CommandResult)
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
    const horizon: Horizon = { ...run.clock.horizon(), term: run.term }
    const text = JSON.stringify(horizon)
    if (text === run.written) return
    run.written = text
    await append(
      topics.run,
      runKey.build({ kind: 'horizon', epoch: run.epoch, term: run.term }),
      horizon,
    )
  }

  function keepResult(result: CommandResult): void {
    results.set(result.id, result)
    if (results.size > KNOWN_IDS) results.delete(results.keys().next().value!)
  }

  async function settle(command: Command, error: string | null, effectiveAt: string) {
    const ok = error === null
    const result: CommandResult = { id: command.id, ok, ...(ok ? {} : { error }), effectiveAt }
    keepResult(result)
    await append(topics.commandResult, command.id, result)
  }

  /** Applies a command to the clock; returns why not, or null. */
  function control({ name, args }: Command): string | null {
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
        return run.clock.stop(now)
      case 'run.restart':
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
    const { id, name } = command
    const known = results.get(id)
    if (known) {
      // Said before: the same answer, and nothing happens twice.
      await append(topics.commandResult, id, known)
      return
    }
    const own = isForConductor(command)
    const before = accepted.get(id)
    if (before) {
      // Accepted before its answer was lost; in this run the owner of an asset answers by itself.
      const error = own ? null : 'the run was restarted before this took effect'
      if (own || before.epoch !== run.epoch) await settle(command, error, before.effectiveAt)
      return
    }
    const effectiveAt = isoTime(run.clock.h)
    if (run.ended && name !== 'run.restart') {
      await settle(command, 'the run has ended; send run.restart to begin again', effectiveAt)
      return
    }
    const error = own ? control(command) : refuse(command)
    if (error === null) {
      accepted.set(id, { epoch: run.epoch, effectiveAt })
      if (accepted.size > KNOWN_IDS) accepted.delete(accepted.keys().next().value!)
      // The term is part of the key: what a conductor that was overtaken still writes must replace nothing.
      const { epoch, term } = run
      const key = runKey.build({ kind: 'command', epoch, id, term })
      await append(topics.run, key, { ...command, effectiveAt, term })
      if (isOvertaken()) return
      if (name === 'run.restart') run = await mintAfter(run)
    }
    // The owner of the asset answers an accepted asset command.
    if (own || error !== null) await settle(command, error, effectiveAt)
  }

  async function endRun(ending: Run, reason: RunEnd['reason']): Promise<void> {
    if (ending.ended) return
    ending.ended = true
    const at = isoTime(reason === 'restart' ? ending.clock.h : ending.clock.end)
    const { epoch, term } = ending
    const end: RunEnd = { at, reason, term }
    await append(topics.run, runKey.build({ kind: 'end', epoch, term }), end)
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
    while (commands.length > 0) {
      const command = commands.shift()!
      if (!isOvertaken()) await take(command)
    }
    if (isOvertaken() || run.ended) return
    const slowest = Math.min(...run.progress)
    speedometer.note(now, slowest)
    if (run.clock.move(now, slowest, allowed)) stalls++
    await writeHorizon()
    if (slowest >= run.clock.end) {
      const cutShort = run.clock.end < Date.parse(run.descriptor.end)
      await endRun(run, cutShort ? 'stop' : 'duration')
    }
  }

  async function loop(): Promise<void> {
    lastBeat = clock.now() // topics just made may have kept the start waiting: nobody slept
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
    view: () => conductorView(run, speedometer.speed),
    async stop() {
      stopping = true
      await done
      await Promise.all([runTail.close(), commandTail.close(), resultTail.close()])
    },
  }
}
