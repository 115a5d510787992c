// Where a member starts, and what it holds from its assignment to its revocation.
import { describe, expect, it } from 'vitest'
import { HeldPartitions } from '../../../../infra/kafka/consume/group/held-partitions.ts'
import { startPositions } from '../../../../infra/kafka/consume/group/start-positions.ts'

const assignment = [0, 1, 2, 3].map((partition) => ({ topic: 't', partition }))
const bounds = async () =>
  assignment.map(({ partition }) => ({ partition, earliest: 5n, latest: 9n }))

describe('start positions', () => {
  it('are what the handler asked for; an offset outside the log means the earliest record', async () => {
    const offsets = ['latest', 7n, 2n, 10n] as const
    const starts = assignment.map((a, i) => ({ ...a, offset: offsets[i] }))
    const positions = await startPositions(assignment, starts, bounds)
    expect(positions.map((p) => p.offset)).toEqual([9n, 7n, 5n, 5n])
  })

  it('are needed for everything that was assigned', async () => {
    const starts = [{ topic: 't', partition: 0, offset: 'earliest' as const }]
    await expect(startPositions(assignment, starts, bounds)).rejects.toThrow(
      'group handler: assigned() gave no start offset for t/1',
    )
  })
})

it('held partitions are read from their start on, and owed to `revoked` from their assignment on', () => {
  const held = new HeldPartitions()
  held.take(assignment)
  expect([held.list, held.positions]).toEqual([assignment, []])
  expect(held.positionOf(assignment[1])).toBeUndefined()
  held.startAt([{ ...assignment[1], offset: 7n }])
  held.positionOf(assignment[1])!.offset = 8n
  expect(held.positions).toEqual([{ ...assignment[1], offset: 8n }])
  held.clear()
  expect([held.list, held.positions]).toEqual([[], []])
})
