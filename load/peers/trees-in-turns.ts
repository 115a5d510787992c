// What a change brought: processors of several working trees drain the same backlog in turns, CPU of each from outside.
// Run: npx node load/peers/trees-in-turns.ts --brokers 127.0.0.1:9092 --prefix p. (a backlog that is there) --tree . --tree ../before [--rounds 5]
import { readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { Problem } from '../../infra/problem.ts'
import { reportingProblems } from '../../infra/program/main.ts'
import { ROOT } from '../child-program.ts'
import { keyedRecords } from './backlog.ts'
import { drain } from './our-programs.ts'
import { resultsText } from './results.ts'
import { inTurns, machine } from './turns.ts'

const OPTIONS = {
  brokers: { type: 'string', default: '127.0.0.1:9092' },
  prefix: { type: 'string' },
  rounds: { type: 'string', default: '5' },
  tree: { type: 'string', multiple: true },
} as const

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS })
  const { brokers, prefix, tree: trees = [] } = values
  if (prefix === undefined) throw new Problem('--prefix: not given, expected that of a backlog')
  if (trees.length < 2)
    throw new Problem(`--tree: given ${trees.length} times, expected two or more`)
  const peer = readFileSync(join(ROOT, 'load', 'peers', 'kafka-streams', 'peer.json'), 'utf8')
  const { domains } = JSON.parse(peer) as { domains: string[] }
  let events = 0
  for await (const keyed of keyedRecords(brokers, prefix, domains)) events += keyed.length
  const runners = trees.map((tree) => ({
    name: tree,
    turn: () => drain(brokers, prefix, events, domains, resolve(tree)),
  }))
  const compared = await inTurns('drain', runners, Number(values.rounds))
  const head = `${machine()}; load ${loadavg()[0].toFixed(1)} at the end; ${events} events.`
  console.log(resultsText([compared], head))
}

await reportingProblems(main)
