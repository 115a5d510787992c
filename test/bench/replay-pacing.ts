// A replay at half speed, as fast as it was, sixty times as fast and unpaced: the same finals, ledger and digest, and how late
// its records were: `npx node test/bench/replay-pacing.ts`. In: a run that it records itself. Out: a table; exit code 99 where
// something differs, or the hundredth part of what is played as fast as it was comes later than 5 ms.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openWorld } from '../../commands/wiring/world.ts'
import { type Clock, realClock, sleep } from '../../infra/clock.ts'
import { createLogger } from '../../infra/logger.ts'
import { parseDuration } from '../../infra/time.ts'
import { UNPACED_SPEED } from '../../producers/contract/run/run-commands.ts'
import { Lateness } from '../../replay/player/lateness.ts'
import { Recording } from '../../replay/recording/recording.ts'
import { type PlayedAt, playedAt } from '../replay/player/paced.ts'
import { fastClock, recordSmallRun } from '../replay/small-recording.ts'

const { values } = parseArgs({
  options: {
    scale: { type: 'string', default: '0.1' },
    scenario: { type: 'string', default: 'default' },
    partitions: { type: 'string', default: '12' },
    /** Sim time that is played at each speed, from the fourth minute on. */
    for: { type: 'string', default: 'PT1M' },
    speeds: { type: 'string', default: '0.5,1,60,max' },
    'max-p99': { type: 'string', default: '5' },
  },
})
const PROBE_MS = 5_000
const LOOK_MS = 1
const OPENING_LOOKS = 100
const STALL_BOUNDS = [0.5, 1, 2, 3, 4, 5, 8, 12, 20]
const LEAD_MS = 3 * 60_000
const EXIT_DIFFERS = 99
const say = (text: string) => process.stdout.write(`${text}\n`)

const stretchMs = parseDuration(values.for, '--for')
const { scale, scenario, partitions } = values
const minutes = Math.ceil((LEAD_MS + stretchMs) / 60_000) + 1
const run = { scale, scenario, partitions, for: `PT${minutes}M` }
const scratch = mkdtempSync(join(tmpdir(), 'huacheng-replay-pacing-'))
try {
  const folder = join(scratch, 'run')
  await recordSmallRun(folder, 'gz', run, fastClock())
  const recording = await Recording.open(folder)
  say(`recorded ${JSON.stringify(run)}`)
  await compared(recording)
  await recording.close()
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

async function compared(recording: Recording): Promise<void> {
  const world = openWorld(run, { truth: true })
  const { clock, stalls } = watchedClock()
  const options = {
    clock,
    cityOf: () => world.city,
    catalogueOf: () => world.catalogue,
    logger: createLogger({ level: 'error' }),
  }
  const at = world.scenario.start + LEAD_MS
  const stretch = { at, until: at + stretchMs }
  const { windowMs } = world.scenario
  // What accounts say in between depends on the wall clock.
  if (stretchMs % windowMs !== 0) throw new Error(`--for: expected whole windows of ${windowMs} ms`)
  say(
    '   speed  achieved   wall s  records  p50 ms  p99 ms  max ms  finals            ledger            digest',
  )
  await bareTimers()
  const played: PlayedAt[] = []
  for (const name of values.speeds.split(',')) {
    const speed = name === 'max' ? UNPACED_SPEED : Number(name)
    stalls.length = 0
    const one = await playedAt(recording, options, stretch, speed)
    played.push(one)
    say(lineOf(name, one))
    if (one.late) say(stallsLine(stalls))
  }
  const isSame = played.every(({ same }) => JSON.stringify(same) === JSON.stringify(played[0].same))
  say(isSame ? `the same at every speed: ${played[0].windows} finals of windows` : 'NOT THE SAME')
  const real = played.find(({ speed }) => speed === 1)?.late
  const isPunctual = !real || real.p99 <= Number(values['max-p99'])
  if (!isPunctual)
    say(`p99 at 1×: ${real.p99.toFixed(2)} ms, expected at most ${values['max-p99']}`)
  if (!isSame || !isPunctual) process.exitCode = EXIT_DIFFERS
}

/** How late this machine's timers are by themselves: nothing that is paced by them comes sooner. */
async function bareTimers(): Promise<void> {
  const late = new Lateness()
  for (const until = performance.now() + PROBE_MS; performance.now() < until; ) {
    const since = performance.now()
    await sleep(realClock, 1)
    late.add(performance.now() - since - 1)
  }
  const [p50, p99, max] = [late.quantile(0.5), late.quantile(0.99), late.max].map(inMs)
  say(`${'timers'.padStart(8)}  ${' '.repeat(26)}${p50}  ${p99}  ${max}  a timer of 1 ms alone`)
}

/** Notes how much processor time lay between two looks of a player at its clock: what it does once a millisecond is to look. */
function watchedClock(): { clock: Clock; stalls: number[] } {
  const stalls: number[] = []
  let last: number | null = null
  const clock: Clock = {
    ...realClock,
    schedule(ms, task) {
      if (ms !== LOOK_MS) return realClock.schedule(ms, task)
      return realClock.schedule(ms, () => {
        const { user, system } = process.threadCpuUsage()
        if (last !== null) stalls.push((user + system - last) / 1000)
        last = user + system
        task()
      })
    },
  }
  return { clock, stalls }
}

/** The first looks are those of a world that is being made, the last are behind its end. */
function stallsLine(stalls: number[]): string {
  const playing = stalls.slice(OPENING_LOOKS, -1)
  let above = 0
  const counts = STALL_BOUNDS.map((bound) => {
    const upTo = playing.filter((ms) => ms <= bound).length - above
    above += upTo
    return `≤ ${bound}: ${upTo}`
  })
  return `${'stalls'.padStart(8)}  ms of processor time between two looks: ${counts.join('  ')}  more: ${playing.length - above}`
}

function inMs(value: number | undefined): string {
  return (value === undefined ? '-' : value.toFixed(2)).padStart(6)
}

function lineOf(name: string, { achieved, wallMs, same, late }: PlayedAt): string {
  return [
    name.padStart(8),
    achieved.toFixed(2).padStart(8),
    (wallMs / 1000).toFixed(1).padStart(7),
    String(same.records).padStart(7),
    ...[late?.p50, late?.p99, late?.max].map(inMs),
    ...[same.finals, same.ledger, same.digest?.slice(0, 16)],
  ].join('  ')
}
