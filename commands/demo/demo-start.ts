// Starts everything that the demo shows; kept apart so that the other commands need not load a web server.
import { createWriteStream, openSync } from 'node:fs'
import { createConsoleServer } from '../../console/server/server.ts'
import { realClock } from '../../infra/clock.ts'
import type { EventLog } from '../../infra/event-log/event-log.ts'
import { createIgnoredRecords } from '../../infra/event-log/ignored-records.ts'
import { createLogger, type Logger } from '../../infra/logger.ts'
import { connectTo } from '../../infra/memory/connection.ts'
import { createMemoryLog } from '../../infra/memory/memory-log.ts'
import { createMetrics, meteredLog } from '../../infra/metrics.ts'
import { allOf, Problem, problemText } from '../../infra/problem.ts'
import { topicNames } from '../../producers/contract/topics.ts'
import { roadGraph } from '../../seeds/geography/arterials.ts'
import { cityTopology } from '../../seeds/load/city.ts'
import { scenarioNames } from '../../seeds/scenario/scenario.ts'
import type { OptionValues } from '../options/options.ts'
import { checkedPage } from '../options/page-options.ts'
import { watchConductor, watchShard } from '../produce/producer-metrics.ts'
import { watchTwin } from '../twin/twin-metrics.ts'
import { startOneProcess } from '../wiring/one-process.ts'
import { recheckWith } from '../wiring/recheck.ts'
import { WEB_ROOT } from '../wiring/web-build.ts'
import { openWorld, type World, type WorldOptions } from '../wiring/world.ts'
import { type DemoTwin, type DemoTwinOptions, startDemoTwin } from './demo-twin.ts'
import { createLossyLog } from './lossy-log.ts'
import { type WayMark, WayMarks } from './way-marks.ts'

/** What tests replace: other domains, other seeds, another page. */
export type DemoOptions = Pick<WorldOptions, 'domains' | 'seeds'> & {
  webRoot?: string
  /** Awaited when all options have been found right, before anything starts. */
  prepare?(): Promise<void>
}

/** Resolves when the page answers; `failed` rejects when a part died. */
export async function startDemo(values: OptionValues, options: DemoOptions = {}) {
  const { logger, page, world, marksFile } = allOf('huacheng demo', {
    logger: () => createLogger({ level: (values['log-level'] as string) ?? 'warn' }),
    page: () => checkedPage(values),
    world: () => openWorld(values, { ...options, truth: values['no-truth'] !== true }),
    marksFile: () => openedMarks(values.marks as string | undefined),
  })
  await options.prepare?.()
  const metrics = createMetrics()
  const memory = createMemoryLog({ clock: realClock })
  const marks = marksFile === null ? null : wayMarks(marksFile, world, logger)
  const watched = (it: EventLog) => marks?.on(meteredLog(it, metrics)) ?? meteredLog(it, metrics)
  const log = watched(memory)
  const ignored = createIgnoredRecords({ clock: realClock, logger, metrics })
  const shared = { log, clock: realClock, topics: topicNames(), logger, ignored }
  const producersLog = createLossyLog(log, [shared.topics.domain(busiest(world))])
  const parts = await startOneProcess({
    ...shared,
    world,
    metrics,
    producersLog,
    keepsSpare: true,
    connect() {
      const connection = connectTo(memory)
      return { ...watched(connection), sever: connection.sever }
    },
  })
  watchConductor(metrics, parts.conductor)
  watchShard(metrics, parts.shard)
  const twin = await twinOf(values, options, {
    ...{ log, logger, topics: shared.topics, scenario: world.scenario },
  })
  if (twin) watchTwin(metrics, twin)
  const server = await createConsoleServer({
    ...shared,
    cityOf: () => world.city,
    catalogueOf: () => world.catalogue,
    topologyOf: cityTopology,
    roadsOf: roadGraph,
    scenariosOf: scenarioNames,
    webRoot: options.webRoot ?? WEB_ROOT,
    ...page,
    metrics: metrics.registry,
    demo: {
      steal: () => producersLog.loseOne(),
      giveBack: (lost) => producersLog.giveBack(lost),
      kill: (tell) => parts.kill!(tell),
    },
    ...(twin && { twinWithout: (id: string) => twin.without(id) }),
    stalls: () => parts.conductor.stalls(),
    recheck: recheckWith(values, options.seeds),
  })
  async function stop(): Promise<void> {
    await twin?.stop()
    await parts.stop()
    await server.close()
    await log.close()
  }
  // A page that cannot be opened leaves no city behind.
  const url = await server.listen().catch(async (error: unknown) => {
    await stop()
    throw error
  })
  return {
    url,
    world,
    log,
    logger,
    metrics,
    failed: parts.failed,
    stop,
  }
}

/** Number of the opened file; null where nobody measures: then nothing of it stands in any event's way. */
function openedMarks(path: string | undefined): number | null {
  if (path === undefined) return null
  try {
    return openSync(path, 'w')
  } catch (error) {
    const got = `"${path}" (${(error as NodeJS.ErrnoException).code})`
    throw new Problem(problemText('--marks', got, 'a file that can be written'))
  }
}

function wayMarks(fd: number, { scenario }: World, logger: Logger): WayMarks {
  const file = createWriteStream('', { fd })
  file.on('error', (error) => logger.error({ err: error }, 'demo: --marks: no more is written'))
  const write = (mark: WayMark) => void file.write(`${JSON.stringify(mark)}\n`)
  return new WayMarks(realClock, topicNames(), scenario.domains, write)
}

/** None where it is not wanted, and none of domains that another thread cannot load. */
function twinOf(
  values: OptionValues,
  { domains, seeds }: DemoOptions,
  shared: Pick<DemoTwinOptions, 'log' | 'topics' | 'logger' | 'scenario'>,
): Promise<DemoTwin> | null {
  if (values['no-twin'] === true || domains) return null
  // As they were given, less what only prototypes know.
  return startDemoTwin({
    ...shared,
    values: { ...values },
    seeds,
    truth: values['no-truth'] !== true,
  })
}

/** Of the domains on the map, where people can be shown what is missing, the one whose assets report most often: it is named soonest. */
function busiest({ descriptor }: World): string {
  const declarations = Object.values(descriptor.declarations)
  const drawn = declarations.filter(({ layer }) => layer.order !== null)
  return (drawn.length > 0 ? drawn : declarations).reduce((a, b) =>
    b.cadenceMs < a.cadenceMs ? b : a,
  ).domain
}
