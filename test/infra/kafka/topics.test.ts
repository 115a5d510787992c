// What a topic costs and how many copies it gets, before anybody creates it.
import { describe, expect, it } from 'vitest'
import type { TopicSpec } from '../../../infra/event-log/event-log.ts'
import { DEFAULT_RETENTION, mostBytes, replicationOf } from '../../../infra/kafka/topics.ts'

const MIB = 1024 * 1024
const events: TopicSpec = { name: 'e', partitions: 12, cleanup: 'delete', retain: 'events' }

describe('the most that a topic takes', () => {
  it('is its retention and one segment per topic-partition', () => {
    expect(mostBytes(events, DEFAULT_RETENTION)).toBe(12 * (128 + 16) * MIB)
    const small = { ...DEFAULT_RETENTION, eventBytes: 32 * MIB }
    expect(mostBytes(events, small)).toBe(12 * (32 + 16) * MIB)
  })

  it('is two segments where only compaction takes anything away', () => {
    const checkpoints: TopicSpec = { name: 'c', partitions: 3, cleanup: 'compact' }
    expect(mostBytes(checkpoints, DEFAULT_RETENTION)).toBe(3 * 2 * 16 * MIB)
  })

  it('grows with segments that must hold large records', () => {
    const large: TopicSpec = {
      name: 'l',
      partitions: 1,
      cleanup: 'compact',
      maxMessageBytes: 16 * MIB,
    }
    expect(mostBytes(large, DEFAULT_RETENTION)).toBe(2 * 32 * MIB)
  })
})

describe('copies of a new topic', () => {
  it('are three, or what the cluster has, or what was asked for', () => {
    expect([1, 2, 3, 9].map((brokers) => replicationOf(undefined, brokers))).toEqual([1, 2, 3, 3])
    expect(replicationOf(2, 9)).toBe(2)
  })
})
