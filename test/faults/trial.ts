// One trial: a city, a plan of strikes, poison all the while; then the finals against the ones computed without any of it.
import { join } from 'node:path'
import { withRecordedRun } from '../../commands/recordings/recorded-run.ts'
import { realClock, sleep } from '../../infra/clock.ts'
import { createKafkaLog } from '../../infra/kafka/kafka-log.ts'
import { differences } from '../../load/proof/city-proof.ts'
import { waitUntil } from '../../load/wait-until.ts'
import type { Broker } from '../kafka/broker.ts'
import { type CityOptions, type FaultyCity, startCity } from './city.ts'
import { writeForeignRecords } from './foreign-records.ts'
import { nameOf, type Planned } from './plan.ts'
import { startPoison } from './poison.ts'
import { createStrangeWriter } from './strange-writer.ts'
import { strike } from './strikes.ts'

const FINALS_LIMIT_MS = 120_000
const MINUTE_MS = 60_000
const CALM = 'calm'
const SLOW_CALM_MS = 2_000

export type TrialOptions = Omit<CityOptions, 'brokers'> & {
  broker: Broker
  plan: Planned[]
  seed: number
  /** Rubbish records per second; 0 = none. */
  poison: number
  say(line: string): void
}

export type Recovery = { what: string; ms: number }
export type Trial = Awaited<ReturnType<typeof runTrial>>

export async function runTrial(o: TrialOptions) {
  const { broker, say } = o
  const city = startCity({ ...o, brokers: broker.brokers })
  const foreignLog = createKafkaLog({ connection: { brokers: broker.brokers.split(',') } })
  const strange = createStrangeWriter(broker.brokers)
  const recoveries: Recovery[] = []

  /** Until every task has passed what could be simulated at the blow, less what the blow itself took. */
  async function note(what: string, blow: () => Promise<number>): Promise<void> {
    const reached = await city.horizon()
    const since = realClock.now()
    const lastedMs = await blow()
    await city.caughtUp(reached)
    const ms = realClock.now() - since - lastedMs
    recoveries.push({ what, ms })
    // What an earlier blow still costs shows in a calm that is none.
    if (what !== CALM || ms > SLOW_CALM_MS) {
      say(`${what.padEnd(28)} recovered after ${(ms / 1000).toFixed(1)} s`)
    }
  }

  try {
    await city.begun()
    const run = await currentRun(o)
    const poison = o.poison > 0 ? startPoison(foreignLog, run, o.seed, o.poison, strange) : null
    let foreign = await writeForeignRecords(foreignLog, run.topics)
    for (const { strike: what, calmMs } of o.plan) {
      await sleep(realClock, calmMs)
      // The same without a blow, for comparison: ledgers come once a second, ticks every ten sim seconds.
      await note(CALM, async () => 0)
      let after: (() => void) | undefined
      await note(nameOf(what), async () => {
        const since = realClock.now()
        after = await strike(city, broker, what)
        // A strike that lasts is over before anybody can recover from it; a death counts from its moment.
        return 'ms' in what ? realClock.now() - since : 0
      })
      after?.()
    }
    const poisoned = (await poison?.stop()) ?? 0
    foreign += await writeForeignRecords(foreignLog, run.topics)
    const health = await city.health()
    say(`${foreign} foreign records in the other topics; ready: ${health.ready}`)
    await city.end()
    const marked = await strange.leaveMarkers(run.lanes)
    say(`${marked} topic-partitions end in a transaction's marker`)
    const restarts = city.programs.unexpected()
    return { recoveries, poisoned, foreign, health, restarts, ...(await judge(city, o)) }
  } finally {
    await Promise.allSettled([city.programs.stopAll(), foreignLog.close(), strange.close()])
  }
}

type Run = Parameters<Parameters<typeof withRecordedRun>[1]>[0]

async function currentRun({ broker, prefix }: TrialOptions): Promise<Run> {
  let found: Run | null = null
  await withRecordedRun({ brokers: broker.brokers, prefix }, async (run) => {
    found = run
  })
  return found!
}

/** Whole minutes of the run are compared: every scope of every final record, the digest, and the ledger. */
async function judge({ programs }: FaultyCity, o: TrialOptions) {
  const { end, descriptor } = await currentRun(o)
  const minutes = Math.floor((end - Date.parse(descriptor.start)) / MINUTE_MS)
  const world = ['--scenario', o.scenario, '--scale', o.scale, '--for', `PT${minutes}M`, '--json']
  const expected = await programs.run(['kpis', ...world], false)
  let finals = ''
  await waitUntil(
    'all finals on the topic',
    async () => {
      finals = await programs.run(['kpis', '--for', `PT${minutes}M`, '--json'], true)
      const { missing } = differences(expected, finals)
      return missing === 0 || `${missing} final records missing`
    },
    FINALS_LIMIT_MS,
  )
  const summary = (await programs.run(['kpis'], true)).trim().split('\n').at(-2)!
  const figure = (name: string) => Number(new RegExp(`${name} (\\d+)`).exec(summary)![1])
  return {
    ...differences(expected, finals),
    minutes,
    summary,
    unexplained: figure('unexplained'),
    deadLetters: figure('dead-letter'),
    logs: join(o.folder),
  }
}
