// Lets one processor work off a backlog on Kafka as fast as it can: events per second and per core, and the checkpoints' share.
// Run: npx node load/kafka-drain.ts --brokers 127.0.0.1:9092 [--for PT30M] [--scale 1]

import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { realClock, sleep } from '../infra/clock.ts'
import { Problem } from '../infra/problem.ts'
import { EXIT_DIFFERS } from '../infra/program/exit-codes.ts'
import { reportingProblems } from '../infra/program/main.ts'
import { Programs } from './programs.ts'
import { cpuPercent, eventsRead, metricSum, rssMax } from './series.ts'
import { waitUntil } from './wait-until.ts'

const STATUS = 'http://127.0.0.1:9501'
const PRODUCE_LIMIT_MS = 300_000
const DRAIN_LIMIT_MS = 300_000
/** The restore and the first fetches are no steady work. */
const WARM_UP_EVENTS = 150_000
/** So many looks without a new event: nothing is left. */
const QUIET = 12
const MOST_PERCENT = 5

type Figures = { atMs: number; events: number; lag: number; checkpointS: number; cpuS: number }

async function figures(): Promise<Figures> {
  const text = await (await fetch(`${STATUS}/metrics`)).text()
  return {
    atMs: realClock.now(),
    events: eventsRead(text),
    lag: metricSum(text, 'huacheng_lag_records'),
    checkpointS: metricSum(text, 'huacheng_checkpoint_seconds_total'),
    cpuS: metricSum(text, 'process_cpu_seconds_total'),
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      brokers: { type: 'string' },
      for: { type: 'string', default: 'PT30M' },
      scale: { type: 'string', default: '1' },
    },
  })
  if (!values.brokers) throw new Problem('--brokers: not given, expected host:port')
  const prefix = `drain${process.pid}.`
  const kafka = ['--brokers', values.brokers, '--prefix', prefix]
  const programs = new Programs({ folder: join(tmpdir(), `huacheng-${prefix}`), kafka })
  const world = ['--for', values.for, '--scale', values.scale]
  try {
    programs.start('producer', ['produce', ...world, '--speed', 'max'])
    await waitUntil(
      'the whole run on the topics',
      async () => {
        await programs.run(['digest', '--json', '--for', values.for], true)
        return true
      },
      PRODUCE_LIMIT_MS,
    )
    await programs.stop('producer')
    programs.start('processor', ['process', '--status-port', '9501'])
    const seen: Figures[] = []
    await waitUntil(
      'a steady pace',
      async () => {
        const now = await figures()
        if (now.events > WARM_UP_EVENTS) seen.push(now)
        return seen.length > 0 || `${now.events} events`
      },
      DRAIN_LIMIT_MS,
    )
    let quiet = 0
    for (const end = realClock.now() + DRAIN_LIMIT_MS; realClock.now() < end && quiet < QUIET; ) {
      await sleep(realClock, 250)
      programs.sample()
      const now = await figures()
      if (now.events === seen.at(-1)!.events) quiet++
      else {
        quiet = 0
        seen.push(now)
      }
    }
    const [first, last] = [seen[0], seen.at(-1)!]
    const events = last.events - first.events
    const seconds = (last.atMs - first.atMs) / 1000
    const cpu = last.cpuS - first.cpuS
    const share = (100 * (last.checkpointS - first.checkpointS)) / cpu
    const samples = programs.samples('processor')
    console.log(
      `${events} events in ${seconds.toFixed(1)} s: ${Math.round(events / seconds)} events/s, ` +
        `${Math.round(events / cpu)} per CPU second (${((1e6 * cpu) / events).toFixed(1)} µs each); ` +
        `CPU ${cpuPercent(samples).toFixed(0)} % of a core, RSS max ${rssMax(samples).toFixed(0)} MB`,
    )
    console.log(
      `checkpoints: ${(last.checkpointS - first.checkpointS).toFixed(2)} s of ${cpu.toFixed(1)} CPU seconds: ${share.toFixed(1)} %`,
    )
    if (share > MOST_PERCENT) {
      console.log(`CROSSED checkpoints: ${share.toFixed(1)} %, at most ${MOST_PERCENT} %`)
      process.exitCode = EXIT_DIFFERS
    }
  } finally {
    await programs.stopAll()
  }
}

await reportingProblems(main)
