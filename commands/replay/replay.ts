// `huacheng replay`: plays a recording as it was, from any time, at any speed.
import { realClock } from '../../infra/clock.ts'
import { createLogger, type Logger } from '../../infra/logger.ts'
import { allOf } from '../../infra/problem.ts'
import { EXIT_DIFFERS } from '../../infra/program/exit-codes.ts'
import { printLine } from '../../infra/program/standard-output.ts'
import { isoTime, parseInstant } from '../../infra/time.ts'
import { MAX_SPEED, UNPACED_SPEED } from '../../producers/contract/run/run-commands.ts'
import { outcomeOf, type ReplayOutcome } from '../../replay/player/outcome.ts'
import { Replay } from '../../replay/player/replay.ts'
import type { Recording } from '../../replay/recording/recording.ts'
import { SPEEDS } from '../../seeds/scenario/scenario-file.ts'
import {
  type CliCommand,
  numberOption,
  type OptionValues,
  SCENARIO_OPTIONS,
} from '../options/options.ts'
import { worldsOfDescriptors } from '../wiring/on-kafka.ts'
import { RECORDING_WORD, withRecording } from './opened.ts'
import { instantWithin } from './replay-times.ts'

export const replay: CliCommand = {
  name: 'replay',
  summary: 'play a recording as it was, from any time, at any speed',
  about: `
Puts the recorded bytes into a log at the offsets that they had, lets a processor restore itself from the recorded
checkpoints, and appends what follows at the pace of the events' own time. Every reading from there on is the one that was
recorded, byte by byte. Says at its end how many final readings there were, how the account stands, the digest, and how
late records were. When the processor or the disk cannot keep up everything slows down together. Exit code 99 when the
account does not balance.`,
  words: RECORDING_WORD,
  options: {
    at: {
      type: 'string',
      value: 'instant',
      text: 'begin at the tick before; default the beginning',
    },
    until: { type: 'string', value: 'instant', text: 'end at the tick before; default the end' },
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
    json: SCENARIO_OPTIONS.json,
  },
  examples: [
    'npx huacheng replay rainstorm --speed max',
    'npx huacheng replay rainstorm --at 2025-06-11T16:30:00+08:00 --speed 60 --json',
  ],
  async run(values) {
    const asked = askedOf(values)
    await withRecording(values, (recording) => playThrough(recording, asked, values.json === true))
  },
}

type Asked = { at?: number; until?: number; speed: number; logger: Logger }

function askedOf(values: OptionValues): Asked {
  const instant = (name: string) =>
    values[name] === undefined ? undefined : parseInstant(values[name] as string, `--${name}`)
  const { at, until, speed, logger } = allOf('huacheng replay', {
    at: () => instant('at'),
    until: () => instant('until'),
    speed: () =>
      values.speed === 'max'
        ? UNPACED_SPEED
        : (numberOption(values, 'speed', SPEEDS.minimum, MAX_SPEED) ?? 1),
    logger: () => createLogger({ level: (values['log-level'] as string) ?? 'warn' }),
  })
  return { at, until, speed, logger }
}

async function playThrough(
  recording: Recording,
  { at, until, speed, logger }: Asked,
  isJson: boolean,
): Promise<void> {
  const options = { clock: realClock, logger, ...worldsOfDescriptors() }
  const replay = await Replay.open(recording, options, {
    ...{ speed, isPaused: true },
    times: (span) => ({
      at: instantWithin('--at', at, span),
      until: instantWithin('--until', until, span),
    }),
  })
  const { world } = replay
  const since = realClock.now()
  world.player.clock.resume(since)
  await Promise.race([world.player.ended, replay.failed])
  const wallMs = realClock.now() - since
  await world.settle()
  const { played, playedTo } = world.player
  const outcome = await outcomeOf(world.log, replay.run.book.topics)
  const summary = {
    run: replay.run.book.descriptor.run,
    from: isoTime(world.time),
    to: isoTime(playedTo),
    records: played.records,
    ...outcome,
    digest: played.digest(),
    speed: {
      asked: speed === UNPACED_SPEED ? 'max' : speed,
      achieved: wallMs > 0 ? (playedTo - world.time) / wallMs : 0,
      wallMs: Math.round(wallMs),
    },
    lateMs: { max: played.lateness.max, buckets: played.lateness.buckets() },
  }
  await replay.close()
  printLine(isJson ? JSON.stringify(summary) : textOf(summary))
  if (outcome.account.unexplained !== 0 || outcome.unproved.length > 0) {
    process.exitCode = EXIT_DIFFERS
  }
}

type Summary = ReplayOutcome & {
  run: string
  from: string
  to: string
  records: number
  digest: string | null
  speed: { asked: number | string; achieved: number; wallMs: number }
  lateMs: { max: number; buckets: { upTo: number | null; count: number }[] }
}

function textOf(it: Summary): string {
  const { account, finals, speed, lateMs, unproved } = it
  const { produced, folded, duplicate, late, deadLetter, unexplained } = account
  const balance =
    unproved.length > 0
      ? `not proved: ${unproved.join(', ')}`
      : unexplained === 0
        ? 'balanced'
        : 'NOT BALANCED'
  const buckets = lateMs.buckets.map(
    ({ upTo, count }) => `${upTo === null ? 'more' : `≤ ${upTo} ms`} ${count}`,
  )
  const lateness =
    buckets.length > 0 ? `${buckets.join(', ')}; max ${Math.round(lateMs.max)} ms` : 'not paced'
  return [
    `run ${it.run}, ${it.from} to ${it.to}, ${it.records} records of events`,
    `finals   ${finals.window} of windows, ${finals.day} of days`,
    `account  produced ${produced}, folded ${folded}, duplicate ${duplicate}, late ${late}, dead letters ${deadLetter}, unexplained ${unexplained}: ${balance}`,
    `digest   ${it.digest ?? 'none: no tick was played'}`,
    `speed    asked ${speed.asked}, achieved ${speed.achieved.toFixed(2)} in ${(speed.wallMs / 1000).toFixed(1)} s`,
    `late     ${lateness}`,
  ].join('\n')
}
