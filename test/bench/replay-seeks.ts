// How large a recording is, how long it takes to open and a seek in it to be there, and whether it is then the city that was:
// `npx node test/bench/replay-seeks.ts --scale 0.1 --hours 24`. In: a run that it records itself, as fast as it goes. Out: lines.
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openWorld } from '../../commands/wiring/world.ts'
import { type Clock, realClock } from '../../infra/clock.ts'
import { createLogger } from '../../infra/logger.ts'
import { collectByGrowth } from '../../infra/program/collections.ts'
import { EXIT_DIFFERS } from '../../infra/program/exit-codes.ts'
import { stream, uniform } from '../../infra/random.ts'
import { isoTime } from '../../infra/time.ts'
import { UNPACED_SPEED } from '../../producers/contract/run/run-commands.ts'
import { Replay } from '../../replay/player/replay.ts'
import { Recording } from '../../replay/recording/recording.ts'
import { differing, order, type Readings, readingsOf } from '../replay/player/readings-of.ts'
import { recordSmallRun } from '../replay/small-recording.ts'

const { values } = parseArgs({
  options: {
    scale: { type: 'string', default: '0.1' },
    hours: { type: 'string', default: '24' },
    partitions: { type: 'string', default: '12' },
    scenario: { type: 'string', default: 'default' },
    /** How much faster the recorded run's clock is than the machine's: so much more often its tasks cut checkpoints. */
    hurry: { type: 'string', default: '5' },
    seeks: { type: 'string', default: '50' },
    /** Of them so many are held against a replay that nothing interrupts. */
    equal: { type: 'string', default: '10' },
    /** Those lie in its first hours: a large city's whole day takes long to be played through. Default all of it. */
    'equal-hours': { type: 'string' },
    /** Keeps the recording here, or takes the one that is here. */
    folder: { type: 'string' },
    'max-p50': { type: 'string' },
    'max-ms': { type: 'string' },
  },
})
const { scale, partitions, scenario } = values
const run = { scale, partitions, scenario, for: `PT${Math.round(60 * Number(values.hours))}M` }
/** Nothing new on `kpi` for so long: all that could be said has been said. */
const STABLE_MS = 1_500
/** Logs keep so many readings that finals of this time are in both. */
const COMPARED_MS = 8 * 3_600_000
const DIFFERING_SHOWN = 5

function fasterClock(times: number): Clock {
  const since = Date.now()
  return {
    now: () => since + times * (Date.now() - since),
    schedule: (ms, task) => realClock.schedule(ms / times, task),
    turn: realClock.turn,
  }
}

