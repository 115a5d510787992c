// `load` on a real Kafka: a run that passes and that digest and audit can check, a generator that is late, a sink that answers.
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createKafkaLog } from '../../infra/kafka/kafka-log.ts'
import type { LoadReport } from '../../load/report/report-schema.ts'
import { topicNames } from '../../producers/contract/topics.ts'
import { SMALL_CITY } from '../cities.ts'
import { findBroker } from './broker.ts'
import { type Running, startHuacheng } from './programs.ts'

const RATE = ['--city', SMALL_CITY, '--rate', '200', '--partitions', '2']
const DOMAINS = ['parking', 'traffic-signal']
/** Several programs one after the other, each of which reads a city: seconds, but minutes where everything waits for a processor. */
const LIMIT_MS = 300_000
/** Whether this generator is on time is asked of a quiet machine, not of one that runs tests. */
const QUIET = ['--send-delay', '1m']

const broker = await findBroker()
if (typeof broker === 'string') {
  console.error(`\nLoad NOT run: ${broker}\n`)
  describe('load', () => {
    it.skip(`NOT run: ${broker}`, () => {})
  })
} else {
  const { brokers } = broker
  const name = `load-${process.pid}-${Date.now().toString(36)}`
  const folder = mkdtempSync(join(tmpdir(), `${name}-`))
  const log = createKafkaLog({ connection: { brokers: brokers.split(',') } })
  const started: Running[] = []
  afterAll(async () => {
    for (const program of started) await program.kill()
    await log.close()
    await broker.stop()
  })

  function start(prefix: string, args: string[]): Running {
    const program = startHuacheng([...args, '--brokers', brokers, '--prefix', prefix])
    started.push(program)
    return program
  }

  async function loaded(prefix: string, args: string[]) {
    const out = join(folder, prefix)
    const program = start(prefix, [
      'load',
      ...RATE,
      '--domains',
      DOMAINS.join(),
      ...args,
      '--out',
      out,
    ])
    const code = await program.ended
    const file = join(out, 'report.json')
    const read = () => JSON.parse(readFileSync(file, 'utf8')) as LoadReport
    return { code, said: program.output(), report: read() }
  }

  describe(`load (${broker.from})`, () => {
    it(
      'passes at a small rate with two workers, and what it sent can be processed and audited',
      async () => {
        const prefix = `${name}.pass.`
        const more = ['--for', '12s', '--workers', '2', '--group', `${prefix}processor`]
        const processor = start(prefix, ['process', '--status-port', '0'])
        const rules = ['--threshold', 'lag slope<=100%', '--threshold', 'rate>100']
        const { code, said, report } = await loaded(prefix, [...more, ...QUIET, ...rules])
        expect(code, said).toBe(0)
        expect(report).toMatchObject({ verdict: 'pass', rate: { errors: 0 } })
        expect(report.rate.sentInAll).toBeGreaterThanOrEqual(2400)
        expect(report.rate.sentInAll).toBeLessThan(2600)
        expect(report.latency.ack.count).toBe(report.rate.acked)
        expect(report.lag?.max).toBeGreaterThan(0)

        const digest = start(prefix, ['digest'])
        expect(await digest.ended, digest.output()).toBe(0)
        expect(digest.output()).toContain(', 0 differing')
        const audit = start(prefix, ['audit'])
        expect(await audit.ended, audit.output()).toBe(0)
        expect(audit.output()).toContain('PASS')
        await processor.stop()
      },
      LIMIT_MS,
    )

    it(
      'is invalid, with exit code 3, where the generator is saturated',
      async () => {
        const asked = ['--for', '1s', '--rate', '200k', '--flat', '--linger', '100']
        const { code, said, report } = await loaded(`${name}.late.`, asked)
        expect(code, said).toBe(3)
        expect(report.verdict).toBe('invalid')
        expect(report.latency.send.p99Ms).toBeGreaterThan(10)
        expect(said).toContain('INVALID')
        // Flat events are nobody's run.
        expect(await log.missing([topicNames(`${name}.late.`).run])).toHaveLength(1)
      },
      LIMIT_MS,
    )

    it(
      'meets every event at the sink, and misses those that the pipeline lost',
      async () => {
        const prefix = `${name}.sink.`
        const sink = `${name}.out`
        const { domain } = topicNames(prefix)
        const topics = DOMAINS.map(domain)
        await log.ensureTopics(
          [...topics, sink].map((t) => ({ name: t, partitions: 2, cleanup: 'delete' as const })),
        )
        // The pipeline: hands on what it reads, but for one event of each hundred.
        let read = 0
        const tails = await Promise.all(
          topics.map((topic) =>
            log.tail({
              topic,
              from: 'latest',
              async batch({ records }) {
                const kept = records.filter(({ key }) => key && ++read % 100 !== 0)
                const out = kept.map(({ key, value }) => {
                  const order = JSON.parse(value!.toString()).id
                  return {
                    key,
                    value: Buffer.from(JSON.stringify({ order })),
                    timestamp: Date.now(),
                  }
                })
                if (out.length > 0) await log.append(sink, 0, out)
              },
            }),
          ),
        )
        const asked = ['--for', '8s', '--sink', sink, '--match', '$.order', '--threshold', 'lost<1']
        const { code, said, report } = await loaded(prefix, [...asked, ...QUIET])
        for (const tail of tails) await tail.close()
        expect(code, said).toBe(99)
        const { sent, seen, lost, duplicates } = report.sink!
        expect(sent).toBe(report.rate.sent)
        expect(seen + lost).toBe(sent)
        expect(lost / sent).toBeCloseTo(0.01, 2)
        expect(duplicates).toBe(0)
        expect(report.latency.e2e!.count).toBe(seen)
        expect(report.latency.e2e!.p50Ms!).toBeGreaterThan(report.latency.send.p50Ms!)
      },
      LIMIT_MS,
    )
  })
}
