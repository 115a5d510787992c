// A stranger's consumers, written from docs/contracts.md alone, against a small city on a real broker.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { computeKpis } from '../../commands/kpis.ts'
import { startOneProcess } from '../../commands/one-process.ts'
import { openWorld } from '../../commands/world.ts'
import { realClock } from '../../infra/clock.ts'
import type { EventLog } from '../../infra/event-log.ts'
import { createKafkaLog } from '../../infra/kafka-log.ts'
import { readRange } from '../../infra/log-range.ts'
import { createLogger } from '../../infra/logger.ts'
import type { KpiReading } from '../../processor/contract.ts'
import { topicNames } from '../../producers/contract/topics.ts'
import { type Broker, findBroker, until } from './broker.ts'
import { exec, findPython } from './python.ts'

const ROOT = join(import.meta.dirname, '../..')
const KPI = 'e-license.usage'
const OUTPUT_BYTES = 64 * 1024 * 1024
const values = { scale: '0.05', for: 'PT3M', speed: 'max', partitions: '4' }
const prefix = `contracts-${randomUUID().slice(0, 8)}.`
const topics = topicNames(prefix)

/** The version that the page tells people to install. */
const page = readFileSync(join(ROOT, 'docs/contracts.md'), 'utf8')
const requirement = /pip install (kafka-python==[\d.]+)/.exec(page)![1]

const broker = await findBroker()
const python = typeof broker === 'string' ? broker : await findPython(requirement)
for (const reason of [broker, python]) {
  if (typeof reason === 'string') console.error(`\nSamples on Kafka NOT run: ${reason}\n`)
}

const kcat = await exec('kcat', ['-V']).then(
  () => true,
  () => false,
)
if (!kcat) console.error('\nkcat lines NOT run: there is no kcat; install the package kcat\n')

const world = openWorld(values, { truth: true })

/** Runs the city to its end, until every final of every window is on the log. */
async function runCity(log: EventLog): Promise<void> {
  const logger = createLogger({ level: 'error' })
  const parts = await startOneProcess({ log, clock: realClock, topics, world, logger })
  const wanted = expected.filter((r) => r.window.kind === 'window').length
  await Promise.race([parts.failed, until(async () => (await countFinals(log)) === wanted)])
  await parts.stop()
}

async function countFinals(log: EventLog): Promise<number> {
  const keys = new Set<string>()
  for await (const records of readRange(log, { topic: topics.kpi, partition: 0 })) {
    for (const { key } of records) {
      const parts = key!.toString().split('|')
      if (parts.length === 3) keys.add(parts.join('|'))
    }
  }
  return keys.size
}

const expected: KpiReading[] = []
computeKpis(world, (reading) => expected.push(reading))

const reason = typeof broker === 'string' ? broker : null
describe.skipIf(reason !== null)(`consumers from docs/contracts.md${reason ?? ''}`, () => {
  const { brokers } = broker as Broker
  let log: EventLog

  beforeAll(async () => {
    log = createKafkaLog({ connection: { brokers: brokers.split(',') } })
    await runCity(log)
    await log.close()
  })
  afterAll(() => (broker as Broker).stop())

  it.skipIf(typeof python === 'string')(
    'in Python recompute a KPI and every chain of its domain',
    async () => {
      const script = join(ROOT, 'docs/samples/usage.py')
      const args = [script, '--brokers', brokers, '--prefix', prefix, '--kpi', KPI]
      const { stdout } = await exec((python as { python: string }).python, args, {
        maxBuffer: OUTPUT_BYTES,
      })
      const result = JSON.parse(stdout) as Result
      const finals = expected.filter((r) => r.kpi === KPI && r.window.kind === 'window')
      expect(finals).toHaveLength(3)
      expect(result.windows.map((w) => [w.start, w.end])).toEqual(
        finals.map((r) => [r.window.start, r.window.end]),
      )
      result.windows.forEach(({ scopes }, i) => {
        const recomputed = Object.entries(scopes).map(([code, scope]) => [code, scope.recomputed])
        expect(Object.fromEntries(recomputed)).toEqual(finals[i].scopes)
      })
      expect(result.chains).toHaveLength(4)
      for (const { time, recomputed, published } of result.chains) {
        expect([time, recomputed]).toEqual([world.descriptor.end, published])
      }
      expect(result).toMatchObject({ run: world.descriptor.run, epoch: 0, equal: true, late: 0 })
    },
  )

  it('on kafkajs print the final readings of the newest run, and end', async () => {
    const script = join(ROOT, 'docs/samples/consumer.mjs')
    const { stdout } = await exec(process.execPath, [script, brokers, prefix, '--once'])
    const got = stdout.split('\n').filter((line) => line !== '')
    const finals = expected.filter((r) => r.window.kind === 'window')
    const wanted = finals.map(({ epoch, kpi, window, unit, truth, scopes }) => {
      const { value, n } = Object.values(scopes)[0]
      return JSON.stringify({ epoch, kpi, start: window.start, value, unit, n, truth })
    })
    expect(got.sort()).toEqual(wanted.sort())
  })

  it.skipIf(!kcat)('on kcat show the records of each topic, line by line', async () => {
    const lines = page.split('\n').filter((line) => line.startsWith('kcat '))
    expect(lines.length).toBeGreaterThan(12)
    for (const line of lines) {
      const here = line.replace('127.0.0.1:9092', brokers).replace('-t city.', `-t ${prefix}`)
      const { stdout } = await exec('sh', ['-c', here], { timeout: 30_000 })
      // In a quiet run nobody asks, comes late or is refused; the other topics hold something.
      const isMute = /-t \S*\.(command|command-result|incident|alert|late|dead-letter) /.test(here)
      if (!isMute) expect(stdout, here).not.toBe('')
    }
  })
})

type Result = {
  windows: { start: string; end: string; scopes: Record<string, { recomputed: unknown }> }[]
  chains: { partition: number; time: string; recomputed: string; published: string }[]
}
