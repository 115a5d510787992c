// Before anything is created on somebody else's cluster: who it is, what it would get, how large that grows, and --yes.
import { beforeAll, describe, expect, it } from 'vitest'
import { logSettings } from '../../../commands/options/log-settings.ts'
import { sizeText } from '../../../commands/output/sizes.ts'
import {
  askBeforeCreating,
  estimateEvents,
  isLocal,
  type Preflight,
} from '../../../commands/produce/preflight.ts'
import { openKernel, openWorld, type World } from '../../../commands/wiring/world.ts'
import type { TopicSpec } from '../../../infra/event-log/event-log.ts'
import { mostBytes } from '../../../infra/kafka/topics.ts'
import { Problem } from '../../../infra/problem.ts'
import { HOUR_MS } from '../../../infra/time.ts'
import { topicNames, topicSpecs } from '../../../producers/contract/topics.ts'

const topics = topicNames('demo.')
const partitionsOf = (specs: TopicSpec[]) => specs.reduce((sum, s) => sum + s.partitions, 0)
let world: World
/** All topics of the city. */
let specs: TopicSpec[]

beforeAll(() => {
  world = openWorld({ scale: '0.05' }, { truth: true })
  specs = topicSpecs(topics, world.scenario.domains, world.scenario.partitions)
})

/** A cluster of `brokers` that has `existing`; counts what it was asked. */
function situation(more: Partial<Preflight> & { existing?: string[]; advertised?: string[] } = {}) {
  const { existing = [], advertised = ['k1:9092', 'k2:9092'], ...options } = more
  const said: string[] = []
  const preflight: Preflight = {
    log: {
      cluster: async () => ({ id: 'c-1', brokers: advertised }),
      missing: async (names) => names.filter((name) => !existing.includes(name)),
    },
    brokers: ['k1:9092'],
    where: 'k1:9092, TLS',
    topics,
    settings: logSettings({}, {}),
    specs,
    world,
    yes: false,
    env: {},
    say: (text) => said.push(text),
    ...options,
  }
  return { said, ask: () => askBeforeCreating(preflight) }
}

describe('on a cluster of others', () => {
  it('says cluster, topics, partitions × replication and sizes, and wants --yes', async () => {
    const { said, ask } = situation()
    const refused = await ask().catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(Problem)
    expect((refused as Problem).message).toMatch(/^nothing was created: .*say --yes .*clean/)
    expect(said).toHaveLength(1)
    expect(said[0]).toContain('cluster c-1 at k1:9092, TLS (2 brokers)')
    expect(said[0]).toMatch(/demo\.parking +12 partitions +delete +at most 1\.8 GB/)
    expect(said[0]).toMatch(/demo\.run +1 partition +compact /)
    expect(said[0]).toContain('consumer groups demo.processor and demo.merge')
    expect(said[0]).toContain(
      `${specs.length} topics, ${partitionsOf(specs)} partitions × replication 2`,
    )
    expect(said[0]).toMatch(/writes about .* an hour at speed 30, uncompressed, × replication 2/)
    const { retention } = logSettings({}, {})
    const bytes = specs.reduce((sum, spec) => sum + mostBytes(spec, retention), 0)
    expect(said[0]).toContain(`keeps at most about ${sizeText(2 * bytes)}`)
    expect(said[0]).not.toContain('there already')
  })

  it('goes on with --yes, having said the same', async () => {
    const { said, ask } = situation({ yes: true })
    await ask()
    expect(said[0]).toContain(`${specs.length} topics`)
  })

  it('lists only what would be created, and says what is there already', async () => {
    const { said, ask } = situation({ existing: ['demo.run', 'demo.parking'], yes: true })
    await ask()
    const rest = specs.filter(({ name }) => name !== 'demo.run' && name !== 'demo.parking')
    expect(rest).toHaveLength(specs.length - 2)
    expect(said[0]).toContain(`${rest.length} topics, ${partitionsOf(rest)} partitions`)
    expect(said[0]).toContain('there already, left as it is: demo.parking, demo.run')
    expect(said[0]).not.toMatch(/demo\.run +1 partition/)
  })

  it('asks nothing when everything is there', async () => {
    const all = specs.map(({ name }) => name)
    const { said, ask } = situation({ existing: all })
    await ask()
    expect(said).toEqual([])
  })

  it('counts with the settings that the topics will get', async () => {
    const values = { replication: '1', 'retention-bytes': '16777216', compression: 'zstd' }
    const { said, ask } = situation({ settings: logSettings(values, {}), yes: true })
    await ask()
    expect(said[0]).toMatch(/demo\.parking .*at most 403 MB/)
    expect(said[0]).toContain('before zstd, × replication 1')
  })

  it('is met behind a tunnel too: the brokers say where they are', async () => {
    await expect(situation({ brokers: ['127.0.0.1:9092'] }).ask()).rejects.toThrow('--yes')
  })
})

describe('on a cluster of our own', () => {
  it('says nothing', async () => {
    const local = situation({ brokers: ['localhost:9092'], advertised: ['127.0.0.1:9092'] })
    const compose = situation({ env: { HUACHENG_BROKER_IS_OURS: 'true' } })
    for (const { said, ask } of [local, compose]) {
      await ask()
      expect(said).toEqual([])
    }
  })

  it('knows the names of this machine', () => {
    for (const name of ['127.0.0.1:9092', '127.9.9.9', 'localhost:1', '[::1]:9092', '::1']) {
      expect([name, isLocal(name)]).toEqual([name, true])
    }
    for (const name of ['10.0.0.1:9092', 'localhost.example.com:9092', 'k:9092', '[fe80::1]:1']) {
      expect([name, isLocal(name)]).toEqual([name, false])
    }
  })
})

describe('the estimate of events', () => {
  it('is what an hour of them comes to', () => {
    const { census, perSimHour } = estimateEvents(world)
    // Every asset reports once at the start; then come the events of an hour and a tick per topic-partition and tickMs,
    // of about 360 bytes each with their framing.
    const { start, tickMs, domains, partitions } = world.scenario
    const kernel = openKernel(world, 0, 1)
    kernel.advance(start, (time) => time)
    const first = kernel.events
    kernel.advance(start + HOUR_MS, (time) => time)
    const ticks = (domains.length * partitions * HOUR_MS) / tickMs
    const expected = (kernel.events - first + ticks) * 360
    expect(census / (world.catalogue.size * 360)).toBeGreaterThan(0.8)
    expect(census / (world.catalogue.size * 360)).toBeLessThan(1.25)
    expect(perSimHour / expected).toBeGreaterThan(0.8)
    expect(perSimHour / expected).toBeLessThan(1.25)
  })

  it('looks at a whole tick where ticks are long', () => {
    const review = openWorld({ scenario: 'plan-review', scale: '0.01' }, { truth: false })
    expect(review.scenario.tickMs).toBe(86_400_000)
    const kernel = openKernel(review, 0, 1)
    kernel.advance(review.scenario.start, (time) => time)
    const census = kernel.events
    kernel.advance(review.scenario.start + review.scenario.tickMs, (time) => time)
    const lanes = review.scenario.domains.length * review.scenario.partitions
    const aDay = estimateEvents(review).perSimHour * 24
    const expected = (kernel.events - census + lanes) * 360 // and a tick each
    expect(aDay / expected).toBeGreaterThan(0.8)
    expect(aDay / expected).toBeLessThan(1.25)
  })
})
