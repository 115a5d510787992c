// The page over a recording, or over two: a console for each world of it, all at one address.
import {
  type ConsoleOptions,
  type ConsoleServer,
  createConsoleServer,
} from '../../../console/server/server.ts'
import { realClock } from '../../../infra/clock.ts'
import type { Logger } from '../../../infra/logger.ts'
import { createMetrics } from '../../../infra/metrics.ts'
import { timelineOf } from '../../../replay/player/moves/moments.ts'
import type { Replay } from '../../../replay/player/replay.ts'
import type { ReplayWorld } from '../../../replay/player/replay-world.ts'
import type { ReplayedRun } from '../../../replay/player/replayed-run.ts'
import { roadGraph } from '../../../seeds/geography/arterials.ts'
import { cityTopology } from '../../../seeds/load/city.ts'
import { scenarioNames } from '../../../seeds/scenario/scenario.ts'
import type { checkedPage } from '../../options/page-options.ts'
import type { worldsOfDescriptors } from '../../wiring/on-kafka.ts'
import { recheckWith } from '../../wiring/recheck.ts'
import { WEB_ROOT } from '../../wiring/web-build.ts'
import { BesideComparison } from './comparison.ts'
import { BESIDE, FrontServer } from './front-server.ts'

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
  const front = new FrontServer(page.basePath)
  const comparison = replay.besideWorld ? new BesideComparison(replay) : null
  let shownSince = Math.round(realClock.now())
  const consoles = async (): Promise<[ConsoleServer, ConsoleServer?]> => {
    const { world, besideWorld } = replay
    const first = await consoleOf(world, shownSince, { ...options, comparison })
    return besideWorld ? [first, await secondOf(besideWorld, shownSince, options)] : [first]
  }
  const first = await consoles()
  const url = await front.listen(page.host, page.port, ...first).catch(async (error: unknown) => {
    await Promise.all(first.map((console) => console?.close()))
    throw error
  })
  replay.onWorld(async () => {
    shownSince = Math.max(shownSince + 1, Math.round(realClock.now()))
    await front.show(...(await consoles()))
  })
  return {
    url,
    async close() {
      await comparison?.stop()
      await front.close()
    },
  }
}

/** Over the first recording: whoever commands, commands this one. */
function consoleOf(
  world: ReplayWorld,
  since: number,
  options: ReplayConsoleOptions & { comparison: BesideComparison | null },
): Promise<ConsoleServer> {
  const { replay, comparison } = options
  const seen = { ...replay.span, loop: replay.loop }
  return createConsoleServer({
    ...settingsOf(world, since, replay.run, options),
    replay: comparison ? { ...seen, beside: `${BESIDE}/` } : seen,
    replayBeside: comparison ? () => comparison.view() : undefined,
  })
}

function secondOf(
  world: ReplayWorld,
  since: number,
  options: ReplayConsoleOptions,
): Promise<ConsoleServer> {
  const { replay, page } = options
  return createConsoleServer({
    ...settingsOf(world, since, replay.runs[1], options),
    basePath: `${page.basePath ?? ''}/${BESIDE}`,
    replay: { ...replay.span, loop: replay.loop },
    commands: false,
  })
}

function settingsOf(
  world: ReplayWorld,
  /** Wall ms; each world has another. */
  since: number,
  run: ReplayedRun,
  { replay, page, worlds, logger, webRoot = WEB_ROOT }: ReplayConsoleOptions,
): ConsoleOptions {
  return {
    ...{ ...worlds, log: world.log, clock: realClock, topics: run.book.topics, logger, webRoot },
    ...{ topologyOf: cityTopology, roadsOf: roadGraph, scenariosOf: scenarioNames },
    ...page,
    metrics: createMetrics().registry,
    ignored: world.ignored,
    stalls: () => world.player.stalls,
    recheck: recheckWith(),
    speeds: SPEEDS_OFFERED,
    replayTimeline: () => timelineOf(run, replay.span),
    world: since,
  }
}
