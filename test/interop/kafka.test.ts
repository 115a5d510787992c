// A live city of separate programs, read by other people's tools: kcat, kafka-python, CloudEvents' library, JSON Schema, Prometheus.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readRange } from '../../infra/event-log/log-range.ts'
import { createKafkaLog } from '../../infra/kafka/kafka-log.ts'
import { domains } from '../../producers/domains.ts'
import { type Broker, findBroker } from '../kafka/broker.ts'
import { eventually, FOREIGN, type LiveCity, startCity } from './live-city.ts'
import { findPackage } from './node-package.ts'
import { startPrometheus } from './prometheus.ts'
import { exec, findPython } from './python.ts'
import { noKcat, noPrometheus, sayNotRun } from './tools.ts'

const ROOT = join(import.meta.dirname, '../..')
const CONTRACTS = join(ROOT, 'docs/contracts')
const OUTPUT_BYTES = 16 * 1024 * 1024
/** A line that follows a live topic for ever is ended by this. */
const LINE_MS = 30_000
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')

const broker = await findBroker()
const noBroker = typeof broker === 'string' ? broker : null
sayNotRun('interop on a live city', noBroker)
const python = noBroker === null ? await findPython() : noBroker
const noPython = typeof python === 'string' ? python : null
const noCat = await noKcat()
const noServer = await noPrometheus()
type CloudEvents = { Kafka: { toEvent(message: object): object } }
const sdk = noBroker ?? (await findPackage<CloudEvents>('cloudevents', '10.0.0', 'dist/index.js'))
const noSdk = typeof sdk === 'string' ? sdk : null
if (noBroker === null) {
  sayNotRun('kafka-python, CloudEvents and JSON Schemas on a live city', noPython)
  sayNotRun('CloudEvents for JavaScript on a live city', noSdk)
  sayNotRun('kcat on a live city', noCat)
  sayNotRun('Prometheus on a live city', noServer)
}

/** Types of which minutes may have none; the promises of their domain say within which time they come. */
const RARE = domains.flatMap(({ declaration, rareEvents }) =>
  declaration.events.filter(({ name }) => rareEvents?.[name]).map(({ type }) => type),
)

