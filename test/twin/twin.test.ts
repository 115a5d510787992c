// A twin on a log: begins when there is a reason, keeps within the run's horizon, and says the same when it is started anew.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startOneProcess } from '../../commands/wiring/one-process.ts'
import { realClock, sleep } from '../../infra/clock.ts'
import type { EventLog } from '../../infra/event-log/event-log.ts'
import { readRange } from '../../infra/event-log/log-range.ts'
import { createLogger } from '../../infra/logger.ts'
import { createMemoryLog } from '../../infra/memory/memory-log.ts'
import { type Alert, type TwinReading, USUAL } from '../../processor/contract/types.ts'
import type { Threshold } from '../../producers/contract/measures.ts'
import { topicNames, topicSpecs } from '../../producers/contract/topics.ts'
import { type RunningTwin, startTwin } from '../../twin/twin.ts'
import { TwinCity } from '../../twin/twin-city.ts'
import { collectIgnored } from '../ignored.ts'
import { city, lamp, lampDescriptor, lampScenario, lamps } from '../producers/lamp-city.ts'

const topics = topicNames()
const catalogue = lamps(60)
const scenario = lampScenario({ durationMs: 240_000, speed: 60 })
/** One lamp less of sixty is an alert. */
const DARKER: Threshold = {
  ...{ below: -0.01, againstUsual: 'kpi', windows: 1, severity: 'warning', scope: 'city' },
}
const descriptor = structuredClone(lampDescriptor(scenario, catalogue))
descriptor.declarations.lamp.measures.find(({ name }) => name === 'coverage')!.thresholds = [DARKER]
const { plan } = descriptor
const world = { city, catalogue, plan, scenario, descriptor, domains: [lamp], commands: [] }
const [LAMP] = catalogue.ids

const shared = { clock: realClock, topics, domains: [lamp], worldOf: () => world }

/** All that stands on a topic, by key; the last of each. */
async function written(log: EventLog, topic: string): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for await (const records of readRange(log, { topic, partition: 0 })) {
    for (const { key, value } of records) found.set(key!.toString(), value!.toString())
  }
  return found
}

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 600; i++) {
    if (await what()) return
    await sleep(realClock, 20)
  }
  throw new Error('waited 12 s in vain')
}

const isFinal = (value: string) => (JSON.parse(value) as TwinReading).final
const finalsOf = async (log: EventLog) =>
  new Map([...(await written(log, topics.kpiTwin))].filter(([, value]) => isFinal(value)))

/** What a twin without any command comes to, by key's order. */
function expected(twin: string): string[] {
  const one = new TwinCity({ twin, epoch: 0, descriptor, world, domains: [lamp] })
  while (one.step(scenario.start + scenario.durationMs));
  const windows = one.takeFinals().filter((r) => r.window.kind === 'window')
  return windows.map((r) => JSON.stringify(r)).sort()
}

const windowsOf = (finals: Map<string, string>) =>
  [...finals.values()].filter((text) => text.includes('"kind":"window"')).sort()

describe('a twin beside a run', () => {
  const log = createMemoryLog()
  const twins: RunningTwin[] = []
  let parts: Awaited<ReturnType<typeof startOneProcess>>
  const start = (twin: string, waits: boolean, on: EventLog = log) =>
    startTwin({ ...shared, log: on, ignored: collectIgnored(), twin, waits })

  beforeAll(async () => {
    const logger = createLogger({ level: 'error' })
    parts = await startOneProcess({ log, clock: realClock, topics, world, logger })
    twins.push(await start(USUAL, true))
  })

  afterAll(async () => {
    await Promise.all(twins.map((twin) => twin.stop()))
    await parts.stop()
    await log.close()
  })

  const command = async (id: string, name: string, args = {}, target?: string) => {
    const value = JSON.stringify({ id, name, target, args, by: 'test' })
    const record = { key: Buffer.from(id), value: Buffer.from(value), timestamp: 0 }
    await log.append(topics.command, 0, [record])
    await until(async () => (await written(log, topics.commandResult)).has(id))
  }

  it('is not there before the first command to the city', async () => {
    await command('faster', 'clock.speed', { speed: 61 })
    await sleep(realClock, 300)
    expect(twins[0].view()).toBeNull()
    expect((await written(log, topics.kpiTwin)).size).toBe(0)
  })

  it('begins with it, catches up, and stays within the horizon until the end', async () => {
    await command('c1', 'lamp.off', {}, LAMP)
    await until(() => twins[0].view() !== null)
    let provisional = 0
    await until(async () => {
      const view = twins[0].view()!
      expect(view.reached).toBeLessThanOrEqual(view.due)
      if ([...(await written(log, topics.kpiTwin)).keys()].includes(`0|${USUAL}|lamp.power`)) {
        provisional++
      }
      return view.reached === scenario.start + scenario.durationMs
    })
    expect(provisional).toBeGreaterThan(0)
    await until(async () => windowsOf(await finalsOf(log)).length === 3 * 4)
    expect(windowsOf(await finalsOf(log))).toEqual(expected(USUAL))
  })

  it('alerts to what differs from it', async () => {
    await until(async () => (await written(log, topics.alert)).size > 0)
    const alerts = [...(await written(log, topics.alert)).values()].map((v) => JSON.parse(v))
    for (const { id, value, against } of alerts as Alert[]) {
      expect(id).toMatch(/^a-lamp\.coverage-990000-usual0-warning-/)
      expect(value! - against!.usual!).toBeCloseTo(against!.difference!)
    }
  })

  it('started anew computes everything again, to the same bytes under the same keys', async () => {
    const before = await finalsOf(log)
    const alerts = await written(log, topics.alert)
    const said = (await log.offsets(topics.alert))[0].latest
    const [{ latest }] = await log.offsets(topics.kpiTwin)
    await twins[0].stop()
    twins[0] = await start(USUAL, false)
    await until(async () => (await log.offsets(topics.kpiTwin))[0].latest >= latest + 24n)
    await until(async () => (await log.offsets(topics.alert))[0].latest >= 2n * said)
    await twins[0].stop()
    expect(await finalsOf(log)).toEqual(before)
    expect(await written(log, topics.alert)).toEqual(alerts)
  })

  it('of a command that nobody gave is none, and of one that was given leaves out that one', async () => {
    twins.push(await start('c9', true), await start('c1', true))
    await until(async () => windowsOf(await ofTwin('c1')).length === 3 * 4)
    expect(windowsOf(await ofTwin('c1'))).toEqual(expected('c1'))
    expect(twins[1].view()).toBeNull()
  })

  const ofTwin = async (twin: string) =>
    new Map([...(await finalsOf(log))].filter(([key]) => key.startsWith(`0|${twin}|`)))

  it('dies of a log that refuses, and says so', async () => {
    const other = createMemoryLog()
    await other.ensureTopics(topicSpecs(topics, ['lamp'], scenario.partitions))
    for await (const records of readRange(log, { topic: topics.run, partition: 0 })) {
      await other.append(
        topics.run,
        0,
        records.map((r) => ({ ...r, value: Buffer.from(r.value!) })),
      )
    }
    const refusing = { ...other, append: () => Promise.reject(new Error('no more room')) }
    const dead = await start(USUAL, false, refusing)
    await expect(dead.done).rejects.toThrow('no more room')
    await dead.stop()
    await other.close()
  })
})
