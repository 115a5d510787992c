// `huacheng digest`: the chains of every topic-partition and the city's digest, simulated in any number of shards or read from Kafka.
import { createHash } from 'node:crypto'
import { inParallel } from '../infra/in-parallel.ts'
import { allOf } from '../infra/problem.ts'
import { EXIT_DIFFERS } from '../infra/program/exit-codes.ts'
import { printLine } from '../infra/program/standard-output.ts'
import { formatDuration, isoTime } from '../infra/time.ts'
import { cityDigest } from '../producers/contract/digest.ts'
import { NO_INJECTED } from '../producers/contract/records.ts'
import { isDisturbed, writtenBy } from '../producers/contract/tick-counts.ts'
import { FIRST_CHAIN } from '../producers/kernel/lane/chain.ts'
import {
  type CliCommand,
  MAX_PARTITIONS,
  numberOption,
  type OptionValues,
  SCENARIO_OPTIONS,
} from './options/options.ts'
import { COMMANDS_OPTION } from './recordings/command-file.ts'
import {
  isRecorded,
  READERS,
  RECORDED_OPTIONS,
  type RecordedRun,
  recordsOf,
  withRecordedRun,
} from './recordings/recorded-run.ts'
import { openKernel, openWorld, runThrough, type World } from './wiring/world.ts'

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

/**
 * Chains of a run on Kafka, recomputed from its events at every tick; where one differs from the tick's, it is named.
 * Where a fault that the run injected has dropped, cut, held back or released events the bytes cannot be those that were
 * hashed: there so many must have come as the tick says.
 */
export async function recordedDigest(run: RecordedRun) {
  const chains: { domain: string; partition: number; chain: string }[] = []
  const differing: string[] = []
  let events = 0
  let ticks = 0
  let disturbed = 0
  await inParallel(run.lanes, READERS, async (lane) => {
    let digest: Buffer = FIRST_CHAIN
    let hash = createHash('sha256').update(digest)
    let chain = digest.toString('hex')
    let came = 0
    let before = { count: 0, injected: NO_INJECTED }
    for await (const { record, fate } of recordsOf(run, lane)) {
      if (fate.is === 'event') {
        hash.update(record.value!).update('\n')
        events++
        came++
      }
      if (fate.is !== 'tick') continue
      ticks++
      digest = hash.digest()
      chain = fate.data.chain
      const isTouched = isDisturbed(before.injected, fate.data.injected)
      if (isTouched) disturbed++
      const isRight = isTouched
        ? came === writtenBy(fate.data) - writtenBy(before)
        : digest.toString('hex') === chain
      if (!isRight) {
        const at = isoTime(fate.time)
        differing.push(`${lane.topic}/${lane.partition}: the interval that ends at ${at}`)
      }
      digest = Buffer.from(chain, 'hex')
      before = fate.data
      came = 0
      hash = createHash('sha256').update(digest)
    }
    chains.push({ ...lane, chain })
  })
  return { ...cityDigest(chains), events, ticks, disturbed, differing: differing.sort() }
}

export const digest: CliCommand = {
  name: 'digest',
  about: `
Simulates the scenario without Kafka and prints the SHA-256 chain of every topic-partition at the end, and the city
digest over all of them. Same seed, same scenario, same P and same code give the same digest, for any --shards.
With --brokers nothing is simulated: the chains are recomputed from the events of a run's topics, compared with every
tick, and printed as of the last tick that all topic-partitions have (or --for). Exit code 99 when an interval differs,
or holds another number of events than its faults, where the run injected some, leave of it.`,
  options: {
    ...SCENARIO_OPTIONS,
    ...COMMANDS_OPTION,
    shards: { type: 'string', value: 'n', text: 'simulate in n shards', default: '1' },
    ...RECORDED_OPTIONS,
  },
  examples: [
    'npx huacheng digest --for PT10M',
    'npx huacheng digest --for PT10M --shards 4 --json',
    'npx huacheng digest --brokers 127.0.0.1:9092 --for PT10M',
  ],
  async run(values) {
    if (isRecorded(values)) await withRecordedRun(values, (run) => printRecorded(values, run))
    else printSimulated(values)
  },
}

type Digest = ReturnType<typeof cityDigest>

function print(values: OptionValues, { digest, partitions }: Digest, about: string): void {
  if (values.json) {
    printLine(JSON.stringify({ digest, partitions }))
    return
  }
  for (const [name, chain] of Object.entries(partitions)) printLine(`${chain}  ${name}`)
  printLine(`\n${about}\ncity digest ${digest}`)
}

async function printRecorded(values: OptionValues, run: RecordedRun): Promise<void> {
  const { end, epoch, descriptor } = run
  const result = await recordedDigest(run)
  const about =
    `run ${descriptor.run}  epoch ${epoch}  seed ${descriptor.seed}  scenario ${descriptor.scenario} ${descriptor.digest.slice(0, 12)}  ` +
    `to ${isoTime(end)}  ${result.events} events  ${result.ticks} ticks, ${result.differing.length} differing` +
    (result.disturbed > 0 ? `, ${result.disturbed} intervals with injected faults` : '')
  // Before anything is printed: a reader that leaves early does not make it right.
  if (result.ticks === 0) console.error('digest: no tick was compared, so nothing is proved')
  if (result.differing.length > 0 || result.ticks === 0) process.exitCode = EXIT_DIFFERS
  print(values, result, about)
  for (const place of result.differing) {
    console.error(`${place}: events and tick differ, expected the tick's chain`)
  }
}

function printSimulated(values: OptionValues): void {
  let shards = 1
  const { world } = allOf('huacheng digest', {
    shards() {
      shards = numberOption(values, 'shards', 1, MAX_PARTITIONS, true) ?? 1
    },
    world: () => openWorld(values, { truth: false, shards }),
  })
  const { scenario } = world
  const result = digestOf(world, shards)
  const end = isoTime(scenario.start + scenario.durationMs)
  const about =
    `run ${scenario.runId}  seed ${scenario.seed}  scenario ${scenario.name} ${scenario.digest.slice(0, 12)}  ` +
    `${formatDuration(scenario.durationMs)} to ${end}  ${result.events} events  ${shards} shard${shards > 1 ? 's' : ''}`
  print(values, result, about)
}
