// Who has which topic-partitions of a memory log's group, without any reader: positions, targets and owners.
import { expect, it } from 'vitest'
import { type GroupSeat, MemoryGroup } from '../../../infra/memory/group.ts'
import type { Partition } from '../../../infra/memory/reader.ts'
import { SlabBudget, SlabStore } from '../../../infra/memory/slabs.ts'
import { records } from '../recorder.ts'

function open(count: number) {
  const budget = new SlabBudget(1024 * 1024)
  const partitions = Array.from({ length: count }, (_, partition): Partition => {
    const store = new SlabStore(budget, () => 0)
    for (const record of records('x', 5)) store.append(record)
    return { topic: 't', partition, store, cursors: new Set(), holds: new Map() }
  })
  let moves = 0
  const group = new MemoryGroup(
    'g',
    () => partitions,
    () => moves++,
  )
  return { group, partitions, moves: () => moves }
}

function seat(): GroupSeat & { pokes: number } {
  return {
    topics: new Set(['t']),
    pokes: 0,
    poke() {
      this.pokes++
    },
  }
}

it('deals topic-partitions out in turn, and gives none to a second owner before the first gave it up', () => {
  const { group, partitions } = open(4)
  const [first, second] = [seat(), seat()]
  group.join(first)
  expect(group.claim(first)).toEqual(partitions)
  group.join(second)
  expect(partitions.map((p) => group.isMeantFor(second, p))).toEqual([false, true, false, true])
  expect(group.claim(second)).toEqual([])
  const { pokes } = second
  group.release([partitions[1]])
  expect(second.pokes).toBeGreaterThan(pokes)
  expect(group.claim(second)).toEqual([partitions[1]])
  expect(group.claim(second)).toEqual([])
})

it('frees at once what a member leaves behind', () => {
  const { group, partitions } = open(2)
  const [first, second] = [seat(), seat()]
  group.join(first)
  group.join(second)
  const owned = group.claim(first)
  group.leave(first, owned)
  expect(group.claim(second)).toEqual(partitions)
})

it('holds its positions while it has members, and remembers them beyond', () => {
  const { group, partitions, moves } = open(1)
  const [partition] = partitions
  const [first, second] = [seat(), seat()]
  group.join(first)
  expect(partition.holds.get('g')).toBe(0)
  const before = moves()
  group.commit(partition, 3)
  expect([partition.holds.get('g'), moves()]).toEqual([3, before + 1])
  group.leave(first, group.claim(first))
  expect(partition.holds.size).toBe(0)
  expect(group.lag()).toEqual([{ topic: 't', partition: 0, committed: 3n, latest: 5n }])
  group.join(second)
  expect(partition.holds.get('g')).toBe(3)
})
