// `huacheng replay`: plays a recording as it was, from any time, at any speed.
import { existsSync } from 'node:fs'
import { realClock } from '../../infra/clock.ts'
import { createLogger } from '../../infra/logger.ts'
import { createMetrics } from '../../infra/metrics.ts'
import { allOf, Problem, problemText } from '../../infra/problem.ts'
import { collectByGrowth } from '../../infra/program/collections.ts'
import { standGuard } from '../../infra/program/last-guard.ts'
import { printLine } from '../../infra/program/standard-output.ts'
import { parseInstant } from '../../infra/time.ts'
import { MAX_SPEED, UNPACED_SPEED } from '../../producers/contract/run/run-commands.ts'
import { Replay } from '../../replay/player/replay.ts'
import type { Recording } from '../../replay/recording/recording.ts'
import { SPEEDS } from '../../seeds/scenario/scenario-file.ts'
import {
  type CliCommand,
  numberOption,
  type OptionValues,
  SCENARIO_OPTIONS,
} from '../options/options.ts'
import { checkedPage, PAGE_OPTIONS } from '../options/page-options.ts'
import { userPath } from '../options/user-path.ts'
import { worldsOfDescriptors } from '../wiring/on-kafka.ts'
import { RECORDING_WORD, withRecording } from './opened.ts'
import type { ReplayConsoleOptions } from './page/replay-console.ts'
import { playThrough } from './play-through.ts'
import { instantWithin } from './replay-times.ts'
import { replayToKafka } from './to-kafka/to-kafka.ts'
import { TO_KAFKA_OPTIONS, toKafkaOf } from './to-kafka/to-kafka-options.ts'

export const replay: CliCommand = {
  name: 'replay',
  about: `
Puts the recorded bytes into a log at the offsets that they had, lets a processor restore itself from the recorded
checkpoints, and appends what follows at the pace of the events' own time. Every reading from there on is the one that was
recorded, byte by byte. Serves the page over it, whose clock can be stopped, sped up and sent to any time of the recording.
With --beside two recordings of a city are played by one clock, side by side: both maps, each number of both with the
difference, and where the two first differ; the clock goes over the time that both hold.
With --no-console it plays through and says how many final readings there were, how the account stands, the digest, and how
late records were; exit code 99 when the account does not balance.
With --to kafka every recorded topic, of a city or of anybody, is sent again to new topics under a prefix of its own, byte by
byte, with the headers replay.run and replay.orig.offset besides; it ends with the recording and says how many and how late.
With --loop it begins again at its end: the same keys, values, ids and original timestamps, told apart by the header replay.pass.`,
  words: RECORDING_WORD,
  options: {
    at: {
      type: 'string',
      value: 'instant',
      text: 'begin at the tick before; default the beginning',
    },
    until: { type: 'string', value: 'instant', text: 'end at the tick before; default the end' },
    beside: {
      type: 'string',
      value: 'folder',
      text: 'a second recording, shown beside the first by the same clock',
    },
    speed: {
      type: 'string',
      value: 'x',
      text: 'sim seconds per wall second, or max',
      default: '1',
    },
    'log-level': {
      type: 'string',
      value: 'level',
      text: 'debug, info, warn or error',
      default: 'warn',
    },
    'no-console': {
      type: 'boolean',
      text: 'no page: play it through and say what it came to',
    },
    ...PAGE_OPTIONS,
    json: SCENARIO_OPTIONS.json,
    ...TO_KAFKA_OPTIONS,
  },
  examples: [
    'npx huacheng replay rainstorm --at 2025-06-11T16:30:00+08:00 --speed 60',
    'npx huacheng replay rainstorm --beside calm --speed 30',
    'npx huacheng replay rainstorm --no-console --speed max --json',
    'npx huacheng replay rainstorm --to kafka --brokers 127.0.0.1:9092 --prefix storm. --speed 60',
    'npx huacheng replay rainstorm --to kafka --brokers 127.0.0.1:9092 --prefix load. --loop --for PT2H --speed 60',
  ],
  async run(values) {
    const asked = askedOf(values)
    const { toKafka } = asked
    if (toKafka) {
      return withRecording(values, (recording) =>
        replayToKafka(recording, values, { ...asked, toKafka }),
      )
    }
    const isWatched = values['no-console'] !== true
    if (isWatched && values.json)
      throw new Problem('--json: the page prints no data; add --no-console')
    collectByGrowth()
    const play = async (recording: Recording, beside?: Recording) => {
      const worlds = worldsOfDescriptors()
      const replay = await opened([recording, beside], asked, worlds, isWatched)
      try {
        if (isWatched) await serve({ replay, worlds, ...asked })
        else await playThrough(replay, values.json === true)
      } finally {
        await replay.close()
      }
    }
    await withRecording(values, play, asked.beside)
  },
}

type Asked = ReturnType<typeof askedOf>

function askedOf(values: OptionValues) {
  const instant = (name: string) =>
    values[name] === undefined ? undefined : parseInstant(values[name] as string, `--${name}`)
  return allOf('huacheng replay', {
    at: () => instant('at'),
    until: () => instant('until'),
    speed: () =>
      values.speed === 'max'
        ? UNPACED_SPEED
        : (numberOption(values, 'speed', SPEEDS.minimum, MAX_SPEED) ?? 1),
    page: () => checkedPage(values),
    beside: () => besideOf(values),
    toKafka: () => toKafkaOf(values),
    unused: () => {
      const unused = [...Object.keys(PAGE_OPTIONS), 'no-console'].filter((it) => it in values)
      if (values.to === undefined || unused.length === 0) return
      const names = unused.map((name) => `--${name}`).join(', ')
      throw new Problem(problemText(names, 'given with --to', 'left out'))
    },
    logger: () => createLogger({ level: (values['log-level'] as string) ?? 'warn' }),
  })
}

/** Only who watches sees the second one. */
function besideOf(values: OptionValues): string | undefined {
  if (values.beside === undefined) return undefined
  const others = ['to', 'no-console'].filter((name) => values[name] !== undefined)
  if (others.length > 0) {
    throw new Problem(problemText('--beside', `given with --${others[0]}`, 'left out'))
  }
  const folder = values.beside as string
  if (existsSync(userPath(folder))) return folder
  throw new Problem(problemText('--beside', JSON.stringify(folder), 'the folder of a recording'))
}

/** One that nobody watches yet stands until it is timed. */
function opened(
  [recording, beside]: [Recording, Recording?],
  { at, until, speed, logger }: Asked,
  worlds: ReturnType<typeof worldsOfDescriptors>,
  isWatched: boolean,
): Promise<Replay> {
  const options = { clock: realClock, logger, ...worlds }
  return Replay.open(recording, options, {
    ...{ speed, isPaused: !isWatched, beside },
    times: (span) => ({
      at: instantWithin('--at', at, span),
      until: instantWithin('--until', until, span),
    }),
  })
}

async function serve(options: ReplayConsoleOptions): Promise<void> {
  const { buildWebIfStale } = await import('../wiring/web-build.ts')
  const { showReplay } = await import('./page/replay-console.ts')
  await buildWebIfStale()
  const shown = await showReplay(options)
  const guard = standGuard({
    clock: realClock,
    logger: options.logger,
    metrics: createMetrics(),
    after: 'go-on',
  })
  printLine(shown.url)
  const signal = new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  try {
    await Promise.race([signal, options.replay.failed, guard.done])
  } finally {
    await shown.close()
    await guard.stop()
  }
}
