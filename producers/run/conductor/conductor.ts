// The conductor: mints the run on `run`, moves the horizon, and turns commands into facts with an effective time.
import { randomUUID } from 'node:crypto'
import { type Clock, sleep } from '../../../infra/clock.ts'
import type { EventLog } from '../../../infra/event-log/event-log.ts'
import type { IgnoredRecords } from '../../../infra/event-log/ignored-records.ts'
import { problemText, shown } from '../../../infra/problem.ts'
import { isoTime } from '../../../infra/time.ts'
import { runKey } from '../../contract/keys.ts'
import type {
  Announcement,
  Command,
  CommandResult,
  Descriptor,
  Horizon,
  RunEnd,
} from '../../contract/records.ts'
import { createCommandReader, createResultReader } from '../../contract/run/command-reader.ts'
import {
  commandProblems,
  declaredCommand,
  isForConductor,
} from '../../contract/run/run-commands.ts'
import { createRunReader, type RunFact } from '../../contract/run/run-reader.ts'
import type { Topics } from '../../contract/topics.ts'
import { adoptable, isSameScenario, type PastRun, readRuns } from '../run-history.ts'
import { CommandQueue } from './command-queue.ts'
import { allowedBy, type ConductedRun, slowestShard, takeInHand } from './conducted-run.ts'
import { type ConductorView, conductorView } from './conductor-view.ts'
import { control } from './controls.ts'
import { RevokedCommands } from './revoked.ts'
import { Rivals } from './rivals.ts'
import { Speedometer } from './speedometer.ts'

const BEAT_MS = 100
const FAST_BEAT_MS = 10
/** A longer silence of the wall clock means the machine slept: pause, never a catch-up burst. */
const SLEEP_GAP_MS = 5_000
const KNOWN_IDS = 10_000
/** Of a beat, spent on commands: a flood of them must not hold the clock up. */
const COMMANDS_MS = 50

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
  /** Told of records that fit nothing. */
  ignored: Pick<IgnoredRecords, 'report'>
}

export interface RunningConductor {
  /** Rejects when the conductor died; resolves after stop(). */
  readonly done: Promise<void>
  /** Beats at which the horizon had to wait for a shard or the processor. */
  stalls(): number
  view(): ConductorView
  stop(): Promise<void>
}

