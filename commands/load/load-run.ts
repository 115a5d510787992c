// A load from its options to its figures: world, topics, run, workers, what watches the pipeline, and one play after another.
import { type Clock, fineClock, sleep } from '../../infra/clock.ts'
import type { Subscription } from '../../infra/event-log/event-log.ts'
import { LoadSession, type PlayedPlan } from '../../load/generate/session.ts'
import type { LoadFigures } from '../../load/judge/figures.ts'
import { LagWatch } from '../../load/pipeline/lag-watch.ts'
import { Sink } from '../../load/pipeline/sink.ts'
import type { ShapedLoad } from '../../load/plan/shapes.ts'
import type { OptionValues } from '../options/options.ts'
import { ignoredOnStderr } from '../wiring/ignored.ts'
import type { World } from '../wiring/world.ts'
import { LoadRun } from './load-log.ts'
import { type LoadOptions, SEARCH_GROWS } from './load-options.ts'
import { type LoadTarget, openTarget } from './load-target.ts'
import { createLoadWorker } from './load-worker.ts'
import { openLoadWorld } from './load-world.ts'
import { type ChildLink, forkWorker, localWorker } from './worker-links.ts'
import type { WorkerTask } from './worker-task.ts'

/** Of events/s, so many are followed to the sink: enough for p99.9, cheap enough to look each up. */
const FOLLOWED_PER_S = 2_000
/** For what is still on its way to the sink, and for a backlog to be worked off. */
const SINK_PATIENCE_MS = 10_000
const RECOVERY_MS = 60_000
const LOOK_MS = 250

/** One load that was played, with what it came to. */
export type PlayedLoad = {
  load: ShapedLoad
  warmUpMs: number
  played: PlayedPlan
  figures: LoadFigures
}

export class LoadTest {
  readonly world: World
  readonly target: LoadTarget
  readonly run: LoadRun | null
  readonly session: LoadSession
  readonly lag: LagWatch | null
  readonly sink: Sink | null
  /** One event of so many is followed. */
  readonly follow: number
  readonly began: number
  readonly #clock: Clock
  readonly #links: ChildLink[]
  #tail: Subscription | null = null

  static async open(values: OptionValues, options: LoadOptions): Promise<LoadTest> {
    const { world, values: simulated } = openLoadWorld(values, options)
    const isForeign = changedBy(options).length > 0
    const target = await openTarget(values, world, isForeign)
    try {
      const { log, topics } = target
      const clock = fineClock
      const { descriptor } = world
      const ignored = ignoredOnStderr()
      const begun = { log, clock, topic: topics.run, descriptor, ignored }
      const run = isForeign ? null : await LoadRun.begin(begun)
      const test = new LoadTest(options, { world, target, run, simulated, values, clock })
      await test.#start(options)
      return test
    } catch (error) {
      await target.close()
      throw error
    }
  }

