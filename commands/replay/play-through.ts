// Plays a recording through without anybody watching, and says what it came to.
import { realClock } from '../../infra/clock.ts'
import { EXIT_DIFFERS } from '../../infra/program/exit-codes.ts'
import { printLine } from '../../infra/program/standard-output.ts'
import { isoTime } from '../../infra/time.ts'
import { UNPACED_SPEED } from '../../producers/contract/run/run-commands.ts'
import { outcomeOf, type ReplayOutcome } from '../../replay/player/outcome.ts'
import type { Replay } from '../../replay/player/replay.ts'

/** `replay` stands at its beginning. */
export async function playThrough(replay: Replay, isJson: boolean): Promise<void> {
  const { world } = replay
  const { asked } = world.player.clock
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
      asked: asked === UNPACED_SPEED ? 'max' : asked,
      achieved: wallMs > 0 ? (playedTo - world.time) / wallMs : 0,
      wallMs: Math.round(wallMs),
    },
    lateMs: { max: played.lateness.max, buckets: played.lateness.buckets() },
  }
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