describe.skipIf(noBroker !== null)('a live city', () => {
  const { brokers, stop } = broker as Broker
  let city: LiveCity
  beforeAll(async () => {
    city = await startCity(brokers)
  })
  afterAll(async () => {
    await city?.stop()
    await stop()
  })

  it.skipIf(noCat !== null)('ends every kcat line of docs/contracts.md', async () => {
    const lines = read('docs/contracts.md')
      .split('\n')
      .filter((line) => line.startsWith('kcat '))
    expect(lines.length).toBeGreaterThan(12)
    for (const line of lines) {
      const here = line.replace('127.0.0.1:9092', brokers).replace('-t city.', `-t ${city.prefix}`)
      const { stdout } = await exec('sh', ['-c', `exec ${here}`], { timeout: LINE_MS })
      const isMute = /-t \S*\.(incident|alert|kpi-twin|late) /.test(here)
      if (!isMute) expect(stdout, here).not.toBe('')
    }
  })

  it.skipIf(noSdk !== null)(
    'is read by CloudEvents’ library for JavaScript, by the header alone',
    async () => {
      const { Kafka } = sdk as CloudEvents
      const log = createKafkaLog({ connection: { brokers: brokers.split(',') } })
      let events = 0
      for await (const records of readRange(log, {
        topic: `${city.prefix}five-g-site`,
        partition: 0,
      })) {
        for (const { key, value, timestamp, headers = [] } of records) {
          const text = `${value}`
          const named = Object.fromEntries(headers.map(([name, content]) => [name, `${content}`]))
          const message = {
            key: `${key}`,
            value: text,
            body: text,
            timestamp: `${timestamp}`,
            headers: named,
          }
          const { id, data } = JSON.parse(text)
          expect(Kafka.toEvent(message)).toMatchObject({ id, data })
          expect(() => Kafka.toEvent({ ...message, headers: {} })).toThrow('No CloudEvent detected')
          events++
        }
      }
      await log.close()
      console.log(`CloudEvents for JavaScript: ${events} events and ticks`)
      expect(events).toBeGreaterThan(1_000)
    },
  )

  const sources = ['produce', 'process', 'console'] as const
  const metricsOf = async (name: (typeof sources)[number]) =>
    (await fetch(`${city.programs[name]}/metrics`)).text()

  it('has every metric that dashboard and alerts ask for, in one of its programs', async () => {
    const texts = await Promise.all(sources.map(metricsOf))
    const known = new Set(texts.flatMap((t) => [...t.matchAll(/^# TYPE (\S+)/gm)].map((m) => m[1])))
    const asked = `${read('infra/grafana/dashboard.json')}${read('infra/grafana/rules.yml')}`
      .match(/\b(?:huacheng|nodejs|process)_[a-z0-9_]+/g)!
      .map((name) => name.replace(/_bucket$/, ''))
    expect([...new Set(asked)].filter((name) => !known.has(name))).toEqual([])
  })

  it.skipIf(noServer !== null)(
    'is understood by a Prometheus with the published rules',
    async () => {
      const prometheus = await startPrometheus(city.programs)
      try {
        await eventually(prometheus.isReady)
        const moves = 'changes(huacheng_horizon_timestamp_seconds[10s]) > 3'
        await eventually(async () => (await prometheus.query(moves)).length > 0)
        const { panels } = JSON.parse(read('infra/grafana/dashboard.json')) as { panels: Panel[] }
        const silent: string[] = []
        for (const { title, targets = [] } of panels) {
          const answers = await Promise.all(targets.map(({ expr }) => prometheus.query(expr)))
          if (targets.length > 0 && answers.flat().length === 0) silent.push(title)
        }
        // Nobody looks on here, so nobody is cut off and nothing is sent.
        expect(silent).toEqual(['Sent to browsers', 'Cut and refused'])
        expect(await prometheus.query('up{job="huacheng"} == 1')).toHaveLength(sources.length)
        // The unexpected records came before the first scrape; nothing else may disturb this city.
        expect(new Set(await prometheus.alerts())).toEqual(new Set())
      } finally {
        await prometheus.stop()
      }
    },
  )

  describe.skipIf(noPython !== null)('that was stopped', () => {
    beforeAll(() => city.stand())

    async function script(name: string): Promise<string> {
      const { python: interpreter } = python as { python: string }
      const args = [join(import.meta.dirname, name), brokers, city.prefix, CONTRACTS]
      return (await exec(interpreter, args, { maxBuffer: OUTPUT_BYTES })).stdout
    }

    it('has on every topic what the AsyncAPI document says, and only CloudEvents among the events', async () => {
      const { messages, events, problems } = JSON.parse(await script('read-all.py')) as Reading
      const foreign = problems.filter((text) => text.includes("b'unexpected'"))
      expect(problems.filter((text) => !foreign.includes(text))).toEqual([])
      expect(foreign).toHaveLength(FOREIGN.length)
      const described = Object.keys(
        JSON.parse(read('docs/contracts/asyncapi.json')).components.messages,
      )
      // A quiet city has none of these, no twin is running, and what comes late is tried elsewhere.
      const mute = described.filter((m) => /^(alert|late|incident|kpi-twin\..*)$/.test(m))
      const seen = Object.keys(messages)
      expect(seen.filter((m) => !described.includes(m) || mute.includes(m))).toEqual([])
      const missing = described.filter((m) => !seen.includes(m) && !mute.includes(m))
      expect(missing.filter((m) => !RARE.includes(m))).toEqual([])
      console.log(
        `kafka-python: ${JSON.stringify(messages)}; ${events} read by CloudEvents' library`,
      )
      expect(events).toBeGreaterThan(3_000)
    })

    it('is what docs/contracts.md claims, section by section', async () => {
      const { checked, broken } = JSON.parse(await script('claims.py')) as Claims
      expect(broken).toEqual({})
      expect(Object.keys(checked).length).toBeGreaterThan(25)
      for (const section of ['2', '3', '4', '5', '6', '7', '8', '9', '11', '12']) {
        const names = Object.keys(checked).filter((name) => name.startsWith(`${section}:`))
        expect(names.length, `claims of section ${section}`).toBeGreaterThan(0)
      }
    })
  })
})

type Panel = { title: string; targets?: { expr: string }[] }
type Reading = { messages: Record<string, number>; events: number; problems: string[] }
type Claims = { checked: Record<string, number>; broken: Record<string, string[]> }
