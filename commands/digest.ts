// `huacheng digest`: the chains of every topic-partition and the city's digest, simulated in any number of shards.
import { Problem } from '../infra/problem.ts'
import { formatDuration, isoTime } from '../infra/time.ts'
import { cityDigest } from '../producers/chain.ts'
import { type Command, numberOption, SCENARIO_OPTIONS } from './options.ts'
import { openKernel, openWorld, runThrough, type World } from './world.ts'

export function digestOf(world: World, shards: number) {
  const chains: { domain: string; partition: number; chain: string }[] = []
  let events = 0
  // One shard after the other: what they write does not depend on who else runs.
  for (let shard = 0; shard < shards; shard++) {
    const kernel = openKernel(world, shard, shards)
    runThrough(world, kernel, () => kernel.drain())
    chains.push(...kernel.lanes)
    events += kernel.events
  }
  return { ...cityDigest(chains), events }
}

export const digest: Command = {
  name: 'digest',
  summary: 'prove what a scenario produces: chains and city digest',
  about: `
Simulates the scenario without Kafka and prints the SHA-256 chain of every topic-partition at the end, and the city
digest over all of them. Same seed, same scenario, same P and same code give the same digest, for any --shards.`,
  options: {
    ...SCENARIO_OPTIONS,
    shards: { type: 'string', value: 'n', text: 'simulate in n shards', default: '1' },
  },
  examples: [
    'npx huacheng digest --for PT10M',
    'npx huacheng digest --for PT10M --shards 4 --json',
  ],
  async run(values) {
    const shards = numberOption(values, 'shards', 1, 240, true) ?? 1
    const world = openWorld(values, { truth: false, shards })
    const { scenario } = world
    if (shards > scenario.partitions) {
      throw new Problem(
        `--shards: ${shards}, expected at most the ${scenario.partitions} partitions; raise --partitions`,
      )
    }
    const result = digestOf(world, shards)
    if (values.json) {
      console.log(JSON.stringify({ digest: result.digest, partitions: result.partitions }))
      return
    }
    for (const [name, chain] of Object.entries(result.partitions)) console.log(`${chain}  ${name}`)
    const end = isoTime(scenario.start + scenario.durationMs)
    console.log(
      `\nrun ${scenario.runId}  seed ${scenario.seed}  scenario ${scenario.name} ${scenario.digest.slice(0, 12)}  ` +
        `${formatDuration(scenario.durationMs)} to ${end}  ${result.events} events  ${shards} shard${shards > 1 ? 's' : ''}`,
    )
    console.log(`city digest ${result.digest}`)
  },
}
