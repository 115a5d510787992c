// Another team's consumers, written from docs/contracts.md alone, against small cities on a real broker.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { computeKpis } from '../../commands/kpis.ts'
import { startOneProcess } from '../../commands/wiring/one-process.ts'
import { openWorld, type World } from '../../commands/wiring/world.ts'
import { realClock } from '../../infra/clock.ts'
import type { EventLog } from '../../infra/event-log/event-log.ts'
import { readRange } from '../../infra/event-log/log-range.ts'
import { createKafkaLog } from '../../infra/kafka/kafka-log.ts'
import { createLogger } from '../../infra/logger.ts'
import type { KpiReading } from '../../processor/contract/types.ts'
import { topicNames } from '../../producers/contract/topics.ts'
import type { Fault } from '../../seeds/contract.ts'
import { exec, findPython, REQUIREMENTS } from '../interop/python.ts'
import { noKcat, sayNotRun } from '../interop/tools.ts'
import { type Broker, findBroker, until } from './broker.ts'
import { createForeignProducer } from './transactions.ts'

const ROOT = join(import.meta.dirname, '../..')
const DOMAIN = 'e-license'
const KPI = `${DOMAIN}.usage`
const OUTPUT_BYTES = 64 * 1024 * 1024
const PARTITIONS = 4
const values = { scale: '0.05', for: 'PT3M', speed: 'max', partitions: String(PARTITIONS) }

const page = readFileSync(join(ROOT, 'docs/contracts.md'), 'utf8')
/** The version that the page tells people to install. */
const requirement = /pip install (kafka-python==[\d.]+)/.exec(page)![1]

const broker = await findBroker()
const python = typeof broker === 'string' ? broker : await findPython()
sayNotRun('Samples on Kafka', typeof python === 'string' ? python : null)
const noKcatHere = await noKcat()
sayNotRun('kcat lines', noKcatHere)

const isFinalWindow = (r: KpiReading) => r.final && r.window.kind === 'window'

/** The final window readings that a city must come to. */
function finalsOf(world: World): KpiReading[] {
  const finals: KpiReading[] = []
  computeKpis(world, (reading) => {
    if (isFinalWindow(reading)) finals.push(reading)
  })
  return finals
}

/** Runs a city to its end, until all its finals are on the log. */
async function runCity(brokers: string, prefix: string, world: World): Promise<void> {
  const log = createKafkaLog({ connection: { brokers: brokers.split(',') } })
  const topics = topicNames(prefix)
  const logger = createLogger({ level: 'error' })
  const parts = await startOneProcess({ log, clock: realClock, topics, world, logger })
  const wanted = finalsOf(world).length
  const isDone = async () => (await countFinals(log, topics.kpi, world)) === wanted
  await Promise.race([parts.failed, until(isDone)])
  await parts.stop()
  await log.close()
}

/** Different final windows of the newest run, whose end is this world's. */
async function countFinals(log: EventLog, topic: string, { descriptor }: World): Promise<number> {
  const epochs = new Map<number, Set<string>>()
  for await (const records of readRange(log, { topic, partition: 0 })) {
    for (const { key, value } of records) {
      const reading = JSON.parse(value!.toString()) as KpiReading
      if (!reading.window || !isFinalWindow(reading)) continue
      const keys = epochs.get(reading.epoch) ?? new Set()
      epochs.set(reading.epoch, keys.add(key!.toString()))
    }
  }
  const newest = epochs.get(Math.max(...epochs.keys()))
  const hasEnd = [...(newest ?? [])].some((key) => key.includes(lastWindow(descriptor)))
  return hasEnd ? newest!.size : 0
}

const lastWindow = ({ end, window }: World['descriptor']) =>
  new Date(Date.parse(end) - window).toISOString()

/** What nobody should take for a record of ours, on the topics that the samples read; a transaction's marker comes last. */
async function addForeign(brokers: string, prefix: string): Promise<void> {
  const values = ['hello', '"hello"', '{}', '[]', '{"epoch":1e999,"kpi":7}', '['.repeat(50_000)]
  const foreign = await createForeignProducer(brokers)
  for (const name of [DOMAIN, 'run', 'kpi']) {
    // Only a topic that is not compacted takes records without a key.
    const keys = name === DOMAIN ? ['foreign', null] : ['foreign']
    const records = values.flatMap((value) => keys.map((key) => ({ key, value })))
    await foreign.commit(prefix + name, 0, records)
  }
  await foreign.close()
}

type Result = {
  run: string
  epoch: number
  windows: { start: string; end: string; scopes: Record<string, Pair> }[]
  chains: (Pair & { partition: number; time: string })[]
  late: number
  equal: boolean
}
type Pair = { recomputed: unknown; published: unknown }

/** Runs usage.py; its exit code is 1 where something differs. */
async function usage(brokers: string, prefix: string, kpi: string): Promise<Result> {
  const script = join(ROOT, 'docs/samples/usage.py')
  const args = [script, '--brokers', brokers, '--prefix', prefix, '--kpi', kpi]
  const { python: interpreter } = python as { python: string }
  const running = exec(interpreter, args, { maxBuffer: OUTPUT_BYTES })
  const { stdout } = await running.catch((error: { code: number; stdout: string }) => {
    if (error.code !== 1 || error.stdout === '') throw error
    return error
  })
  return JSON.parse(stdout) as Result
}