export async function startConductor(options: ConductorOptions): Promise<RunningConductor> {
  const { log, clock, topics, newId = randomUUID } = options
  let restart = 0
  let stalls = 0
  let stopping = false
  let lastBeat = 0
  const speedometer = new Speedometer()
  const { report } = options.ignored
  const rivals = new Rivals()
  const revoked = new RevokedCommands()
  /** Commands that count, by id: in which run, when they take effect, and where this conductor wrote them. */
  const accepted = new Map<string, { epoch: number; effectiveAt: string; offset?: number }>()
  const commands = new CommandQueue()
  const results = new Map<string, CommandResult>()

  const append = (topic: string, key: string, value: object | null) =>
    log.append(topic, 0, [
      {
        key: Buffer.from(key),
        value: value && Buffer.from(JSON.stringify(value)),
        timestamp: Math.round(clock.now()),
      },
    ])

  async function mint(): Promise<ConductedRun> {
    const descriptor = options.descriptorOf(restart)
    const id = newId()
    rivals.minted(id)
    const epoch = Number(
      await append(
        topics.run,
        runKey.build({ kind: 'descriptor', run: descriptor.run, id }),
        descriptor,
      ),
    )
    return conduct(epoch, epoch, descriptor, null)
  }

  function conduct(epoch: number, term: number, descriptor: Descriptor, last: Horizon | null) {
    const { leadMs } = options
    return takeInHand({ epoch, term, descriptor, last, now: clock.now(), leadMs })
  }

  /** The open run of this scenario, announced to its shards and to a conductor that may still be there; or a new one. */
  async function begin(): Promise<{ run: ConductedRun; controls: Command[] }> {
    let history = await readRuns(log, topics.run, report)
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
        { run: open.descriptor.run } satisfies Announcement,
      )
      // What others wrote until then counts, and nothing of what they write after it.
      history = await readRuns(log, topics.run, report)
      const now = history.at(-1)!
      if (now.epoch !== open.epoch || now.end) continue
      remember(history)
      const run = conduct(now.epoch, Number(term), now.descriptor, now.horizon)
      if (now.restarting) return { run: await mintAfter(run), controls: [] }
      return { run, controls: now.controls }
    }
  }

  function remember(history: PastRun[]): void {
    for (const { epoch, commands } of history) {
      for (const { id, effectiveAt } of commands) accepted.set(id, { epoch, effectiveAt })
    }
  }

  async function mintAfter(ending: ConductedRun): Promise<ConductedRun> {
    await endRun(ending, 'restart')
    restart++
    return mint()
  }

  const begun = await begin()
  let run = begun.run
  for (const command of begun.controls) control(run.clock, command, clock.now())
  const reader = createRunReader({ topic: topics.run, report, since: run.epoch })
  const runTail = await log.tail({
    topic: topics.run,
    from: { offset: BigInt(run.epoch) },
    batch({ records }) {
      for (const record of records) {
        const fact = reader.read(record)
        if (fact) takeNotice(fact, Number(record.offset))
      }
    },
  })

  /** What this conductor wrote comes back too: what counts for the others counts for it. */
  function takeNotice(fact: RunFact, offset: number): void {
    rivals.notice(fact)
    revoked.notice(fact, offset)
    if (fact.epoch !== run.epoch) return
    if (fact.kind === 'progress') {
      run.progress[fact.progress.shard] = Date.parse(fact.progress.simulatedTo)
    } else if (isOvertaken()) {
      // The other one's.
    } else if (fact.kind === 'horizon' && run.clock.raise(Date.parse(fact.horizon.h))) {
      options.onProblem?.(
        `conductor: somebody else wrote a horizon of ${fact.horizon.h} to ${topics.run}, and the city follows it; ` +
          'only conductors may write there',
      )
    } else if (fact.kind === 'end' && !run.ended) {
      run.ended = true
      options.onProblem?.(
        `conductor: somebody else ended run ${run.descriptor.run} on ${topics.run}; run.restart begins another`,
      )
    }
  }

  /** Another conductor announced itself after this one, or began a newer run: it conducts now. */
  function isOvertaken(): boolean {
    if (!rivals.haveTaken(run)) return false
    if (!run.toldOvertaken) {
      options.onProblem?.(
        `conductor: another one took run ${run.descriptor.run} over, or began a newer one; ` +
          'this one conducts no more, restart it when the other is gone',
      )
    }
    run.toldOvertaken = true
    return true
  }

  const readResult = createResultReader({ topic: topics.commandResult, report })
  const resultTail = await log.tail({
    topic: topics.commandResult,
    from: 'earliest',
    batch({ records }) {
      for (const record of records) {
        const result = readResult(record)
        if (result) keepResult(result)
      }
    },
  })
  const readCommand = createCommandReader({ topic: topics.command, report })
  const commandTail = await log.tail({
    topic: topics.command,
    from: 'latest',
    batch: ({ records }) => commands.put(records.flatMap((r) => readCommand(r) ?? [])),
  })
  const tails = [runTail, resultTail, commandTail]

  async function writeHorizon(): Promise<void> {
    const horizon: Horizon = { ...run.clock.horizon(), term: run.term }
    if (!run.repeater.isDue(JSON.stringify(horizon), clock.now(), horizon.speed === 0)) return
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

  async function settle(id: string, error: string | null, effectiveAt: string) {
    const ok = error === null
    const result: CommandResult = { id, ok, ...(ok ? {} : { error }), effectiveAt }
    await answer(result)
  }

  async function answer(result: CommandResult): Promise<void> {
    keepResult(result)
    await append(topics.commandResult, result.id, result)
  }

  /** Why this command cannot be taken, or null; a clock does at once what it is told. */
  function refuse(command: Command): string | null {
    const { declarations } = run.descriptor
    const problems = commandProblems(command, declarations)
    if (problems.length > 0) return problems.join('; ')
    if (isForConductor(command)) return control(run.clock, command, clock.now())
    const { domain } = declaredCommand(command.name, declarations)!
    if (options.domainOf(command.target!) === domain) return null
    return problemText('target', shown(command.target), `the id of an asset of ${domain}`)
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
      if (own || before.epoch !== run.epoch) await settle(id, error, before.effectiveAt)
      return
    }
    const effectiveAt = isoTime(run.clock.h)
    if (run.ended && name !== 'run.restart') {
      await settle(id, 'the run has ended; send run.restart to begin again', effectiveAt)
      return
    }
    const error = refuse(command)
    if (error === null) {
      const { epoch, term } = run
      const entry: { epoch: number; effectiveAt: string; offset?: number } = { epoch, effectiveAt }
      accepted.set(id, entry)
      if (accepted.size > KNOWN_IDS) accepted.delete(accepted.keys().next().value!)
      // The term is part of the key: what a conductor that was overtaken still writes must replace nothing.
      const key = runKey.build({ kind: 'command', epoch, id, term })
      const offset = await append(topics.run, key, { ...command, effectiveAt, term })
      entry.offset = Number(offset)
      if (isOvertaken()) return
      if (name === 'run.restart') run = await mintAfter(run)
    }
    // The owner of the asset answers an accepted asset command.
    if (own || error !== null) await settle(id, error, effectiveAt)
  }

  /** What no reader obeys must not come to life when compaction has taken what it came too late for. */
  async function deleteRevoked(): Promise<void> {
    for (const { key, offset } of revoked.take(run.epoch)) {
      const known = accepted.get(key.id)
      if (known && known.offset !== offset) continue // somebody used its key before it was taken
      if (known) {
        accepted.delete(key.id)
        await settle(
          key.id,
          'somebody else moved the horizon past it; send it anew',
          known.effectiveAt,
        )
      }
      await append(topics.run, runKey.build(key), null)
    }
  }

  async function endRun(ending: ConductedRun, reason: RunEnd['reason']): Promise<void> {
    if (ending.ended) return
    ending.ended = true
    const at = isoTime(reason === 'restart' ? ending.clock.h : ending.clock.end)
    ending.end = { at, reason, term: ending.term }
    await writeEnd(ending)
  }

  async function writeEnd({ epoch, term, end, repeater }: ConductedRun): Promise<void> {
    if (!end || !repeater.isDue(JSON.stringify(end), clock.now(), true)) return
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

  async function takeCommands(since: number): Promise<void> {
    while (clock.now() - since < COMMANDS_MS) {
      const asked = commands.next()
      if (!asked) return
      if (isOvertaken()) continue
      if (asked.refused) await answer(asked.refused)
      else await take(asked.command)
    }
  }

  async function beat(): Promise<void> {
    const now = clock.now()
    noticeSleep(now)
    await takeCommands(now)
    if (isOvertaken()) return
    await deleteRevoked()
    if (run.ended) return writeEnd(run)
    const slowest = slowestShard(run)
    speedometer.note(now, slowest)
    if (run.clock.move(now, slowest, (slack) => allowedBy(run, slack, options.processed))) stalls++
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

  const looped = loop()
  looped.catch(() => {}) // `done` tells it
  const { promise: deaf, reject } = Promise.withResolvers<never>()
  for (const tail of tails) tail.done.catch(reject)
  const done = Promise.race([looped, deaf])
  // The owner listens to `done`; a failure before it does must not end the process.
  done.catch(() => {})
  return {
    done,
    stalls: () => stalls,
    view: () => conductorView(run, speedometer.speed),
    async stop() {
      stopping = true
      commands.close()
      await looped.catch(() => {})
      await Promise.all(tails.map((tail) => tail.close()))
    },
  }
}
