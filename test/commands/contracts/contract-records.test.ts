// Every record of a real run, on every topic, is what docs/contracts says: key, schema and nothing besides.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'
import { beforeAll, describe, expect, it } from 'vitest'
import { contractChannels } from '../../../commands/contracts/channels.ts'
import { restartOf, startOneProcess } from '../../../commands/wiring/one-process.ts'
import { openWorld, type World } from '../../../commands/wiring/world.ts'
import { realClock } from '../../../infra/clock.ts'
import type { EventLog, LogRecord } from '../../../infra/event-log/event-log.ts'
import { readRange } from '../../../infra/event-log/log-range.ts'
import { createLogger } from '../../../infra/logger.ts'
import { createMemoryLog } from '../../../infra/memory/memory-log.ts'
import { USUAL } from '../../../processor/contract/types.ts'
import type { Threshold } from '../../../producers/contract/measures.ts'
import { topicNames } from '../../../producers/contract/topics.ts'
import { domains } from '../../../producers/domains.ts'
import { startConductor } from '../../../producers/run/conductor/conductor.ts'
import { startTwin } from '../../../twin/twin.ts'
import { noneIgnored } from '../../ignored.ts'

const SCHEMAS = join(import.meta.dirname, '../../../docs/contracts/schemas')
const topics = topicNames()
const channels = contractChannels(
  domains.map((d) => d.declaration),
  12,
)

type Json = Record<string, unknown>

/** Also nothing that the schema does not name: the published one lets later fields in. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const entries = Object.entries(schema).map(([key, value]) => [key, closed(value)])
  const copy = Object.fromEntries(entries) as Json
  return copy.properties ? { additionalProperties: false, ...copy } : copy
}

const ajv = new Ajv({ strict: true, strictTuples: false, allowUnionTypes: true })
const validators = new Map<string, ValidateFunction>()
function validatorOf(name: string): ValidateFunction {
  const known = validators.get(name)
  if (known) return known
  const schema = JSON.parse(readFileSync(join(SCHEMAS, `${name}.schema.json`), 'utf8'))
  const validator = ajv.compile(closed(schema) as object)
  validators.set(name, validator)
  return validator
}

/** The message of this record, by its key and, where that leaves several, its type; or what is wrong. */
function messageOf(topic: string, { key, value }: LogRecord): string {
  const channel = channels.find((c) => c.spec.name === topic)!
  const text = key?.toString() ?? null
  const fitting = channel.messages.filter((m) =>
    m.key === null ? text === null : text !== null && new RegExp(m.key.pattern).test(text),
  )
  const byType = fitting.filter((m) => value!.includes(`"type":"${m.name}"`))
  const [message, ...others] = fitting.length > 1 ? byType : fitting
  if (!message || others.length > 0) return `${topic} ${text}: no message fits`
  if ('layout' in message.body) return message.name
  const validate = validatorOf(message.name)
  if (validate(JSON.parse(value!.toString()))) return message.name
  return `${topic} ${text}: ${ajv.errorsText(validate.errors)}`
}

async function readAll(log: EventLog, topic: string): Promise<LogRecord[]> {
  const records: LogRecord[] = []
  for (const { partition, earliest, latest } of await log.offsets(topic)) {
    for await (const some of readRange(log, { topic, partition, from: earliest, to: latest })) {
      for (const r of some) records.push({ ...r, value: r.value && Buffer.from(r.value) })
    }
  }
  return records
}

