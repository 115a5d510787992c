// Proves a city on Kafka against the one computed without it: finals byte by byte, digest, ledger; with deaths if asked.
// Run: npx node load/kafka-city.ts --brokers 127.0.0.1:9092 --speed 60 [--kill]

import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Problem } from '../infra/problem.ts'
import { EXIT_DIFFERS } from '../infra/program/exit-codes.ts'
import { reportingProblems } from '../infra/program/main.ts'
import { UNPACED_SPEED } from '../producers/contract/run/run-commands.ts'
import { proveCity } from './proof/city-proof.ts'
import { cpuPercent, rssMax } from './series.ts'

const HELP = `node load/kafka-city.ts --brokers host:port [options]
  --prefix <p>      of topics and groups; default one of its own; huacheng clean removes them
  --speed <x>       sim seconds per wall second, or max (default 30)
  --scenario <name> default: the default city's own
  --for <duration>  sim time (default PT10M)
  --scale <s>       default 1
  --producers <n>   default 2
  --processors <n>  default 2
  --kill            kill -9 one processor and one producer in the middle, and start them again
  --orders          operators give every command that there is and start incidents, from a fifth of the run on
  --shards <a,b>    numbers of shards in which the digest is computed without Kafka (default 1)
Exit code 99 when anything differs.`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      brokers: { type: 'string' },
      prefix: { type: 'string' },
      speed: { type: 'string', default: '30' },
      scenario: { type: 'string' },
      for: { type: 'string', default: 'PT10M' },
      scale: { type: 'string', default: '1' },
      producers: { type: 'string', default: '2' },
      processors: { type: 'string', default: '2' },
      kill: { type: 'boolean', default: false },
      orders: { type: 'boolean', default: false },
      shards: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(HELP)
  if (!values.brokers) throw new Problem('--brokers: not given, expected host:port')
  const prefix = values.prefix ?? `kc${process.pid}.`
  const folder = join(tmpdir(), `huacheng-${prefix}`)
  const result = await proveCity({
    ...{ brokers: values.brokers, prefix, folder },
    ...{ scenario: values.scenario, for: values.for, scale: values.scale },
    ...{ kill: values.kill, orders: values.orders, shards: values.shards.split(',').map(Number) },
    speed: values.speed === 'max' ? UNPACED_SPEED : Number(values.speed),
    producers: Number(values.producers),
    processors: Number(values.processors),
    say: (line) => console.log(line),
  })
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
  console.log(`speed ${values.speed}, ${values.for} at scale ${values.scale}; logs in ${folder}`)
  for (const { name, samples } of result.usage) {
    const cpu = cpuPercent(samples).toFixed(0).padStart(3)
    const rss = rssMax(samples).toFixed(0).padStart(4)
    console.log(`  ${name.padEnd(12)} CPU ${cpu} % of a core   RSS max ${rss} MB`)
  }
  console.log(
    `from start to the run's end ${seconds(result.tookMs)} (${seconds(result.wallMs)} at the asked speed); ` +
      `finals complete ${seconds(result.waited)} later`,
  )
  console.log(
    `finals: ${result.cells} cells, ${result.differing.length} differing, ${result.missing} records missing`,
  )
  for (const what of result.differing.slice(0, 20)) console.log(`  differs: ${what}`)
  for (const [shards, digest] of Object.entries(result.inProcess)) {
    console.log(`digest without Kafka ${digest}  ${shards} shards`)
  }
  console.log(`digest on the log    ${result.onLog}`)
  console.log(`${result.accepted} commands accepted`)
  console.log(result.summary)
  console.log(result.audit.trim())
  for (const line of result.unexpected) console.log(`ended by itself: ${line}`)
  console.log(result.isEqual ? 'EQUAL' : 'DIFFERS')
  if (!result.isEqual) process.exitCode = EXIT_DIFFERS
}

await reportingProblems(main)
