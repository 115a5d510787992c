// What of a prefix is ours: names and shapes that we make, and nothing that somebody else happened to call alike.
import { describe, expect, it } from 'vitest'
import { planCleaning, refuseIfInUse } from '../../commands/clean.ts'
import type { GroupFound, TopicFound } from '../../infra/kafka/admin.ts'
import { Problem } from '../../infra/problem.ts'
import { topicNames, topicSpecs } from '../../producers/contract/topics.ts'
import { domains } from '../../producers/domains.ts'

const names = topicNames('city.')
const DOMAINS = domains.map((d) => d.declaration.domain)

function ours(prefix: string, partitions: number): TopicFound[] {
  return topicSpecs(topicNames(prefix), DOMAINS, partitions).map((spec) => ({
    name: spec.name,
    partitions: spec.partitions,
    replicas: 1,
    cleanup: spec.cleanup.split(',').sort().join(','),
    records: 5n,
  }))
}

function cluster(topics: TopicFound[], groups: GroupFound[] = []) {
  return {
    names: async () => topics.map((t) => t.name).sort(),
    topics: async (wanted: string[]) => topics.filter((t) => wanted.includes(t.name)),
    groups: async (wanted: string[]) => groups.filter((g) => wanted.includes(g.name)),
  }
}

const other = (name: string, more: Partial<TopicFound> = {}): TopicFound => ({
  ...{ name, partitions: 1, replicas: 1, cleanup: 'delete', records: 0n },
  ...more,
})

describe('the plan of a cleaning', () => {
  it.each([1, 12, 240])('finds every topic that a run with %d partitions makes', async (p) => {
    const { topics, left } = await planCleaning(cluster(ours('city.', p)), 'city.')
    expect(topics.map((t) => t.name).sort()).toEqual(
      topicSpecs(names, DOMAINS, p)
        .map((s) => s.name)
        .sort(),
    )
    expect(left).toEqual([])
  })

  it('names what carries the prefix and is not ours, and leaves it alone', async () => {
    const foreign = ['city.x-someone-else', 'city.test.run', 'city.run2', 'city.']
    const found = cluster([...ours('city.', 12), ...foreign.map((name) => other(name))])
    const { topics, left } = await planCleaning(found, 'city.')
    expect(topics).toHaveLength(ours('city.', 12).length)
    expect(left.map((l) => l.name).sort()).toEqual([...foreign].sort())
  })

  it('does not look beyond the prefix', async () => {
    const found = cluster([
      ...ours('city.', 12),
      ...ours('town.', 12),
      other('run'),
      other('xcity.run'),
    ])
    const { topics, left } = await planCleaning(found, 'city.')
    expect(topics.every((t) => t.name.startsWith('city.'))).toBe(true)
    expect([topics.length, left]).toEqual([ours('city.', 12).length, []])
    expect((await planCleaning(found, 'ci')).topics).toEqual([])
  })

  it('leaves a topic alone that has our name and another shape', async () => {
    const found = cluster([
      other('city.run', { cleanup: 'delete' }),
      other('city.kpi', { cleanup: 'compact,delete', partitions: 6 }),
      other('city.map', { partitions: 7 }),
      other('city.parking', { partitions: 4 }),
      other('city.alert', { cleanup: 'compact,delete' }),
      other('city.checkpoint', { cleanup: 'compact', partitions: 12 }),
    ])
    const { topics, left } = await planCleaning(found, 'city.')
    expect(topics.map((t) => t.name)).toEqual(['city.alert', 'city.checkpoint'])
    expect(Object.fromEntries(left.map((l) => [l.name, l.reason]))).toEqual({
      'city.run': 'cleanup delete, ours has compact',
      'city.kpi': '6 partitions, ours has 1',
      'city.map': '7 partitions, ours has 12',
      'city.parking': '4 partitions, ours has 12',
    })
  })

  it('takes nothing for ours where no city stands: what a producer has refused to write to', async () => {
    for (const partitions of [1, 4, 12]) {
      const found = cluster([other('city.parking', { partitions }), other('city.late')])
      const { topics, left } = await planCleaning(found, 'city.')
      expect(topics).toEqual([])
      expect(left.map((l) => l.name).sort()).toEqual(['city.late', 'city.parking'])
    }
  })

  it('removes what shows that there is a city last, so that an interrupted cleaning can go on', async () => {
    const { topics } = await planCleaning(cluster(ours('city.', 12)), 'city.')
    expect(topics.at(-1)!.name).toBe('city.checkpoint')
  })

  it('finds our two groups and no others', async () => {
    const group = (name: string): GroupFound => ({ name, state: 'Empty', members: [] })
    const groups = ['city.processor', 'city.merge', 'city.other', 'processor'].map(group)
    const found = await planCleaning(cluster([], groups), 'city.')
    expect(found.groups.map((g) => g.name)).toEqual(['city.processor', 'city.merge'])
  })
})

describe('a city in use', () => {
  const cleaning = (records: bigint, members: string[]) => ({
    topics: [other('city.run', { cleanup: 'compact', records })],
    groups: [{ name: 'city.merge', state: members.length > 0 ? 'Stable' : 'Empty', members }],
    left: [],
  })
  const now = (records: bigint) => cluster([other('city.run', { cleanup: 'compact', records })])

  it('is not cleaned while a group has members', async () => {
    const error = await refuseIfInUse(
      now(5n),
      cleaning(5n, ['huacheng-1 at /10.0.0.9']),
      names,
      0,
    ).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(Problem)
    expect((error as Problem).exitCode).toBe(1)
    expect((error as Problem).message).toContain(
      'group city.merge: 1 member (huacheng-1 at /10.0.0.9), Stable, expected none; stop the processors',
    )
  })

  it('is not cleaned while its run moves on', async () => {
    await expect(refuseIfInUse(now(8n), cleaning(5n, []), names, 0)).rejects.toThrow(
      'topic city.run: 3 records written while looking, expected a city at rest; stop the producers',
    )
  })

  it('is cleaned when it is at rest', async () => {
    await refuseIfInUse(now(5n), cleaning(5n, []), names, 0)
  })
})
