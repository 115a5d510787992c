// Starts everything that the demo shows; kept apart so that the other commands need not load a web server.
import { createWriteStream, existsSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { realClock } from '../../infra/clock.ts'
import { createLogger, type Logger } from '../../infra/logger.ts'
import { allOf, Problem, problemText } from '../../infra/problem.ts'
import { compileRun } from '../../processor/program/program.ts'
import { topicNames } from '../../producers/contract/topics.ts'
import type { OptionValues } from '../options/options.ts'
import { checkedPage } from '../options/page-options.ts'
import { userPath } from '../options/user-path.ts'
import { recheckWith } from '../wiring/recheck.ts'
import { WEB_ROOT } from '../wiring/web-build.ts'
import { openWorld, type World, type WorldOptions } from '../wiring/world.ts'
import { DemoCity } from './demo-city.ts'
import { type DemoTwin, type DemoTwinOptions, startDemoTwin } from './demo-twin.ts'
import { KeptStates } from './kept-states.ts'
import { type WayMark, WayMarks } from './way-marks.ts'

/** Where recordings are written unless somebody says it. */
const RECORDINGS = 'data/recordings'

/** What tests replace: other domains, other seeds, another page. */
export type DemoOptions = Pick<WorldOptions, 'domains' | 'seeds'> & {
  webRoot?: string
  /** Awaited when all options have been found right, before anything starts. */
  prepare?(): Promise<void>
}

/** Resolves when the page answers; `failed` rejects when a part died. */
export async function startDemo(values: OptionValues, options: DemoOptions = {}) {
  const { logger, page, world, marksFile, recordings } = allOf('huacheng demo', {
    logger: () => createLogger({ level: (values['log-level'] as string) ?? 'warn' }),
    page: () => checkedPage(values),
    world: () => openWorld(values, { ...options, truth: values['no-truth'] !== true }),
    marksFile: () => openedMarks(values.marks as string | undefined),
    recordings: () => recordingsFolder(values.recordings as string | undefined),
  })
  await options.prepare?.()
  const topics = topicNames()
  const { scenario } = world
  const { city, url } = await DemoCity.open(
    {
      ...{ world, topics, logger, compile: compiledOnce() },
      keeps: values['no-kept-cues'] !== true,
      states: new KeptStates({
        clock: realClock,
        logger,
        runTopic: topics.run,
        descriptor: world.descriptor,
      }),
      marks: marksFile === null ? null : wayMarks(marksFile, world, logger),
      twinOf: (log) => twinOf(values, options, { log, logger, topics, scenario }),
      hasTwin: values['no-twin'] !== true && !options.domains,
      recordings,
      page: {
        ...{ ...page, webRoot: options.webRoot ?? WEB_ROOT },
        recheck: recheckWith(values, options.seeds),
      },
    },
    page.host,
    page.port,
  )
  return {
    ...{ url, world, logger, failed: city.failed },
    /** Those of what is shown now. */
    get log() {
      return city.log
    },
    get metrics() {
      return city.metrics
    },
    stop: () => city.stop(),
  }
}

/** It is made when the first recording is; one that is named has to have a place. */
function recordingsFolder(named: string | undefined): string {
  if (named === undefined) return userPath(RECORDINGS)
  const path = userPath(named)
  const isFolder = (it: string) => statSync(it, { throwIfNoEntry: false })?.isDirectory()
  if (isFolder(path) || (isFolder(dirname(path)) && !existsSync(path))) return path
  throw new Problem(problemText('--recordings', `"${named}"`, 'a folder, or a place for a new one'))
}

/** All starts of a run have the same programs. */
function compiledOnce(): typeof compileRun {
  let programs: ReturnType<typeof compileRun> | null = null
  let of = ''
  return (descriptor, catalogue, city) => {
    const asked = JSON.stringify(descriptor)
    if (asked !== of) programs = null
    of = asked
    programs ??= compileRun(descriptor, catalogue, city)
    return programs
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
