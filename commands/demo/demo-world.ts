// The demo from one time on: a log, producers and processor on it, a twin beside them and a console that shows it.

import type { ConsoleOptions } from '../../console/server/options.ts'
import { type ConsoleServer, createConsoleServer } from '../../console/server/server.ts'
import { realClock } from '../../infra/clock.ts'
import type { EventLog } from '../../infra/event-log/event-log.ts'
import { createIgnoredRecords } from '../../infra/event-log/ignored-records.ts'
import type { Logger } from '../../infra/logger.ts'
import { connectTo } from '../../infra/memory/connection.ts'
import type { MemoryLog } from '../../infra/memory/memory-log.ts'
import { createMetrics, type Metrics, meteredLog } from '../../infra/metrics.ts'
import type { compileRun } from '../../processor/program/program.ts'
import type { Topics } from '../../producers/contract/topics.ts'
import { RecentPast } from '../../replay/record/recent/recent-past.ts'
import { roadGraph } from '../../seeds/geography/arterials.ts'
import { cityTopology } from '../../seeds/load/city.ts'
import { scenarioNames } from '../../seeds/scenario/scenario.ts'
import type { checkedPage } from '../options/page-options.ts'
import { watchConductor, watchShard } from '../produce/producer-metrics.ts'
import { watchTwin } from '../twin/twin-metrics.ts'
import { startOneProcess } from '../wiring/one-process.ts'
import type { World } from '../wiring/world.ts'
import type { DemoTwin } from './demo-twin.ts'
import type { KeptFrom, KeptStates } from './kept-states.ts'
import { LaterTwin } from './later-twin.ts'
import { createLossyLog } from './lossy-log.ts'
import { DemoRecordings } from './recordings/demo-recordings.ts'
import type { WayMarks } from './way-marks.ts'

/** Where people wait for the city, its twin takes no core of a small machine before it stands and is drawn. */
const TWIN_MS = 1_500

/** What is the same in all of them. */
export type DemoWorldShared = {
  world: World
  topics: Topics
  logger: Logger
  states: KeptStates
  /** Whether the city is kept at the start and at cues. */
  keeps: boolean
  compile: typeof compileRun
  marks: WayMarks | null
  /** Begins the twin of a log; null = there is none. */
  twinOf(log: EventLog): Promise<DemoTwin> | null
  hasTwin: boolean
  /** Folder under which recordings are written. */
  recordings: string
  page: Pick<ConsoleOptions, 'webRoot' | 'recheck' | keyof ReturnType<typeof checkedPage>>
}

export type DemoWorldOptions = Pick<ConsoleOptions, 'kept' | 'stage' | 'world'> & {
  memory: MemoryLog
  /** What was done to it before, beside commands. */
  faults: KeptFrom['faults']
}

type DemoWorldParts = {
  log: EventLog
  metrics: Metrics
  server: ConsoleServer
  running: Awaited<ReturnType<typeof startOneProcess>>
  twin: LaterTwin
  recordings: DemoRecordings
}

export class DemoWorld {
  readonly from: KeptFrom
  readonly #parts: DemoWorldParts

  private constructor(from: KeptFrom, parts: DemoWorldParts) {
    this.from = from
    this.#parts = parts
  }

  /** Its server answers once somebody hands it requests. */
  static async open(shared: DemoWorldShared, options: DemoWorldOptions): Promise<DemoWorld> {
    const { world, topics, logger, states, keeps, compile } = shared
    const { memory } = options
    const metrics = createMetrics()
    const watched = (it: EventLog) =>
      shared.marks?.on(meteredLog(it, metrics)) ?? meteredLog(it, metrics)
    const log = watched(memory)
    const ignored = createIgnoredRecords({ clock: realClock, logger, metrics })
    const common = { log, clock: realClock, topics, logger, ignored }
    const show = states.expect()
    const producersLog = createLossyLog(log, [topics.domain(busiest(world))])
    let recordings: DemoRecordings | null = null
    const running = await startOneProcess({
      ...common,
      ...{
        world,
        metrics,
        producersLog,
        compile,
        // Where states are kept, the one kernel is given another: making a second holds everybody up for tenths of a second.
        keepsSpare: !keeps,
        keeper: keeps ? states : undefined,
      },
      isHeldUp: () => recordings?.isHeldUp() ?? false,
      connect() {
        const connection = connectTo(memory)
        return { ...watched(connection), sever: connection.sever }
      },
    })
    const { descriptor, scenario } = world
    const processed = () => running.processor.watermark()
    const recent = await RecentPast.follow({ log: memory, topics, descriptor, processed })
    recordings = new DemoRecordings({
      ...{ recent, log: memory, clock: realClock, logger },
      ...{ folder: shared.recordings, name: scenario.name.replace(/[^\w-]+/g, '-') },
    })
    const faults = [...options.faults]
    const from: KeptFrom = { memory, processor: running.processor, faults }
    show(from)
    const at = () => running.shard.view()?.simulatedTo ?? world.scenario.start
    watchConductor(metrics, running.conductor)
    watchShard(metrics, running.shard)
    const twin = new LaterTwin(realClock, options.world === undefined ? 0 : TWIN_MS, () =>
      shared.twinOf(log),
    )
    twin.begun.then(
      (it) => it && watchTwin(metrics, it),
      (error: unknown) => logger.error({ err: error }, 'demo: there is no twin'),
    )
    const server = await createConsoleServer({
      ...{ ...common, ...shared.page },
      ...{ kept: keeps ? options.kept : undefined, stage: options.stage, world: options.world },
      cityOf: () => world.city,
      catalogueOf: () => world.catalogue,
      topologyOf: cityTopology,
      roadsOf: roadGraph,
      scenariosOf: scenarioNames,
      metrics: metrics.registry,
      demo: {
        async steal() {
          const lost = await producersLog.loseOne()
          faults.push({ id: `lost ${lost.asset} ${lost.seq}`, at: Date.parse(lost.time) })
          return lost
        },
        async giveBack(lost) {
          await producersLog.giveBack(lost)
          faults.push({ id: `late ${lost.asset} ${lost.seq}`, at: at() })
        },
        kill: (tell) => running.kill!(tell),
      },
      ...(shared.hasTwin && {
        twinWithout: async (id: string) => (await twin.begun)?.without(id) ?? null,
      }),
      recordings,
      stalls: () => running.conductor.stalls(),
    })
    return new DemoWorld(from, { log, metrics, server, running, twin, recordings })
  }

  get log(): EventLog {
    return this.#parts.log
  }

  get metrics(): Metrics {
    return this.#parts.metrics
  }

  get server(): ConsoleServer {
    return this.#parts.server
  }

  /** Rejects when a part died. */
  get failed(): Promise<void> {
    return this.#parts.running.failed
  }

  /** At once, and without a word to those that look at it: another is shown in its place. */
  async drop(): Promise<void> {
    const { running, twin, recordings } = this.#parts
    await recordings.close()
    await running.drop()
    await twin.stop()
  }

  async stop(): Promise<void> {
    const { running, twin, log, recordings } = this.#parts
    await recordings.close()
    await twin.stop()
    await running.stop()
    await log.close()
  }
}

/** Of the domains on the map, where people can be shown what is missing, the one whose assets report most often: it is named soonest. */
function busiest({ descriptor }: World): string {
  const declarations = Object.values(descriptor.declarations)
  const drawn = declarations.filter(({ layer }) => layer.order !== null)
  return (drawn.length > 0 ? drawn : declarations).reduce((a, b) =>
    b.cadenceMs < a.cadenceMs ? b : a,
  ).domain
}
