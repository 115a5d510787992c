// Which task stands at a topic-partition, and what becomes of the one before.
import { expect, it } from 'vitest'
import type { Checkpointer } from '../../../../processor/runtime/tasks/checkpointer.ts'
import { type OwnedTask, OwnedTasks } from '../../../../processor/runtime/tasks/owned-tasks.ts'
import type { Task } from '../../../../processor/task/task.ts'

function ownedTask(partition: number, epoch = 1, watermark: number | null = 5) {
  const state = { released: false }
  const checkpointer = { release: () => (state.released = true) } as unknown as Checkpointer
  const place = { topic: 't', domain: 'lamp', partition }
  const owned = { place, task: { epoch, watermark } as Task, checkpointer } as OwnedTask
  return { owned, state }
}

it('releases the task whose place another takes, and the one that goes', () => {
  const tasks = new OwnedTasks()
  const [first, second] = [ownedTask(0), ownedTask(0)]
  tasks.put(first.owned)
  expect(tasks.holds(first.owned)).toBe(true)
  tasks.put(second.owned)
  expect([first.state.released, second.state.released]).toEqual([true, false])
  expect([tasks.holds(first.owned), tasks.holds(second.owned), tasks.size]).toEqual([
    false,
    true,
    1,
  ])
  tasks.release(second.owned.place)
  expect([second.state.released, tasks.size]).toEqual([true, 0])
})

it('has a watermark only when every task has one and is of that epoch', () => {
  const tasks = new OwnedTasks()
  expect(tasks.watermark(1)).toBeNull()
  tasks.put(ownedTask(0, 1, 9).owned)
  tasks.put(ownedTask(1, 1, 7).owned)
  expect(tasks.watermark(1)).toBe(7)
  expect(tasks.watermark(2)).toBeNull()
  tasks.put(ownedTask(1, 1, null).owned)
  expect(tasks.watermark(1)).toBeNull()
})
