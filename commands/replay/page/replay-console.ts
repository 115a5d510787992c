// The page over a recording: a console for each world of it, all at one address.
import { type ConsoleServer, createConsoleServer } from '../../../console/server/server.ts'
import { realClock } from '../../../infra/clock.ts'
import type { Logger } from '../../../infra/logger.ts'
import { createMetrics } from '../../../infra/metrics.ts'
import { timelineOf } from '../../../replay/player/moves/moments.ts'
import type { Replay } from '../../../replay/player/replay.ts'
import type { ReplayWorld } from '../../../replay/player/replay-world.ts'
import { roadGraph } from '../../../seeds/geography/arterials.ts'
import { cityTopology } from '../../../seeds/load/city.ts'
import { scenarioNames } from '../../../seeds/scenario/scenario.ts'
import type { checkedPage } from '../../options/page-options.ts'
import type { worldsOfDescriptors } from '../../wiring/on-kafka.ts'
import { recheckWith } from '../../wiring/recheck.ts'
import { WEB_ROOT } from '../../wiring/web-build.ts'
import { FrontServer } from './front-server.ts'

export type ReplayConsoleOptions = {
  replay: Replay
  page: ReturnType<typeof checkedPage>
  worlds: ReturnType<typeof worldsOfDescriptors>
  logger: Logger
  /** Folder of the built page. */
  webRoot?: string
}

/** From slow motion to a day in minutes and a half. */
const SPEEDS_OFFERED = [0.1, 0.5, 1, 10, 30, 60, 120, 300, 1000]

/** Resolves when the page answers; follows every seek. */
export async function showReplay(options: ReplayConsoleOptions) {
  const { replay, page } = options
  const front = new FrontServer()
  let shownSince = Math.round(realClock.now())
  const first = await consoleOf(replay.world, shownSince, options)
  const url = await front.listen(page.host, page.port, first).catch(async (error: unknown) => {
    await first.close()
    throw error
  })
  replay.onWorld(async (world) => {
    shownSince = Math.max(shownSince + 1, Math.round(realClock.now()))
    await front.show(await consoleOf(world, shownSince, options))
  })
  return { url, close: () => front.close() }
}

function consoleOf(
  world: ReplayWorld,
  /** Wall ms; each world has another. */
  since: number,
  { replay, page, worlds, logger, webRoot = WEB_ROOT }: ReplayConsoleOptions,
): Promise<ConsoleServer> {
  const { topics } = replay.run.book
  return createConsoleServer({
    ...{ ...worlds, log: world.log, clock: realClock, topics, logger, webRoot },
    ...{ topologyOf: cityTopology, roadsOf: roadGraph, scenariosOf: scenarioNames },
    ...page,
    metrics: createMetrics().registry,
    ignored: world.ignored,
    stalls: () => world.player.stalls,
    recheck: recheckWith(),
    speeds: SPEEDS_OFFERED,
    replayTimeline: () => timelineOf(replay.run, replay.span),
    ...{ world: since, replay: { ...replay.span, loop: replay.loop } },
  })
}