async function until(what: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 600; i++) {
    if (await what()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('waited 30 s in vain')
}

/** The world of a small city where one measure raises an alert at once. */
function alarmingWorld(): World {
  const world = openWorld({ scale: '0.02', for: 'PT3M', speed: '60' }, { truth: true })
  const descriptor = structuredClone(JSON.parse(JSON.stringify(world.descriptor)))
  const always: Threshold = { above: -1, windows: 1, severity: 'warning', scope: 'city' }
  for (const { measures } of Object.values(descriptor.declarations) as { measures: Json[] }[]) {
    measures[0].thresholds = [always]
  }
  return { ...world, descriptor }
}

/** Types of which a run of minutes may have none; the promises of their domain say within which time they come. */
const RARE = domains.flatMap(({ declaration, rareEvents }) =>
  declaration.events.filter(({ name }) => rareEvents?.[name]).map(({ type }) => type),
)

const NO_EVENT = '{"half'

/** Runs it, asks for full speed, and adds a record that is late and one that is no event. */
async function records(): Promise<Map<string, LogRecord[]>> {
  const world = alarmingWorld()
  const log = createMemoryLog()
  const logger = createLogger({ level: 'error' })
  const parts = await startOneProcess({ log, clock: realClock, topics, world, logger })
  const twin = await startTwin({
    ...{ log, clock: realClock, topics, ignored: noneIgnored, twin: USUAL, waits: false },
    ...{ domains: world.domains, worldOf: () => world },
  })
  const append = (topic: string, partition: number, key: string, value: string) =>
    log.append(topic, partition, [
      { key: Buffer.from(key), value: Buffer.from(value), timestamp: realClock.now() },
    ])
  const has = async (topic: string, key: RegExp) =>
    (await readAll(log, topic)).some((r) => key.test(r.key?.toString() ?? ''))
  const [domain] = world.scenario.domains
  await until(() => has(topics.kpi, new RegExp(`\\|${domain}\\..*\\|day\\|`)))
  // At full speed windows may close before anything is published of an open one.
  await until(() => has(topics.partial, /^\d+\|[^|]+\|\d+$/))
  await until(() => has(topics.kpi, /^\d+\|[^|]+$/))
  await until(() => has(topics.kpiTwin, /^\d+\|usual\|[^|]+$/))
  // Another conductor takes the run over, and begins a second run: no key may be right for the first ones only.
  const { catalogue, descriptor } = world
  const successor = await startConductor({
    ...{ log, clock: realClock, topics, leadMs: 250, ignored: noneIgnored },
    descriptorOf: (restart) => restartOf(descriptor, restart),
    domainOf: (id) => catalogue.domains[catalogue.domain[catalogue.numberOf(id)]],
  })
  const command = (id: string, name: string, args = {}) =>
    append(topics.command, 0, id, JSON.stringify({ id, name, args, by: 'test' }))
  await command('c-1', 'run.restart')
  await until(() => has(topics.run, /^[1-9]\d*\|horizon\|[1-9]\d*$/))
  const place = { district: world.city.code }
  await command('c-3', 'incident.start', { kind: 'controller-fault', place, for: 'PT1M' })
  await until(() => has(topics.incident, /\|c-3$/))
  await command('c-2', 'clock.speed', { speed: 'max' })
  await until(() => has(topics.kpi, new RegExp(`^[1-9]\\d*\\|${domain}\\..*\\|day\\|`)))
  const events = (await readAll(log, topics.domain(domain))).filter((r) => r.key)
  const event = events.findLast((r) => r.value!.includes('"seq":1,'))!
  const key = event.key!.toString()
  const straggler = event
    .value!.toString()
    .replace(`"id":"${key}:1"`, `"id":"${key}:9999"`)
    .replace('"seq":1,', '"seq":9999,')
    .replace(/"time":"[^"]+"/, `"time":"${world.descriptor.start}"`)
  const { cell, numberOf } = world.catalogue
  const home = cell[numberOf(key)] % world.scenario.partitions
  await append(topics.domain(domain), home, key, straggler)
  await append(topics.domain(domain), home, key, NO_EVENT)
  await until(() => has(topics.late, /./))
  await until(() => has(topics.deadLetter, /./))
  await until(
    async () =>
      (await readAll(log, topics.run)).filter((r) => /\|end\|/.test(`${r.key}`)).length > 1,
  )
  await twin.stop()
  await successor.stop()
  await parts.stop()
  const all = new Map<string, LogRecord[]>()
  for (const { spec } of channels) all.set(spec.name, await readAll(log, spec.name))
  await log.close()
  return all
}

describe('the records of a run', () => {
  const seen = new Map<string, number>()
  let all = new Map<string, LogRecord[]>()
  beforeAll(async () => {
    all = await records()
    for (const [topic, list] of all) {
      for (const record of list) {
        if (record.value?.toString() === NO_EVENT) continue
        const name = messageOf(topic, record)
        seen.set(name, (seen.get(name) ?? 0) + 1)
      }
    }
  })

  it('are on every topic the messages of the contract, every one but the rare, and valid', () => {
    const described = channels.flatMap((c) => c.messages.map((m) => m.name))
    expect([...new Set(described)]).toEqual(expect.arrayContaining([...seen.keys()]))
    const missing = described.filter((name) => !seen.has(name) && !RARE.includes(name))
    expect(missing).toEqual([])
    expect([...seen.values()].reduce((sum, n) => sum + n, 0)).toBeGreaterThan(5_000)
  })

  it('would not pass with a field less, a field more, another unit of time or another key', () => {
    const [tick] = all.get(topics.domain(domains[0].declaration.domain))!.filter((r) => !r.key)
    const reading = all.get(topics.kpi)!.find((r) => r.value!.includes('"weight"'))!
    const changed = (record: LogRecord, change: (value: Json) => void, key = record.key) => {
      const value = JSON.parse(record.value!.toString()) as Json
      change(value)
      return { ...record, key, value: Buffer.from(JSON.stringify(value)) }
    }
    const wrong: [string, LogRecord][] = [
      [topics.kpi, changed(reading, (v) => delete v.weight)],
      [topics.kpi, changed(reading, (v) => Object.assign(v, { more: 1 }))],
      [topics.kpi, changed(reading, (v) => Object.assign(v, { watermark: 1_750_235_400_000 }))],
      [topics.kpi, changed(reading, () => {}, Buffer.from('somebody else'))],
      [topics.domain(domains[0].declaration.domain), changed(tick, (v) => delete v.data)],
    ]
    for (const [topic, record] of wrong) expect(messageOf(topic, record)).toContain(`${topic} `)
  })
})