// As `huacheng replay` does.
collectByGrowth()
const say = (text: string) => process.stdout.write(`${text}\n`)
const scratch = mkdtempSync(join(tmpdir(), 'huacheng-replay-seeks-'))
const folder = values.folder ?? join(scratch, 'run')
const world = openWorld(run, { truth: true })
const options = {
  clock: realClock,
  cityOf: () => world.city,
  catalogueOf: () => world.catalogue,
  logger: createLogger({ level: 'error' }),
}
try {
  if (!isRecorded(folder)) {
    const since = performance.now()
    await recordSmallRun(folder, 'gz', run, fasterClock(Number(values.hurry)))
    say(`recorded ${((performance.now() - since) / 1000).toFixed(0)} s: ${JSON.stringify(run)}`)
  }
  await measured()
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

function isRecorded(path: string): boolean {
  return statSync(join(path, 'manifest.json'), { throwIfNoEntry: false }) !== undefined
}

async function measured(): Promise<void> {
  for (const part of ['events-', 'control-', 'state-', 'control.index']) {
    const files = readdirSync(folder).filter((name) => name.startsWith(part))
    const bytes = files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
    say(`${part.replace(/-$/, '').padEnd(14)} ${(bytes / 1e6).toFixed(1)} MB`)
  }
  const opening = stopwatch()
  const recording = await Recording.open(folder)
  const records = recording.manifest.segments.reduce((sum, { events }) => sum + events, 0)
  say(`files          ${opening()}, ${records} records`)
  const replay = await Replay.open(recording, options, { speed: UNPACED_SPEED, isPaused: true })
  say(`open           ${opening()} to the world at the beginning`)
  say(`index          ${replay.run.book.without ?? 'used'}`)
  const times = timesIn(replay, Number(values.seeks), Number.POSITIVE_INFINITY)
  const isEqual = await sought(replay, times)
  await replay.close()
  await recording.close()
  if (!isEqual) process.exitCode = EXIT_DIFFERS
}

function timesIn({ span: { from, to } }: Replay, count: number, hours: number): number[] {
  const chance = stream(1, 'times', 'replay-seek')
  const length = Math.min(to - from, hours * 3_600_000)
  return Array.from({ length: count }, () => from + uniform(chance, 0) * length)
}

/** Seeks to each time; false where a reading is other than without seeks, or it took longer than was allowed. */
async function sought(replay: Replay, times: number[]): Promise<boolean> {
  const took: number[] = []
  const cpu: number[] = []
  for (const time of times) {
    const since = { wall: performance.now(), cpu: process.cpuUsage() }
    await replay.seek({ time, hold: true })
    took.push(performance.now() - since.wall)
    const { user, system } = process.cpuUsage(since.cpu)
    cpu.push((user + system) / 1000)
  }
  say(`seeks          p50 ${middle(took)}, max ${most(took)} of ${took.length}`)
  say(`processor time p50 ${middle(cpu)}, max ${most(cpu)} of all threads`)
  say(`memory         ${Math.round(process.memoryUsage().rss / 1e6)} MB`)
  const found = await foundAfterSeeks(replay)
  const differ = await differingTimes(replay, found)
  say(`equal          ${found.size - differ.length} of ${found.size} to a replay without seeks`)
  for (const each of differ) await explain(replay, each)
  const isFast = (ms: number, limit: string | undefined) =>
    limit === undefined || ms <= Number(limit)
  const sorted = took.sort((a, b) => a - b)
  const p50 = sorted[Math.floor(sorted.length / 2)]
  return (
    differ.length === 0 &&
    isFast(p50, values['max-p50']) &&
    isFast(sorted[sorted.length - 1], values['max-ms'])
  )
}

/** By time, what stands there; sought in no order. */
async function foundAfterSeeks(replay: Replay): Promise<Map<number, string>> {
  const hours = Number(values['equal-hours'] ?? Number.POSITIVE_INFINITY)
  const found = new Map<number, string>()
  for (const time of timesIn(replay, Number(values.equal), hours)) {
    await replay.seek({ time, hold: true })
    found.set(replay.world.time, digestOf(await settled(replay), replay.world.time))
  }
  return found
}

/** From the beginning on, standing still at each of the times. */
async function differingTimes(replay: Replay, found: Map<number, string>): Promise<Played[]> {
  await replay.seek({ time: replay.span.from, hold: true })
  const { log, player } = replay.world
  const { topics } = replay.run.book
  const differ: Played[] = []
  for (const time of [...found.keys()].sort((a, b) => a - b)) {
    await order(log, topics, 'clock.pause', { at: isoTime(time) })
    await order(log, topics, 'clock.resume')
    while (!player.clock.paused || player.playedTo < time)
      await new Promise((go) => setTimeout(go, 20))
    const readings = await settled(replay)
    if (digestOf(readings, time) !== found.get(time)) differ.push({ time, readings })
  }
  return differ
}

type Played = { time: number; readings: Readings }

/** Says what differs there, after one more seek: what a machine had not come to say yet differs no longer. */
async function explain(replay: Replay, { time, readings }: Played): Promise<void> {
  await replay.seek({ time, hold: true })
  const here = await settled(replay)
  const finals = differing(keptOf(readings, time), keptOf(here, time))
  const keys = [...finals, ...differing(readings.open, here.open)]
  const some = keys.slice(0, DIFFERING_SHOWN).join(', ')
  say(`  differs at   ${isoTime(time)}; sought once more, in ${keys.length} readings: ${some}`)
}

/** Once everything in the log is read, and nothing more is said of it. */
async function settled({ world: { log }, run: { book } }: Replay): Promise<Readings> {
  const { kpi, taskGroup, mergeGroup } = book.topics
  for (let last = -1n, since = Date.now(); Date.now() - since < STABLE_MS; ) {
    await new Promise((go) => setTimeout(go, 100))
    const [{ latest }] = await log.offsets(kpi)
    const lags = [...(await log.lag(taskGroup)), ...(await log.lag(mergeGroup))]
    const isRead = lags.every((lag) => lag.committed === lag.latest)
    if (latest !== last || !isRead) since = Date.now()
    last = latest
  }
  return readingsOf(log, book.topics)
}

/** Of finals those that both logs keep; and all that is said of the open windows and the ledgers. */
function digestOf(readings: Readings, time: number): string {
  return createHash('sha256')
    .update(JSON.stringify([keptOf(readings, time), readings.open]))
    .digest('hex')
}

function keptOf({ finals }: Readings, time: number): Record<string, string> {
  const isKept = ([, text]: [string, string]) => {
    const { window } = JSON.parse(text) as { window: { kind: string; end: string } }
    return window.kind === 'day' || Date.parse(window.end) > time - COMPARED_MS
  }
  return Object.fromEntries(Object.entries(finals).filter(isKept))
}

function stopwatch(): () => string {
  const since = performance.now()
  return () => `${(performance.now() - since).toFixed(0)} ms`
}

function middle(ms: number[]): string {
  return `${[...ms].sort((a, b) => a - b)[Math.floor(ms.length / 2)].toFixed(0)} ms`
}

function most(ms: number[]): string {
  return `${Math.max(...ms).toFixed(0)} ms`
}
