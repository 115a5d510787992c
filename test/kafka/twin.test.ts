// Twins on a real broker: begun in the middle of a run and killed there, their finals are those of the run without what they leave out.
import { afterAll, describe, expect, it } from 'vitest'
import { OFFLINE_EPOCH, openWorld } from '../../commands/wiring/world.ts'
import { realClock, sleep } from '../../infra/clock.ts'
import { readRange } from '../../infra/event-log/log-range.ts'
import { createKafkaLog } from '../../infra/kafka/kafka-log.ts'
import { type TwinReading, USUAL } from '../../processor/contract/types.ts'
import { createInProcessProcessor } from '../../processor/in-process.ts'
import { runKey } from '../../producers/contract/keys.ts'
import type { AcceptedCommand } from '../../producers/contract/records.ts'
import { topicNames } from '../../producers/contract/topics.ts'
import { createKernel } from '../../producers/kernel/kernel.ts'
import { SMALL_CITY } from '../cities.ts'
import { type Broker, findBroker } from './broker.ts'
import { type Running, startHuacheng } from './programs.ts'

const found = await findBroker()
if (typeof found === 'string') console.error(`\nTwins on Kafka NOT run: ${found}\n`)

const PREFIX = `twin-${process.pid}.`
const FOR = 'PT8M'
const values = { city: SMALL_CITY, for: FOR, partitions: '2' }
const world = openWorld(values, { truth: true })
const { start, durationMs } = world.scenario

/** Finals of the run with these commands alone, by code that knows no twin. */
function finals(commands: AcceptedCommand[]): string[] {
  const { descriptor, catalogue, city } = world
  const kernel = createKernel({ ...world, epoch: OFFLINE_EPOCH, shard: 0, shards: 1 })
  const processor = createInProcessProcessor(descriptor, catalogue, city, OFFLINE_EPOCH)
  const stamp = (time: number) => time
  kernel.begin(start)
  for (const command of commands) {
    kernel.advance(Date.parse(command.effectiveAt), stamp)
    expect(kernel.obey(command)).toBeNull()
  }
  kernel.advance(start + durationMs, stamp)
  const { truth, lanes } = kernel.drain()
  for (const { partial } of truth) processor.truth(Buffer.from(JSON.stringify(partial)))
  for (const { domain, partition, records } of lanes) {
    records.forEach((record, i) => {
      processor.record(domain, partition, { ...record, offset: BigInt(i) })
    })
  }
  return processor.takeReadings().map((reading) => JSON.stringify(reading))
}

describe.skipIf(typeof found === 'string')('twins on a real broker', () => {
  const broker = found as Broker
  const topics = topicNames(PREFIX)
  const log = createKafkaLog({ connection: { brokers: [broker.brokers] } })
  const started: Running[] = []
  afterAll(async () => {
    await Promise.all(started.map((program) => program.kill()))
    await log.close()
    await broker.stop?.()
  })

  function program(name: string, ...args: string[]): Running {
    const one = startHuacheng([name, '--brokers', broker.brokers, '--prefix', PREFIX, ...args])
    started.push(one)
    return one
  }

  async function valuesOf(topic: string): Promise<[key: string, value: string][]> {
    const all: [string, string][] = []
    for await (const records of readRange(log, { topic, partition: 0 })) {
      for (const { key, value } of records) all.push([key!.toString(), value!.toString()])
    }
    return all
  }

  /** Everything that a twin has ever said to be final: a final that was said twice was said alike. */
  async function finalsOf(name: string): Promise<string[]> {
    const said = new Set<string>()
    for (const [key, value] of await valuesOf(topics.kpiTwin)) {
      if (!key.startsWith(`0|${name}|`)) continue
      const { twin, ...reading } = JSON.parse(value) as TwinReading
      expect(twin).toBe(name)
      if (reading.final) said.add(JSON.stringify(reading))
    }
    return [...said]
  }

  async function command(id: string, kind: string): Promise<AcceptedCommand> {
    const args = { kind, place: { district: world.city.code }, for: 'PT1H' }
    const value = JSON.stringify({ id, name: 'incident.start', args, by: 'test' })
    const record = { key: Buffer.from(id), value: Buffer.from(value), timestamp: realClock.now() }
    await log.append(topics.command, 0, [record])
    while ((await valuesOf(topics.commandResult)).every(([key]) => key !== id)) {
      await sleep(realClock, 100)
    }
    const answers = new Map(await valuesOf(topics.commandResult))
    expect(JSON.parse(answers.get(id)!)).toMatchObject({ ok: true })
    const accepted = (await valuesOf(topics.run)).find(([key]) => {
      const parsed = runKey.parse(key)
      return parsed?.kind === 'command' && parsed.id === id
    })
    return JSON.parse(accepted![1]) as AcceptedCommand
  }

  it('say what would be, killed in the middle or not, and never anything else', async () => {
    const flags = Object.entries(values).flatMap(([name, value]) => [`--${name}`, value])
    const producer = program('produce', ...flags, '--speed', '12')
    program('process')
    await producer.says(/"msg":"produce runs"/)
    const storm = await command('storm', 'rainstorm')
    const centre = await command('centre', 'controller-fault')
    const without = program('twin', '--without', 'storm')
    const first = program('twin')
    while ((await finalsOf(USUAL).catch(() => [])).length === 0) await sleep(realClock, 100)
    expect(await first.kill()).toBe('SIGKILL')
    const usual = program('twin')
    expect(await Promise.all([producer, without, usual].map((one) => one.ended))).toEqual([0, 0, 0])
    for (const one of [without, usual]) {
      expect(one.output()).toMatch(/\d+ finals, 0 of them other than the truth, unexplained 0/)
    }
    const calm = finals([])
    expect((await finalsOf(USUAL)).sort()).toEqual(calm.sort())
    expect((await finalsOf('storm')).sort()).toEqual(finals([centre]).sort())
    expect(finals([storm, centre]).sort()).not.toEqual(finals([centre]).sort())
    expect(finals([centre]).sort()).not.toEqual(calm)
  }, 240_000)

  it('called by a command that nobody gave, one of an ended run ends with an error', async () => {
    const none = program('twin', '--without', 'no-such')
    expect(await none.ended).toBe(1)
    expect(none.output()).toContain('no command or incident "no-such"')
  })
})
