// Measures what the programs cost while the city is paused, and how fast lag is gone after the broker hung for a minute.
// Run: npx node load/kafka-idle.ts --brokers 127.0.0.1:9092 [--container <name of the broker's container>]

import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { RunView } from '../console/messages.ts'
import { realClock, sleep } from '../infra/clock.ts'
import { Problem } from '../infra/problem.ts'
import { EXIT_DIFFERS } from '../infra/program/exit-codes.ts'
import { reportingProblems } from '../infra/program/main.ts'
import { Programs } from './programs.ts'
import { cpuPercent, metricSum, type Sample } from './series.ts'
import { waitUntil } from './wait-until.ts'

const STATUS_BASE = 9400
const SETTLE_MS = 20_000
const IDLE_MS = 30_000
const IDLE_PERCENT = 2
const LAG_LIMIT_MS = 10_000
const PROCESSORS = ['processor-0', 'processor-1']

const HELP = `node load/kafka-idle.ts --brokers host:port [options]
  --scale <s>       default 1
  --speed <x>       before and after the pause (default 30)
  --container <id>  the broker's container: it is paused for --outage seconds, and the lag afterwards is timed
  --outage <s>      default 60
Exit code 99 when a process takes more than ${IDLE_PERCENT} % of a core, or the lag is not 0 after 10 s.`

type Options = { scale: string; speed: string; container?: string; outageMs: number }

function startAll(programs: Programs, o: Options): void {
  const world = ['--scale', o.scale, '--speed', o.speed]
  const all: [string, string[]][] = [
    ['processor-0', ['process']],
    ['processor-1', ['process']],
    ['console', ['console', '--port', '0']],
    ['producer-1', ['produce', '--shard', '1/2', ...world]],
    ['producer-0', ['produce', '--shard', '0/2', ...world]],
  ]
  all.forEach(([name, args], i) => {
    programs.start(name, [...args, '--status-port', String(STATUS_BASE + i)])
  })
}

const clockOf = async (programs: Programs) =>
  (await programs.ask<Pick<RunView, 'clock'>>('/api/run')).clock

const clockIs = (programs: Programs, wanted: string) =>
  waitUntil(
    `a clock that is ${wanted}`,
    async () => {
      const { status } = await clockOf(programs)
      return status === wanted || status
    },
    60_000,
  )

async function command(programs: Programs, name: string): Promise<void> {
  const id = `idle-${name}-${realClock.now()}`
  await programs.ask('/api/commands', { id, name, args: {} })
}

/** CPU of each program over a quiet while. */
async function idle(programs: Programs): Promise<{ name: string; cpu: number }[]> {
  await sleep(realClock, SETTLE_MS)
  const from = new Map(programs.names().map((n) => [n, programs.samples(n).length]))
  programs.sample()
  await sleep(realClock, IDLE_MS)
  programs.sample()
  return programs.names().map((name) => {
    const samples: Sample[] = programs.samples(name).slice(from.get(name))
    return { name, cpu: cpuPercent(samples) }
  })
}

async function lagOf(): Promise<number> {
  let lag = 0
  for (const i of PROCESSORS.keys()) {
    const response = await fetch(`http://127.0.0.1:${STATUS_BASE + i}/metrics`)
    // Every processor shows the whole group's lag.
    lag = Math.max(lag, metricSum(await response.text(), 'huacheng_lag_records'))
  }
  return lag
}

/** Freezes the broker, lets it go, resumes the city; answers with the ms until nothing was left to read. */
async function outage(container: string, o: Options): Promise<number> {
  execFileSync('docker', ['pause', container])
  await sleep(realClock, o.outageMs)
  execFileSync('docker', ['unpause', container])
  const back = realClock.now()
  await waitUntil(
    'lag 0',
    async () => {
      const lag = await lagOf()
      return lag === 0 || `lag ${lag}`
    },
    120_000,
  )
  return realClock.now() - back
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      brokers: { type: 'string' },
      scale: { type: 'string', default: '1' },
      speed: { type: 'string', default: '30' },
      container: { type: 'string' },
      outage: { type: 'string', default: '60' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(HELP)
  if (!values.brokers) throw new Problem('--brokers: not given, expected host:port')
  const prefix = `idle${process.pid}.`
  const folder = join(tmpdir(), `huacheng-${prefix}`)
  const o: Options = {
    ...{ scale: values.scale, speed: values.speed, container: values.container },
    outageMs: Number(values.outage) * 1000,
  }
  const kafka = ['--brokers', values.brokers, '--prefix', prefix]
  const programs = new Programs({ folder, kafka })
  startAll(programs, o)
  const crossed: string[] = []
  try {
    await clockIs(programs, 'running')
    await sleep(realClock, SETTLE_MS)
    if (o.container) {
      const ms = await outage(o.container, o)
      const clock = await clockOf(programs)
      console.log(
        `broker paused for ${o.outageMs / 1000} s; lag 0 again ${(ms / 1000).toFixed(1)} s after it went on; the city is ${clock.status}`,
      )
      if (ms > LAG_LIMIT_MS) crossed.push(`lag: ${ms} ms, at most ${LAG_LIMIT_MS}`)
      if (clock.status === 'running') await command(programs, 'clock.pause')
    } else await command(programs, 'clock.pause')
    await clockIs(programs, 'paused')
    for (const { name, cpu } of await idle(programs)) {
      console.log(`paused: ${name.padEnd(12)} CPU ${cpu.toFixed(2)} % of a core`)
      if (cpu > IDLE_PERCENT) crossed.push(`${name}: ${cpu.toFixed(2)} %, at most ${IDLE_PERCENT}`)
    }
    for (const line of programs.unexpected()) crossed.push(`ended by itself: ${line}`)
    await command(programs, 'clock.resume')
    await clockIs(programs, 'running')
    console.log('resumed; the city runs')
  } finally {
    await programs.stopAll()
  }
  for (const line of crossed) console.log(`CROSSED ${line}`)
  if (crossed.length > 0) process.exitCode = EXIT_DIFFERS
}

await reportingProblems(main)
