// Accepted commands happen at their time, and those of one time in the order of the log.
import { describe, expect, it } from 'vitest'
import { isoTime } from '../../../../infra/time.ts'
import { CommandSchedule } from '../../../../producers/run/shard/command-schedule.ts'

const command = (id: string, at: number) => ({
  ...{ id, name: 'lamp.off', args: {}, by: 'test', term: 0 },
  effectiveAt: isoTime(at),
})

describe('the schedule of commands', () => {
  it('gives them in the order of their time, then of the log', () => {
    const schedule = new CommandSchedule()
    for (const [id, at] of [
      ['b', 2_000],
      ['c', 3_000],
      ['a', 1_000],
      ['b2', 2_000],
    ] as const) {
      schedule.add(command(id, at))
    }
    const order: string[] = []
    for (let next = schedule.first(9_000); next; next = schedule.first(9_000)) {
      order.push(next.command.id)
      schedule.removeFirst()
    }
    expect(order).toEqual(['a', 'b', 'b2', 'c'])
  })

  it('holds what is not due, and keeps what was not removed', () => {
    const schedule = new CommandSchedule()
    schedule.add(command('a', 1_000))
    expect(schedule.first(999)).toBeUndefined()
    expect(schedule.first(1_000)?.command.id).toBe('a')
    expect(schedule.first(1_000)?.effectiveAt).toBe(1_000)
  })
})
