// `--headers cloudevents`: a header on every record of the domain topics and on no other, and not a byte else.
import { beforeAll, describe, expect, it } from 'vitest'
import { digestOf } from '../../../commands/digest.ts'
import {
  CONTENT_TYPE,
  wantsHeaders,
  withContentType,
} from '../../../commands/produce/record-headers.ts'
import { startOneProcess } from '../../../commands/wiring/one-process.ts'
import { openWorld } from '../../../commands/wiring/world.ts'
import { realClock } from '../../../infra/clock.ts'
import type { LogRecord } from '../../../infra/event-log/event-log.ts'
import { readRange } from '../../../infra/event-log/log-range.ts'
import { createLogger } from '../../../infra/logger.ts'
import { createMemoryLog } from '../../../infra/memory/memory-log.ts'
import { cityDigest } from '../../../producers/contract/digest.ts'
import { TICK_TYPE, type Tick } from '../../../producers/contract/records.ts'
import { topicNames } from '../../../producers/contract/topics.ts'

const topics = topicNames()
const world = openWorld(
  { scale: '0.01', for: 'PT1M', speed: 'max', partitions: '2' },
  { truth: true },
)
const domainTopics = world.scenario.domains.map(topics.domain)

/** Every record of the topic once the run has ended there. */
async function runCity(withHeaders: boolean): Promise<Map<string, LogRecord[]>> {
  const log = createMemoryLog()
  const producersLog = withHeaders ? withContentType(log, domainTopics) : log
  const logger = createLogger({ level: 'error' })
  const parts = await startOneProcess({
    log,
    producersLog,
    clock: realClock,
    topics,
    world,
    logger,
  })
  const read = async (topic: string) => {
    const records: LogRecord[] = []
    for (const { partition } of await log.offsets(topic)) {
      for await (const some of readRange(log, { topic, partition })) records.push(...some)
    }
    return records
  }
  const hasEnded = async () => (await read(topics.run)).some((r) => `${r.key}`.includes('|end|'))
  while (!(await hasEnded())) await new Promise((resolve) => setTimeout(resolve, 20))
  await parts.stop()
  const all = new Map<string, LogRecord[]>()
  for (const topic of [...domainTopics, topics.run, topics.truth]) all.set(topic, await read(topic))
  await log.close()
  return all
}

describe('--headers cloudevents', () => {
  let plain: Map<string, LogRecord[]>
  let marked: Map<string, LogRecord[]>
  beforeAll(async () => {
    plain = await runCity(false)
    marked = await runCity(true)
  })

  it('puts the binding’s content type on every event, tick and marker', () => {
    const of = (runs: Map<string, LogRecord[]>) => domainTopics.flatMap((topic) => runs.get(topic)!)
    expect(of(marked).length).toBeGreaterThan(1_000)
    for (const { headers } of of(marked)) {
      expect(headers?.map(([name, value]) => [name, `${value}`])).toEqual([
        ['content-type', 'application/cloudevents+json'],
      ])
    }
    expect(of(plain).filter(({ headers }) => headers !== undefined)).toEqual([])
  })

  it('leaves the other topics as they are', () => {
    for (const topic of [topics.run, topics.truth]) {
      expect(marked.get(topic)!.length).toBeGreaterThan(0)
      expect(marked.get(topic)!.filter(({ headers }) => headers !== undefined)).toEqual([])
    }
  })

  it('changes no key, no value and no chain', () => {
    const bytes = (records: LogRecord[]) => records.map(({ key, value }) => `${key} ${value}`)
    for (const topic of domainTopics) {
      expect(bytes(marked.get(topic)!), topic).toEqual(bytes(plain.get(topic)!))
    }
    const chains = new Map<string, { domain: string; partition: number; chain: string }>()
    for (const domain of world.scenario.domains) {
      for (const { key, value } of marked.get(topics.domain(domain))!) {
        const { type, data } = JSON.parse(`${value}`) as Tick
        if (key !== null || type !== TICK_TYPE) continue
        chains.set(`${domain}/${data.partition}`, { domain, ...data })
      }
    }
    expect(cityDigest([...chains.values()]).digest).toBe(digestOf(world, 1).digest)
  })

  it('costs what its help says', () => {
    const [name, value] = CONTENT_TYPE
    // Length bytes of name and value, and they themselves; the count of headers is there anyway.
    expect(name.length + value.length + 2).toBe(42)
  })
})

describe('wantsHeaders', () => {
  it('is off by default, and refuses what it does not know', () => {
    expect(wantsHeaders({})).toBe(false)
    expect(wantsHeaders({ headers: 'none' })).toBe(false)
    expect(wantsHeaders({ headers: 'cloudevents' })).toBe(true)
    expect(() => wantsHeaders({ headers: 'CloudEvent' })).toThrow(
      '--headers: "CloudEvent", expected one of none, cloudevents',
    )
  })
})
