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
import { KeptStates, timesOf } from './kept-states.ts'
import type { MakeCues } from './prepared/cue-maker.ts'
import { PreparedCues } from './prepared/prepared-cues.ts'
import { type WayMark, WayMarks } from './way-marks.ts'

/** Where recordings are written unless somebody says it. */
const RECORDINGS = 'data/recordings'
const CUES = 'data/cues'

/** What tests replace: other domains, other seeds, another page. */
export type DemoOptions = Pick<WorldOptions, 'domains' | 'seeds'> & {
  webRoot?: string
  /** Whether cues that the run has not passed are made ready beside it. */
  preparesCues?: boolean
  makeCues?: MakeCues
  /** Awaited when all options have been found right, before anything starts. */
  prepare?(): Promise<void>
}

/** Resolves when the page answers; `failed` rejects when a part died. */
export async function startDemo(values: OptionValues, options: DemoOptions = {}) {
  const { logger, page, world, marksFile, recordings, cues } = allOf('huacheng demo', {
    logger: () => createLogger({ level: (values['log-level'] as string) ?? 'warn' }),
    page: () => checkedPage(values),
    world: () => openWorld(values, { ...options, truth: values['no-truth'] !== true }),
    marksFile: () => openedMarks(values.marks as string | undefined),
    recordings: () => folderOf('recordings', values, RECORDINGS),
    cues: () => cuesFolder(values),
  })
  await options.prepare?.()
  const topics = topicNames()
  const { scenario } = world
  const prepared = options.preparesCues
    ? preparedCues(values, options, { world, logger, topics, root: cues })
    : null
  const { city, url } = await DemoCity.open(
    {
      ...{ world, topics, logger, compile: compiledOnce() },
      keeps: values['no-kept-cues'] !== true,
      states: new KeptStates({
        clock: realClock,
        logger,
        runTopic: topics.run,
        descriptor: world.descriptor,
        prepared,
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
  prepared?.begin()
  return {
    ...{ url, world, logger, failed: city.failed },
    /** Cues that are made ready beside it; null = none are. */
    prepared,
    /** Those of what is shown now. */
    get log() {
      return city.log
    },
    get metrics() {
      return city.metrics
    },
    async stop() {
      await prepared?.stop()
      await city.stop()
    },
  }
}

/** None where nothing is kept, where there is no cue ahead, and of domains that another process cannot load. */
export function preparedCues(
  values: OptionValues,
  { domains, seeds, makeCues: make }: DemoOptions,
  shared: Pick<
    ConstructorParameters<typeof PreparedCues>[0],
    'world' | 'logger' | 'topics' | 'root'
  >,
): PreparedCues | null {
  const [, ...times] = timesOf(shared.world.descriptor)
  if (values['no-kept-cues'] === true || domains || times.length === 0) return null
  return new PreparedCues({
    ...{ ...shared, clock: realClock, values, seeds, times, make },
    truth: values['no-truth'] !== true,
  })
}

/** Where prepared cues lie; a Problem for what cannot be a folder. */
export const cuesFolder = (values: OptionValues): string => folderOf('cues', values, CUES)

/** It is made when something is written there; one that is named has to have a place. */
function folderOf(option: string, values: OptionValues, usual: string): string {
  const named = values[option] as string | undefined
  if (named === undefined) return userPath(usual)
  const path = userPath(named)
  const isFolder = (it: string) => statSync(it, { throwIfNoEntry: false })?.isDirectory()
  if (isFolder(path) || (isFolder(dirname(path)) && !existsSync(path))) return path
  throw new Problem(problemText(`--${option}`, `"${named}"`, 'a folder, or a place for a new one'))
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
