// The demo's one address, and the world that stands behind it: at a kept time another takes its place, and the pages dial again.
import type { KeptJourney, NextStage } from '../../console/server/options.ts'
import { realClock } from '../../infra/clock.ts'
import type { EventLog } from '../../infra/event-log/event-log.ts'
import { createMemoryLog } from '../../infra/memory/memory-log.ts'
import type { Metrics } from '../../infra/metrics.ts'
import { isoTime } from '../../infra/time.ts'
import { rewindRun } from '../../producers/run/rewind.ts'
import { FrontServer } from '../replay/page/front-server.ts'
import { DemoWorld, type DemoWorldOptions, type DemoWorldShared } from './demo-world.ts'

export class DemoCity {
  readonly #shared: DemoWorldShared
  readonly #front = new FrontServer()
  readonly #failure = Promise.withResolvers<never>()
  #world: DemoWorld
  /** Wall ms at which it went to a kept time last; 0 = never. */
  #since = 0
  /** Why a kept state was refused, where nobody has heard of it yet. */
  #problem: string | null = null
  #going: Promise<unknown> = Promise.resolve()
  /** One world is gone and the next is not there yet. */
  #isBetween = false
  #isStopping = false

  private constructor(shared: DemoWorldShared, first: DemoWorld) {
    this.#shared = shared
    this.#world = first
    this.#failure.promise.catch(() => {}) // its owner listens later
    shared.states.onRefused((why) => {
      this.#problem = why
      this.#tellProblem()
    })
  }

  /** Resolves with the address to open. */
  static async open(
    shared: DemoWorldShared,
    host: string,
    port: number | undefined,
  ): Promise<{ city: DemoCity; url: string }> {
    let city: DemoCity | null = null
    const go = (journey: KeptJourney) => city!.go(journey)
    const memory = createMemoryLog({ clock: realClock })
    const kept = { go }
    const first = await DemoWorld.open(shared, { memory, faults: [], kept })
    city = new DemoCity(shared, first)
    city.#watch(first)
    // A page that cannot be opened leaves no city behind.
    const url = await city.#front.listen(host, port, first.server).catch(async (error: unknown) => {
      await first.stop()
      await first.server.close()
      throw error
    })
    return { city, url }
  }

  get log(): EventLog {
    return this.#world.log
  }

  get metrics(): Metrics {
    return this.#world.metrics
  }

  /** Rejects when a part of what is shown died. */
  get failed(): Promise<never> {
    return this.#failure.promise
  }

  /** One journey after the other; what `KeptTimes` promises. */
  go(journey: KeptJourney): Promise<NextStage | null> {
    const gone = this.#going.then(() => this.#go(journey))
    this.#going = gone.catch(() => {})
    return gone
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    this.#shared.states.stop()
    await this.#going
    await this.#world.stop()
    await this.#front.close()
  }

  async #go({ epoch, at, hold, speed, stage }: KeptJourney): Promise<NextStage | null> {
    const { states, topics, logger } = this.#shared
    const old = this.#world
    const state = await states.find(epoch, at, old.from)
    if (!state || this.#isStopping) return null
    old.server.refuseCommands(
      `the city went to ${isoTime(at)} while this was on its way, and what was done after that is undone; send it again`,
    )
    this.#isBetween = true
    await old.drop()
    const memory = state.log.copy()
    await rewindRun({
      ...{ log: memory, clock: realClock, topic: topics.run },
      ...{ epoch, to: at, speed, hold },
    })
    this.#problem = await states.prepare(state)
    this.#since = Math.max(this.#since + 1, Math.round(realClock.now()))
    const faults = old.from.faults.filter((fault) => fault.at < at)
    await this.#show({
      ...{ memory, faults, stage, world: this.#since },
      kept: { go: (next) => this.go(next) },
    })
    await old.log.close()
    logger.info({ at: isoTime(at) }, 'demo: the city stands as it was kept')
    return { take: (order) => this.#world.server.present(order) }
  }

  async #show(options: DemoWorldOptions): Promise<void> {
    const next = await DemoWorld.open(this.#shared, options)
    this.#world = next
    this.#isBetween = false
    this.#watch(next)
    this.#tellProblem()
    await this.#front.show(next.server)
  }

  #watch(world: DemoWorld): void {
    world.failed.catch((error: unknown) => {
      if (world === this.#world) this.#failure.reject(error)
    })
  }

  #tellProblem(): void {
    const why = this.#problem
    if (why === null || this.#isBetween) return
    this.#problem = null
    const text = 'the city as it was kept is of no use, so it is simulated up to there again'
    this.#shared.logger.warn({ why }, `demo: ${text}`)
    this.#world.server.tellPresenter(`${text}: ${why}`)
  }
}
