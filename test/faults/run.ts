// `npm run test:faults`: a real Kafka, deaths, zombies, storms, outages and dirty input; final = oracle, whatever dies.
// Run: npm run test:faults -- [--seed n] [--short] [--only clean|dirty|storm] [--session-timeout ms]

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { EXIT_DIFFERS } from '../../infra/program/exit-codes.ts'
import { isProof, proveCity } from '../../load/proof/city-proof.ts'
import { findBroker } from '../kafka/broker.ts'
import { FULL, planFaults, SHORT } from './plan.ts'
import { SESSION_MS, SETTINGS } from './settings.ts'
import { runTrial, type Trial } from './trial.ts'

/** Sim seconds per second of the trial in a storm. */
const STORM_SPEED = 600

function percentile(sorted: number[], p: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))]
}

function report(name: string, t: Trial): boolean {
  console.log(`\n${name}: ${t.minutes} sim minutes, logs in ${t.logs}`)
  console.log(
    `  finals: ${t.cells} cells, ${t.differing.length} differing, ${t.missing} records missing`,
  )
  for (const what of t.differing.slice(0, 20)) console.log(`  differs: ${what}`)
  console.log(`  ${t.summary}`)
  console.log(`  poison: ${t.poisoned} written, ${t.deadLetters} in dead-letter`)
  console.log(`  ended by themselves and started again: ${t.restarts.join('; ') || 'none'}`)
  const kinds = Map.groupBy(t.recoveries, (r) => r.what.split(' ')[0])
  for (const [kind, list] of kinds) {
    const ms = list.map((r) => r.ms).sort((a, b) => a - b)
    const [p50, max] = [percentile(ms, 0.5), ms.at(-1)!]
    console.log(
      `  ${kind.padEnd(16)} × ${String(list.length).padStart(2)}   recovery p50 ${(p50 / 1000).toFixed(1)} s   max ${(max / 1000).toFixed(1)} s`,
    )
  }
  return isProof(t) && t.unexplained === 0 && t.poisoned > 0
}

/** Deaths and every command of operators in the middle of a storm, in any number of shards, under the audit. */
async function weather(folder: string, brokers: string, isShort: boolean): Promise<boolean> {
  const proof = await proveCity({
    ...{
      brokers,
      prefix: `storm-${process.pid}.`,
      folder,
      say: (line) => console.log(`  ${line}`),
    },
    ...{
      scenario: 'rainstorm',
      for: isShort ? 'PT3H' : 'PT8H',
      scale: SETTINGS.scale,
      speed: STORM_SPEED,
    },
    ...{ producers: 2, processors: 2, kill: true, orders: true, shards: [1, 2, 4, 8] },
  })
  const { cells, differing, missing, accepted, inProcess, onLog } = proof
  console.log(`\nrainstorm, deaths and ${accepted} commands: logs in ${folder}`)
  console.log(`  finals: ${cells} cells, ${differing.length} differing, ${missing} records missing`)
  for (const what of differing.slice(0, 20)) console.log(`  differs: ${what}`)
  console.log(`  ${proof.summary}`)
  for (const [n, digest] of Object.entries(inProcess)) console.log(`  ${digest}  ${n} shards`)
  console.log(`  ${onLog}  on the log`)
  console.log(`  ${proof.audit.trim().split('\n').at(-1)}`)
  return proof.isEqual
}

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    short: { type: 'boolean', default: false },
    only: { type: 'string' },
    'session-timeout': { type: 'string', default: String(SESSION_MS) },
  },
})
const seed = Number(values.seed)
const sessionMs = Number(values['session-timeout'])
// Only a broker so configured lets a member be missed sooner.
const KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS = String(Math.min(sessionMs, SESSION_MS))
const broker = await findBroker({ env: { KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS } })
if (typeof broker === 'string') {
  console.error(`fault tests NOT run: ${broker}`)
  process.exit(1)
}
console.log(
  `seed ${seed}, ${broker.from}, session timeout ${sessionMs} ms, speed ${SETTINGS.speed}, scale ${SETTINGS.scale}`,
)
const shared = {
  ...{ ...SETTINGS, broker, seed, sessionMs },
  say: (line: string) => console.log(`  ${line}`),
}
const folder = mkdtempSync(join(tmpdir(), 'huacheng-faults-'))
const isAsked = (trial: string) => values.only === undefined || values.only === trial
let isRight = true
try {
  if (isAsked('clean')) {
    const clean = await runTrial({
      ...shared,
      ...{ prefix: `faults-${process.pid}.`, folder: join(folder, 'clean'), scenario: 'default' },
      plan: planFaults(seed, values.short ? SHORT : FULL),
    })
    isRight = report('clean scenario, deaths and poison', clean) && isRight
  }
  if (isAsked('dirty')) {
    const dirty = await runTrial({
      ...shared,
      ...{
        prefix: `dirty-${process.pid}.`,
        folder: join(folder, 'dirty'),
        scenario: 'dirty-input',
      },
      plan: planFaults(seed + 1, SHORT),
    })
    isRight = report('1 % duplicates, 1 % late, deaths and poison', dirty) && isRight
  }
  if (isAsked('storm')) {
    isRight = (await weather(join(folder, 'storm'), broker.brokers, values.short)) && isRight
  }
} finally {
  await broker.stop()
}
console.log(isRight ? '\nEQUAL' : '\nDIFFERS')
if (!isRight) process.exitCode = EXIT_DIFFERS
