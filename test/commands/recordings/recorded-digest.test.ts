// The digest of what lies on a log: a retried batch that stands twice changes nothing, an event that is lost does.
import { describe, expect, it } from 'vitest'
import { digestOf, recordedDigest } from '../../../commands/digest.ts'
import { printRecordedEvents } from '../../../commands/events/events.ts'
import { plansOf } from '../../../commands/recordings/recorded-run.ts'
import { openKernel, openWorld, runThrough } from '../../../commands/wiring/world.ts'
import type { NewRecord } from '../../../infra/event-log/event-log.ts'
import { createMemoryLog } from '../../../infra/memory/memory-log.ts'
import { topicNames, topicSpecs } from '../../../producers/contract/topics.ts'
import { noneIgnored } from '../../ignored.ts'

const world = openWorld({ for: 'PT1M', scale: '0.02' }, { truth: false })
const { descriptor } = world
const topics = topicNames()

const isRun = (epoch: number, run: string) => epoch === 0 && run === descriptor.run
const planned = plansOf(descriptor)
const plans = () => planned

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
  const about = { log, topics, epoch: 0, descriptor, commands: [], lanes, ignored: noneIgnored }
  const run = { ...about, end, isRun, plans }
  const events: string[] = []
  await printRecordedEvents(run, { bytes: (value) => void events.push(value.toString()) }, false)
  const found = { ...(await recordedDigest(run)), printed: events }
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

  /** A copy of the batch's first event under another number, as another program that knows the format would write it. */
  function strange(batch: NewRecord[]): NewRecord {
    const { key, value } = batch.find((r) => r.key !== null)!
    const { subject, seq } = JSON.parse(value!.toString()) as { subject: string; seq: number }
    const text = value!
      .toString()
      .replace(`"id":"${subject}:${seq}"`, `"id":"${subject}:${seq + 1_000_000}"`)
      .replace(`"seq":${seq},`, `"seq":${seq + 1_000_000},`)
    return { key, value: Buffer.from(text), timestamp: 0 }
  }

  it('is broken in one interval only by an event of a number far ahead, which hides no later one', async () => {
    const clean = await digestOn((b) => b)
    let lane = 0
    let written = ''
    const { differing, printed } = await digestOn((b) => {
      if (lane++ > 0 || !b.some((r) => r.key !== null)) return b
      // Behind the census and its tick, before everything else.
      const at = b.findIndex((r) => r.value!.includes('"city.tick.v1"')) + 1
      const record = strange(b)
      written = record.value!.toString()
      return b.toSpliced(at, 0, record)
    })
    expect(written).not.toBe('')
    expect(differing).toHaveLength(1)
    expect(printed.filter((text) => text !== written)).toEqual(clean.printed)
  })

  it('is not touched by what is no event and no tick of the run', async () => {
    const { differing, digest, printed } = await digestOn((b) => {
      const tick = b.findLast((r) => r.value!.includes('"city.tick.v1"'))!
      const redated = tick
        .value!.toString()
        .replace(/"time":"[^"]+"/, '"time":"2099-01-01T00:00:00.000Z"')
      const text = (value: string, key: string | null = null) => ({
        ...{ key: key === null ? null : Buffer.from(key), value: Buffer.from(value), timestamp: 0 },
      })
      const poison = [
        ...[text('hello'), text('{"type":"city.run-started.v1"}'), text(redated)],
        text(
          `{"type":"city.run-started.v1","data":{"epoch":9},"source":"/huacheng/${descriptor.run}/producers"}`,
        ),
        text(`{"source":"/huacheng/${descriptor.run}/x","subject":"x","seq":1}`, 'x'),
      ]
      const at = b.findIndex((r) => r.value!.includes('"city.tick.v1"')) + 1
      return b.toSpliced(at, 0, ...poison)
    })
    expect(differing).toEqual([])
    expect(digest).toBe(expected)
    expect(printed.length).toBeGreaterThan(100)
  })
})
