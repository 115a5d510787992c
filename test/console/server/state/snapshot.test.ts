// How records become the picture, whatever their order and state.
import pino from 'pino'
import { Registry } from 'prom-client'
import { beforeEach, describe, expect, it } from 'vitest'
import { createConsoleMetrics } from '../../../../console/server/metrics.ts'
import type { SnapshotSource } from '../../../../console/server/state/listener.ts'
import { Snapshot } from '../../../../console/server/state/snapshot.ts'
import { virtualClock } from '../../../../infra/clock.ts'
import {
  createIgnoredRecords,
  type IgnoredRecords,
} from '../../../../infra/event-log/ignored-records.ts'
import { topicNames } from '../../../../producers/contract/topics.ts'
import { descriptorRecord } from '../../../run-records.ts'
import { catalogueOfSize, city, descriptor, reading, START } from '../small-city.ts'

let snapshot: Snapshot
let registry: Registry
let ignored: IgnoredRecords

beforeEach(() => {
  registry = new Registry()
  ignored = createIgnoredRecords({ clock: virtualClock(), logger: { warn: () => {} } })
  snapshot = new Snapshot({
    ...{ clock: virtualClock(), topics: topicNames(), logger: pino({ level: 'silent' }) },
    metrics: createConsoleMetrics(registry),
    ignored,
    cityOf: () => city,
    catalogueOf: () => catalogueOfSize(),
  })
})

const take = (source: SnapshotSource, key: string, value: unknown, offset = 0) =>
  snapshot.take(source, {
    key: Buffer.from(key),
    value: typeof value === 'string' ? Buffer.from(value) : Buffer.from(JSON.stringify(value)),
    timestamp: 0,
    offset: BigInt(offset),
  })
const describeRun = (offset: number) =>
  snapshot.take('run', { ...descriptorRecord(descriptor), offset: BigInt(offset) })

describe('the snapshot', () => {
  it('is not emptied when its own descriptor is read again', () => {
    describeRun(5)
    take('kpi', `5|lamp.coverage|${START}`, reading(5, 0, 0.5))
    describeRun(5)
    expect(snapshot.current()!.readings.latest().length).toBe(1)
    expect(snapshot.runs().length).toBe(1)
  })

  it('follows the highest epoch only', () => {
    describeRun(5)
    describeRun(3)
    take('kpi', '3|lamp.coverage', reading(3, 0, 0.5))
    expect(snapshot.current()!.epoch).toBe(5)
    expect(snapshot.current()!.readings.latest()).toEqual([])
  })

  it('counts a record that it cannot understand and goes on', async () => {
    describeRun(5)
    take('kpi', '5|lamp.coverage', '{"epoch":5,')
    take('map', 'lamp|0', 'not a frame')
    take('kpi', `5|lamp.coverage|${START}`, reading(5, 0, 0.5))
    expect(snapshot.current()!.readings.latest().length).toBe(1)
    expect(ignored.list()).toMatchObject([
      { topic: 'city.kpi', reason: 'not-json', count: 1 },
      { topic: 'city.map', reason: 'schema', count: 1 },
    ])
  })

  it('ignores tombstones', () => {
    describeRun(5)
    snapshot.take('kpi', { key: Buffer.from('5|x'), value: null, timestamp: 0, offset: 1n })
    expect(snapshot.current()!.readings.latest()).toEqual([])
  })
})
