// When a checkpoint is cut, when it is written, and when it must not be.
import { describe, expect, it } from 'vitest'
import { virtualClock } from '../../../../infra/clock.ts'
import type { NewRecord } from '../../../../infra/event-log/event-log.ts'
import { Checkpointer } from '../../../../processor/runtime/tasks/checkpointer.ts'
import { Packing } from '../../../../processor/runtime/tasks/packing.ts'
import type { Task } from '../../../../processor/task/task.ts'
import { topicNames } from '../../../../producers/contract/topics.ts'

const topics = topicNames()
const place = { topic: topics.domain('lamp'), domain: 'lamp', partition: 3 }

/** A checkpointer whose outputs are acknowledged, or refused, by hand; `state` is what the task would pack. */
function open(everyMs = 4_000) {
  const clock = virtualClock(1000)
  const written: { topic: string; partition: number; record: NewRecord }[] = []
  let settle = Promise.withResolvers<void>()
  const outbox = {
    send: (topic: string, partition: number, record: NewRecord) => {
      written.push({ topic, partition, record })
    },
    settled: () => settle.promise,
    size: 0,
    failed: new Promise<never>(() => {}),
  }
  const world = { state: 'a', cut: 0, packed: 0 }
  const cut = () => {
    world.cut++
    const { state } = world
    return () => Buffer.from(state)
  }
  const counters = { checkpoint: () => void world.packed++ }
  const packing = new Packing(clock, (error) => expect.fail(`${error}`), 10)
  const checkpointer = new Checkpointer(
    { cut } as unknown as Task,
    place,
    { outbox, clock, topics },
    { counters, packing, everyMs },
  )
  const turn = async () => {
    for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve))
  }
  return {
    checkpointer,
    clock,
    world,
    async acknowledge() {
      settle.resolve()
      settle = Promise.withResolvers<void>()
      await turn()
    },
    async refuse() {
      settle.reject(new Error('no log'))
      await turn()
    },
    states: () => written.map(({ record }) => `${record.value}`),
    written,
  }
}

describe('a checkpointer', () => {
  it('cuts when four seconds have passed, and writes that cut once outputs are acknowledged', async () => {
    const { checkpointer, clock, world, acknowledge, states, written } = open()
    clock.advance(3999)
    checkpointer.cutWhenDue()
    expect(world.cut).toBe(0)
    clock.advance(1)
    checkpointer.cutWhenDue()
    world.state = 'b'
    expect(states()).toEqual([])
    expect(world).toMatchObject({ cut: 1, packed: 0 })
    await acknowledge()
    expect(states()).toEqual(['a'])
    expect(world.packed).toBe(1)
    expect(written[0]).toMatchObject({ topic: topics.checkpoint, partition: 3 })
    expect(`${written[0].record.key}`).toBe('lamp|3')
  })

  it('cuts no second one while the first waits, however much time passes', async () => {
    const { checkpointer, clock, world, acknowledge, states } = open()
    clock.advance(4000)
    checkpointer.cutWhenDue()
    world.state = 'b'
    clock.advance(60_000)
    checkpointer.cutWhenDue()
    expect(world.cut).toBe(1)
    await acknowledge()
    checkpointer.cutWhenDue()
    await acknowledge()
    expect(states()).toEqual(['a', 'b'])
  })

  it('of one at every close leaves none out: each is packed there, and written once outputs are acknowledged', async () => {
    const { checkpointer, world, acknowledge, states } = open(0)
    checkpointer.cutWhenDue()
    world.state = 'b'
    checkpointer.cutWhenDue()
    expect(world).toMatchObject({ cut: 2, packed: 2 })
    expect(states()).toEqual([])
    await acknowledge()
    expect(states()).toEqual(['a', 'b'])
    checkpointer.cutWhenDue()
    checkpointer.release()
    await acknowledge()
    expect(states()).toEqual(['a', 'b'])
  })

  it('writes nothing once the task is released, not even a cut that waits', async () => {
    const { checkpointer, clock, acknowledge, states } = open()
    clock.advance(4000)
    checkpointer.cutWhenDue()
    checkpointer.release()
    await acknowledge()
    checkpointer.cut()()
    expect(states()).toEqual([])
  })

  it('leaves no checkpoint behind an output that failed', async () => {
    const { checkpointer, clock, refuse, states } = open()
    clock.advance(4000)
    checkpointer.cutWhenDue()
    await refuse()
    expect(states()).toEqual([])
    const often = open(0)
    often.checkpointer.cutWhenDue()
    await often.refuse()
    expect(often.states()).toEqual([])
  })
})
