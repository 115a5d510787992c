// What an operator reads of a whole city's metrics: it moves, everything adds up, and a lost event shows.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLossyLog, type LossyLog } from '../../commands/demo/lossy-log.ts'
import { watchConductor, watchShard } from '../../commands/produce/producer-metrics.ts'
import { startOneProcess } from '../../commands/wiring/one-process.ts'
import { openWorld } from '../../commands/wiring/world.ts'
import { realClock } from '../../infra/clock.ts'
import { createLogger } from '../../infra/logger.ts'
import { createMemoryLog } from '../../infra/memory/memory-log.ts'
import { createMetrics } from '../../infra/metrics.ts'
import { topicNames } from '../../producers/contract/topics.ts'

const topics = topicNames()
const SPEED = 60
const world = openWorld({ scale: '0.02', speed: String(SPEED), partitions: '2' }, { truth: true })
const [domain] = world.scenario.domains
const topic = topics.domain(domain)
const start = Date.parse(world.descriptor.start) / 1000

const metrics = createMetrics({ defaults: false })
let lossy: LossyLog
let stop = async () => {}

/** The samples of one metric, by their labels. */
async function samples(name: string): Promise<Map<string, number>> {
  const text = await metrics.registry.metrics()
  const lines = [...text.matchAll(new RegExp(`^${name}(\\{.*?\\})? (\\S+)$`, 'gm'))]
  return new Map(
    lines.map(([, labels = '', value]) => [
      labels,
      Number(value.replace('Inf', 'Infinity').replace('Nan', 'NaN')),
    ]),
  )
}
const level = async (name: string, labels = '') => (await samples(name)).get(labels)

async function until(what: () => Promise<boolean>): Promise<void> {
  while (!(await what())) await new Promise((resolve) => setTimeout(resolve, 50))
}

beforeAll(async () => {
  const log = createMemoryLog()
  lossy = createLossyLog(log, [topic])
  const logger = createLogger({ level: 'error' })
  const shared = { log, clock: realClock, topics, world, logger, metrics }
  const parts = await startOneProcess({ ...shared, producersLog: lossy })
  watchConductor(metrics, parts.conductor)
  watchShard(metrics, parts.shard)
  stop = async () => {
    await parts.stop()
    await log.close()
  }
})
afterAll(() => stop())

describe('the metrics of a city', () => {
  it('say where it is and how fast it goes', async () => {
    await until(
      async () =>
        ((await level('huacheng_watermark_timestamp_seconds', `{topic="${topic}"}`)) ?? 0) >
        start + 60,
    )
    expect(await level('huacheng_asked_speed')).toBe(SPEED)
    // Over some seconds of wall time: a city that begins has none yet.
    await until(async () => ((await level('huacheng_achieved_speed')) ?? 0) > 0)
    expect(await level('huacheng_horizon_timestamp_seconds')).toBeGreaterThan(start + 60)
    expect(await level('huacheng_simulated_timestamp_seconds')).toBeGreaterThan(start + 60)
    expect(await level('huacheng_behind_seconds')).toBeGreaterThanOrEqual(0)
    expect(await level('huacheng_events_simulated_total')).toBeGreaterThan(0)
    expect([await level('huacheng_run_ended'), await level('huacheng_run_paused')]).toEqual([0, 0])
    expect(await level('huacheng_tasks')).toBe(2 * world.scenario.domains.length)
    expect(await level('huacheng_unacknowledged_records')).toBeGreaterThanOrEqual(0)
  })

  it('count the finals by what they are beside the truth, and no event as unexplained', async () => {
    await until(
      async () => ((await level('huacheng_final_readings_total', '{truth="equal"}')) ?? 0) > 0,
    )
    expect(await level('huacheng_final_readings_total', '{truth="differs"}')).toBeUndefined()
    for (const name of ['huacheng_unexplained_events', 'huacheng_incomplete_tasks']) {
      const found = await samples(name)
      expect([...found.keys()].sort()).toEqual(
        world.scenario.domains.map((d) => `{topic="${topics.domain(d)}"}`).sort(),
      )
      expect(new Set(found.values()), name).toEqual(new Set([0]))
    }
  })

  it('show the topic of which an event was lost', async () => {
    await lossy.loseOne()
    await until(
      async () => (await level('huacheng_unexplained_events', `{topic="${topic}"}`)) === 1,
    )
    const others = [...(await samples('huacheng_unexplained_events'))].filter(
      ([labels]) => !labels.includes(`"${topic}"`),
    )
    expect(others.every(([, events]) => events === 0)).toBe(true)
    expect(others.length).toBe(world.scenario.domains.length - 1)
  })
})
