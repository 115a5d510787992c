// One run in hand: how far its followers let it go, and what is due to be written of it.
import { describe, expect, it } from 'vitest'
import { isoTime } from '../../../../infra/time.ts'
import { ConductedRun } from '../../../../producers/run/conductor/conducted-run.ts'
import { lampDescriptor, lampScenario, lamps, START } from '../../lamp-city.ts'

const descriptor = lampDescriptor(lampScenario(), lamps(4), 2)
const open = () =>
  new ConductedRun({ epoch: 3, term: 7, descriptor, last: null, now: 0, leadMs: 250 })
const at = (shard: number, ms: number) => ({ shard, simulatedTo: isoTime(START + ms) })

describe('a run in hand', () => {
  it('goes as far as its slowest shard and the processor allow', () => {
    const run = open()
    expect(run.allowed(5_000)).toBe(START)
    run.clock.raise(START + 60_000)
    run.note(at(0, 30_000))
    run.note(at(1, 20_000))
    expect(run.slowest).toBe(START + 20_000)
    expect(run.allowed(5_000)).toBe(START + 25_000)
    expect(run.allowed(5_000, () => null)).toBe(START)
    expect(run.allowed(5_000, () => START - 10_000)).toBe(START + 2 * descriptor.tick - 5_000)
  })

  it('takes no shard for further than the horizon, whatever its progress says', () => {
    const run = open()
    run.note(at(0, 170_000))
    run.note(at(1, 170_000))
    expect(run.slowest).toBe(START)
  })

  it('gives horizon and end when they are new, and again after a while', () => {
    const run = open()
    expect(run.dueEnd(0)).toBeNull()
    expect(run.dueHorizon(0)).toMatchObject({ h: isoTime(START), term: 7 })
    expect(run.dueHorizon(500)).toBeNull()
    expect(run.dueHorizon(1_000)).not.toBeNull()
    run.end('duration')
    const end = { at: descriptor.end, reason: 'duration', term: 7 }
    expect(run.dueEnd(1_050)).toEqual(end)
    expect(run.dueEnd(1_150)).toBeNull()
    expect(run.dueEnd(2_050)).toEqual(end)
  })

  it('ends once, and writes no end of its own where somebody else ended it', () => {
    const run = open()
    expect(run.endedByOther()).toBe(true)
    expect(run.endedByOther()).toBe(false)
    run.end('stop')
    expect([run.hasEnded, run.dueEnd(0)]).toEqual([true, null])
  })
})
