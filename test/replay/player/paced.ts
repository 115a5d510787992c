// A stretch of a recording played through at a speed, and what it came to: what must be the same at every speed, and how late it was.
import { createHash } from 'node:crypto'
import { UNPACED_SPEED } from '../../../producers/contract/run/run-commands.ts'
import { outcomeOf } from '../../../replay/player/outcome.ts'
import { Replay } from '../../../replay/player/replay.ts'
import type { ReplayOptions } from '../../../replay/player/replay-world.ts'
import type { Recording } from '../../../replay/recording/recording.ts'
import { playedThrough } from './readings-of.ts'

export type Stretch = { at: number; until: number }

/** Lateness in ms, null where nothing was paced. */
export type PlayedAt = {
  speed: number
  /** Of the stretch: records played, final readings and accounts hashed, and the digest over the events. */
  same: { records: number; finals: string; ledger: string; digest: string | null }
  windows: number
  wallMs: number
  achieved: number
  late: { p50: number; p99: number; max: number } | null
}

export async function playedAt(
  recording: Recording,
  options: ReplayOptions,
  { at, until }: Stretch,
  speed: number,
): Promise<PlayedAt> {
  const replay = await Replay.open(recording, options, { at, until, speed, isPaused: true })
  try {
    const { player, log, time } = replay.world
    const { clock } = options
    const since = clock.now()
    player.clock.resume(since)
    await Promise.race([player.ended, replay.failed])
    const wallMs = clock.now() - since
    const { finals, open } = await playedThrough(replay)
    const { account, unproved, finals: counts } = await outcomeOf(log, replay.run.book.topics)
    const { lateness, records } = player.played
    return {
      ...{ speed, wallMs, achieved: (player.playedTo - time) / wallMs, windows: counts.window },
      same: {
        ...{ records, digest: player.played.digest(), finals: hashOf(finals) },
        ledger: hashOf({ account, unproved, ledgers: ledgersOf(open) }),
      },
      late:
        speed === UNPACED_SPEED
          ? null
          : { p50: lateness.quantile(0.5), p99: lateness.quantile(0.99), max: lateness.max },
    }
  } finally {
    await replay.close()
  }
}

const ledgersOf = (open: Record<string, string>) =>
  Object.entries(open).filter(([key]) => key.includes('ledger'))

const hashOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)