/** What the script recomputed, in the shape of our own readings. */
function recomputedOf({ windows }: Result) {
  return windows.map(({ start, end, scopes }) => {
    const cells = Object.entries(scopes).map(([code, pair]) => [code, pair.recomputed])
    return { start, end, scopes: Object.fromEntries(cells) }
  })
}

function expectedOf(finals: KpiReading[], kpi: string) {
  return finals
    .filter((r) => r.kpi === kpi)
    .map(({ window: { start, end }, scopes }) => ({ start, end, scopes }))
}

const reason = typeof broker === 'string' ? broker : null
describe.skipIf(reason !== null)('consumers from docs/contracts.md', () => {
  const { brokers } = broker as Broker
  const prefix = `contracts-${randomUUID().slice(0, 8)}.`
  const world = openWorld(values, { truth: true })
  const finals = finalsOf(world)

  beforeAll(async () => {
    // An earlier run on the same topics, which nobody should count.
    await runCity(
      brokers,
      prefix,
      openWorld({ ...values, for: 'PT1M', seed: '7' }, { truth: true }),
    )
    await runCity(brokers, prefix, world)
  })

  const ratios = Object.values(world.descriptor.declarations).flatMap((d) =>
    d.measures.filter((m) => m.kind === 'ratio').map((m) => `${d.domain}.${m.name}`),
  )

  it.skipIf(typeof python === 'string').each(ratios)(
    'in Python recompute %s and every chain of its domain',
    async (kpi) => {
      const result = await usage(brokers, prefix, kpi)
      expect(result).toMatchObject({ run: world.descriptor.run, equal: true, late: 0 })
      expect(result.epoch).toBeGreaterThan(0)
      expect(recomputedOf(result)).toEqual(expectedOf(finals, kpi))
      expect(result.windows).toHaveLength(3)
      expect(result.chains.map((c) => c.partition)).toEqual([0, 1, 2, 3])
      for (const { time, recomputed, published } of result.chains) {
        expect(time).toBe(world.descriptor.end)
        expect(recomputed).toBe(published)
      }
    },
  )

  it('are tried with the version that the page tells people to install', () => {
    expect(REQUIREMENTS).toContain(requirement)
  })

  it('on kafkajs print the final readings of the newest run, and end', async () => {
    const script = join(ROOT, 'docs/samples/consumer.mjs')
    const { stdout } = await exec(process.execPath, [script, brokers, prefix, '--once'])
    const lines = stdout.split('\n').filter((line) => line !== '')
    const got = lines.map((line) => ({ ...JSON.parse(line), epoch: 0 }))
    const wanted = finals.map(({ epoch, kpi, window, unit, truth, scopes }) => {
      const { value, n } = Object.values(scopes)[0]
      return { epoch, kpi, start: window.start, value, unit, n, truth }
    })
    const byName = (a: { kpi: string; start: string }, b: { kpi: string; start: string }) =>
      `${a.kpi}|${a.start}` < `${b.kpi}|${b.start}` ? -1 : 1
    expect(got.sort(byName)).toEqual(wanted.sort(byName))
  })

  it.skipIf(noKcatHere !== null)(
    'on kcat show the records of each topic, line by line',
    async () => {
      const lines = page.split('\n').filter((line) => line.startsWith('kcat '))
      expect(lines.length).toBeGreaterThan(12)
      for (const line of lines) {
        const here = line.replace('127.0.0.1:9092', brokers).replace('-t city.', `-t ${prefix}`)
        const { stdout } = await exec('sh', ['-c', here], { timeout: 30_000 })
        // In a quiet run nobody asks, comes late or is refused; the other topics hold something.
        const isMute =
          /-t \S*\.(command|command-result|incident|alert|kpi-twin|late|dead-letter) /.test(here)
        if (!isMute) expect(stdout, here).not.toBe('')
      }
    },
  )
})

describe.skipIf(reason !== null || typeof python === 'string')(
  'a consumer from docs/contracts.md, where events are damaged',
  () => {
    const { brokers } = broker as Broker
    const prefix = `contracts-${randomUUID().slice(0, 8)}.`
    const fault = { domain: DOMAIN, share: 0.25, fromMs: 0, forMs: 180_000, delayMs: 90_000 }
    const kinds: Fault['kind'][] = ['drop', 'duplicate', 'late', 'corrupt']
    const faults = kinds.map((kind): Fault => ({ ...fault, kind }))
    const sound = openWorld(values, { truth: true })
    const world = { ...sound, scenario: { ...sound.scenario, faults } }

    beforeAll(async () => {
      await runCity(brokers, prefix, world)
      await addForeign(brokers, prefix)
    })

    it('ends where the topic ends, though a marker stands there and other programs wrote before it', async () => {
      const script = join(ROOT, 'docs/samples/consumer.mjs')
      const args = [script, brokers, prefix, '--once']
      const { stdout } = await exec(process.execPath, args, { timeout: 60_000 })
      expect(stdout.trim().split('\n')).toHaveLength(finalsOf(world).length)
    })

    it('still comes to the published readings, and finds the chains broken', async () => {
      const result = await usage(brokers, prefix, KPI)
      const finals = finalsOf(world)
      expect(recomputedOf(result)).toEqual(expectedOf(finals, KPI))
      expect(expectedOf(finals, KPI)).not.toEqual(expectedOf(finalsOf(sound), KPI))
      expect(result.late).toBeGreaterThan(0)
      expect(result.equal).toBe(false)
      for (const { recomputed, published } of result.chains) {
        expect(recomputed).not.toBe(published)
      }
    })
  },
)

afterAll(async () => {
  if (typeof broker !== 'string') await broker.stop()
})