  private constructor(
    options: LoadOptions,
    parts: {
      world: World
      target: LoadTarget
      run: LoadRun | null
      simulated: OptionValues
      values: OptionValues
      clock: Clock
    },
  ) {
    const { world, target, run, simulated, values, clock } = parts
    const { scenario } = world
    this.world = world
    this.target = target
    this.run = run
    this.#clock = clock
    this.began = clock.now()
    const { sink, group } = options
    // A search goes higher than it begins.
    const most = options.load.plan.peak * (options.finds ? SEARCH_GROWS : 1)
    this.follow = sink ? Math.max(1, Math.ceil(most / FOLLOWED_PER_S)) : 0
    this.sink = sink && new Sink(sink.idOf, this.follow)
    this.#links = this.#createLinks(options, values, simulated)
    this.session = new LoadSession({
      workers: this.#links,
      clock,
      ...{ start: scenario.start, end: scenario.start + scenario.durationMs },
      onFollowed: ({ ids, meant, measured }) => {
        for (let i = 0; i < ids.length; i++) this.sink?.sent(ids[i], meant[i], measured[i])
      },
      onReached: (sim, wall) => this.run?.reached(sim, wall, this.#speed(sim, wall)),
    })
    this.lag =
      group === undefined
        ? null
        : new LagWatch({
            ...{ log: target.log, clock, group },
            isOurs: (topic) => scenario.domains.some((d) => target.topics.domain(d) === topic),
          })
  }

  #createLinks(options: LoadOptions, values: OptionValues, simulated: OptionValues): ChildLink[] {
    const { isMemory, workers, lingerMs, pad, skew, flat } = options
    const { world, target, follow, run } = this
    const kafka = withoutText(values)
    const task = (worker: number): WorkerTask => ({
      ...{ worker, workers, kafka, simulated, lingerMs, pad, skew, flat, follow },
      truth: values.truth === true,
      epoch: run?.epoch ?? 0,
      restart: run?.restart ?? 0,
    })
    if (!isMemory) return Array.from({ length: workers }, (_, i) => forkWorker(task(i)))
    const { log, topics } = target
    return [
      localWorker((post) =>
        createLoadWorker(task(0), { log, topics, world, clock: this.#clock, post }),
      ),
    ]
  }

  async #start({ sink }: LoadOptions): Promise<void> {
    try {
      await this.session.ready()
      if (!sink || !this.sink) return
      const met = this.sink
      const clock = this.#clock
      const { topic } = sink
      const batch = (found: Parameters<Sink['take']>[0]) => met.take(found, clock.now())
      this.#tail = await this.target.log.tail({ topic, from: 'latest', batch })
    } catch (error) {
      this.kill()
      throw error
    }
  }

  /** Sends a load and waits for what comes of it. */
  async play(load: ShapedLoad, warmUpMs: number): Promise<PlayedLoad> {
    const played = await this.session.play(load, warmUpMs)
    if (this.sink) await this.#until(SINK_PATIENCE_MS, () => this.sink!.open === 0)
    const { measured, measureFrom, startAt, endedAt } = played
    const { plan } = load
    const met = this.sink?.finish() ?? null
    const plannedMs = plan.durationMs - warmUpMs
    const figures: LoadFigures = {
      offered: ((plan.total - plan.countAt(warmUpMs)) * 1000) / plannedMs,
      sent: measured.counted.sent,
      acked: measured.counted.acked,
      errors: measured.all.failed,
      seconds: Math.max(plannedMs, endedAt - measureFrom) / 1000,
      send: measured.send,
      ack: measured.ack,
      e2e: met?.latency ?? null,
      sink: met?.counts ?? null,
      lag: this.lag?.figures(measureFrom, startAt + plan.durationMs) ?? null,
    }
    return { load, warmUpMs, played, figures }
  }

  /** Until the group has caught up to about a second of a rate, or patience ends. */
  async recover(rate: number): Promise<void> {
    await this.#until(RECOVERY_MS, () => (this.lag?.now ?? 0) <= rate)
  }

  async #until(patienceMs: number, isDone: () => boolean): Promise<void> {
    const until = this.#clock.now() + patienceMs
    while (!isDone() && this.#clock.now() < until) await sleep(this.#clock, LOOK_MS)
  }

  #speed(sim: number, wall: number): number {
    const since = Math.max(1, wall - this.began)
    return Math.max(0.001, (sim - this.world.scenario.start) / since)
  }

  /** Ends the run on the log and lets everything go. */
  async close(): Promise<void> {
    try {
      await this.session.close()
      await this.run?.end(this.session.simulatedTo)
      await this.lag?.close()
      await this.#tail?.close()
    } finally {
      this.kill()
      await this.target.close()
    }
  }

  kill(): void {
    for (const link of this.#links) link.kill()
  }
}

/** What makes the bytes other than the city's, as it was asked for. */
export function changedBy({ pad, skew, flat }: LoadOptions): string[] {
  return [
    ...(flat ? ['--flat'] : []),
    ...(pad === undefined ? [] : [`--pad ${pad}`]),
    ...(skew === undefined ? [] : [`--skew zipf:${skew}`]),
  ]
}

/** What a worker needs of the options to find Kafka. */
function withoutText(values: OptionValues): OptionValues {
  const { brokers, compression } = values
  return {
    ...{ brokers, compression, prefix: values.prefix ?? 'load.' },
    'command-config': values['command-config'],
  }
}
