// The digest of what lies on a log: a retried batch that stands twice changes nothing, an event that is lost does.
import { describe, expect, it } from 'vitest'
import { digestOf, recordedDigest } from '../../commands/digest.ts'
import { openKernel, openWorld, runThrough } from '../../commands/world.ts'
import type { NewRecord } from '../../infra/event-log.ts'
import { createMemoryLog } from '../../infra/memory-log.ts'
import { topicNames, topicSpecs } from '../../producers/contract/topics.ts'
import { noneIgnored } from '../ignored.ts'

const world = openWorld({ for: 'PT1M', scale: '0.02' }, { truth: false })
const { descriptor } = world
const topics = topicNames()

/** The run as its producer appends it, one batch per topic-partition, each changed by `written`. */
async function digestOn(written: (batch: NewRecord[]) => NewRecord[]) {
  const log = createMemoryLog()
  const domains = Object.keys(descriptor.declarations)
  await log.ensureTopics(topicSpecs(topics, domains, descriptor.partitions))
  const kernel = openKernel(world, 0, 1)
  const batches = new Map<string, NewRecord[]>()
  const lanes = kernel.lanes.map(({ domain, partition }) => {
    batches.set(`${domain}/${partition}`, [])
    return { domain, partition, topic: topics.domain(domain) }
  })
  runThrough(world, kernel, () => {
    for (const { domain, partition, records } of kernel.drain().lanes) {
      batches.get(`${domain}/${partition}`)!.push(...records)
    }
  })
  for (const { domain, partition, topic } of lanes) {
    await log.append(topic, partition, written(batches.get(`${domain}/${partition}`)!))
  }
  const end = Date.parse(descriptor.end)
  const run = { log, topics, epoch: 0, descriptor, lanes, ignored: noneIgnored, end }
  const found = await recordedDigest(run)
  await log.close()
  return found
}

describe('digest of a log', () => {
  const expected = digestOf(world, 1).digest

  it('is that of the simulation, also where whole batches with several ticks stand twice', async () => {
    for (const written of [(b: NewRecord[]) => b, (b: NewRecord[]) => [...b, ...b]]) {
      const { digest, differing } = await digestOn(written)
      expect(differing).toEqual([])
      expect(digest).toBe(expected)
    }
  })

  it('names the intervals where an event is missing', async () => {
    const { differing } = await digestOn((b) => {
      const i = b.findLastIndex((r) => r.key !== null)
      return b.filter((_, at) => at !== i)
    })
    expect(differing.length).toBeGreaterThan(0)
  })
})
