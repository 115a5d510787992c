// Every scenario to its end, unpaced, twice: in one shard and in several, the digest of both, the events and the time it took.
// Run: npx node load/scenario-ends.ts [--scenario <city>/<name>] [--shards 4]

import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { realClock } from '../infra/clock.ts'
import { Problem, problemText } from '../infra/problem.ts'
import { EXIT_DIFFERS } from '../infra/program/exit-codes.ts'
import { reportingProblems } from '../infra/program/main.ts'
import { cityNames } from '../seeds/load/city.ts'
import { scenarioNames } from '../seeds/scenario/scenario.ts'
import { CLI } from './child-program.ts'

const OUTPUT_BYTES = 16 * 1024 * 1024
const LAST_LINES = /(\d+) events {2}\d+ shards?\ncity digest ([0-9a-f]{64})/

/** In a process of its own, as a user would. */
function digestOf(scenario: string, shards: number) {
  const since = realClock.now()
  const args = [CLI, 'digest', '--scenario', scenario, '--shards', String(shards)]
  const options = { encoding: 'utf8', maxBuffer: OUTPUT_BYTES } as const
  const [, events, digest] = LAST_LINES.exec(execFileSync(process.execPath, args, options))!
  return { events, digest, seconds: (realClock.now() - since) / 1000 }
}

async function main(): Promise<void> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ options: { scenario: text, shards: text } })
  const all = cityNames().flatMap((city) => scenarioNames(city).map((name) => `${city}/${name}`))
  const chosen = all.filter((name) => values.scenario === undefined || name === values.scenario)
  if (chosen.length === 0) {
    throw new Problem(problemText('--scenario', `"${values.scenario}"`, `one of ${all.join(', ')}`))
  }
  const shards = Number(values.shards ?? 4)
  const width = Math.max(...all.map((name) => name.length))
  let isRight = true
  for (const name of chosen) {
    const [once, again] = [digestOf(name, 1), digestOf(name, shards)]
    const isSame = once.digest === again.digest && once.events === again.events
    isRight &&= isSame
    const took = [once, again].map(({ seconds }) => `${seconds.toFixed(1)} s`.padStart(8))
    console.log(
      `${name.padEnd(width)}  ${once.events.padStart(10)} events  ${took.join(' ')}  ${once.digest.slice(0, 16)}  ${isSame ? 'same' : `DIFFERS ${again.digest.slice(0, 16)}`}`,
    )
  }
  if (!isRight) process.exitCode = EXIT_DIFFERS
}

await reportingProblems(main)
