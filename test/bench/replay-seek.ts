// How long a recording takes to open and a seek in it to be there: `npx node test/bench/replay-seek.ts --scale 0.1 --for PT2H`.
// In: a run that it records itself, on a clock that goes faster than the machine's. Out: sizes and times, as lines.
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Clock, realClock } from '../../infra/clock.ts'
import { createLogger } from '../../infra/logger.ts'
import { stream, uniform } from '../../infra/random.ts'
import { isoTime } from '../../infra/time.ts'
import { Replay } from '../../replay/player/replay.ts'
import { Recording } from '../../replay/recording/recording.ts'
import { recordSmallRun } from '../replay/small-recording.ts'

const { values } = parseArgs({
  options: {
    scale: { type: 'string', default: '0.1' },
    for: { type: 'string', default: 'PT2H' },
    partitions: { type: 'string', default: '12' },
    scenario: { type: 'string', default: 'default' },
    /** How much faster the recorded run's clock is than the machine's: so much more often its tasks cut checkpoints. */
    hurry: { type: 'string', default: '30' },
    seeks: { type: 'string', default: '20' },
    /** An older recording of the same options in place of a new one. */
    folder: { type: 'string' },
  },
})
const { scale, partitions, scenario } = values
const run = { scale, partitions, scenario, for: values.for }

function fasterClock(times: number): Clock {
  const since = Date.now()
  return {
    now: () => since + times * (Date.now() - since),
    schedule: (ms, task) => realClock.schedule(ms / times, task),
    turn: realClock.turn,
  }
}

const say = (text: string) => process.stdout.write(`${text}\n`)
const scratch = mkdtempSync(join(tmpdir(), 'huacheng-replay-seek-'))
const folder = values.folder ?? join(scratch, 'run')
const { openWorld } = await import('../../commands/wiring/world.ts')
const world = openWorld(run, { truth: true })
try {
  if (!values.folder) {
    const since = performance.now()
    await recordSmallRun(folder, 'gz', run, fasterClock(Number(values.hurry)))
    say(`recorded in ${seconds(performance.now() - since)}: ${JSON.stringify(run)}`)
  }
  await measured()
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

async function measured(): Promise<void> {
  for (const track of ['events', 'control', 'state']) {
    const files = readdirSync(folder).filter((name) => name.startsWith(`${track}-`))
    const bytes = files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
    say(`${track.padEnd(8)} ${(bytes / 1e6).toFixed(1)} MB`)
  }
  let since = performance.now()
  const recording = await Recording.open(folder)
  const records = recording.manifest.segments.reduce((sum, { events }) => sum + events, 0)
  say(`open     ${milliseconds(performance.now() - since)}, ${records} records`)
  since = performance.now()
  const options = {
    clock: realClock,
    cityOf: () => world.city,
    catalogueOf: () => world.catalogue,
    logger: createLogger({ level: 'error' }),
  }
  const replay = await Replay.open(recording, options, { speed: 1, isPaused: true })
  say(`first    ${milliseconds(performance.now() - since)} to the world at the beginning`)
  const { from, to } = replay.span
  const chance = stream(1, 'times', 'replay-seek')
  const took: number[] = []
  for (let i = 0; i < Number(values.seeks); i++) {
    const time = from + uniform(chance, 0) * (to - from)
    since = performance.now()
    await replay.seek({ time, hold: true })
    took.push(performance.now() - since)
    say(`seek     ${milliseconds(took[i])} to ${isoTime(Math.round(time))}`)
  }
  took.sort((a, b) => a - b)
  const p50 = took[Math.floor(took.length / 2)]
  say(`seeks    p50 ${milliseconds(p50)}, max ${milliseconds(took.at(-1)!)} of ${took.length}`)
  say(`memory   ${Math.round(process.memoryUsage().rss / 1e6)} MB`)
  await replay.close()
  await recording.close()
}

function milliseconds(ms: number): string {
  return `${ms.toFixed(0)} ms`
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
