// What waits of `run`: old runs are forgotten at the start, and a marker of this shard says that it had begun.
import { describe, expect, it } from 'vitest'
import type { RunFact } from '../../../../producers/contract/run/run-reader.ts'
import { RunInbox } from '../../../../producers/run/shard/run-inbox.ts'
import { lampDescriptor, lampScenario, lamps } from '../../lamp-city.ts'

const descriptor = lampDescriptor(lampScenario(), lamps(4))
const run = (epoch: number): RunFact => ({ kind: 'descriptor', epoch, id: 'u', descriptor })
const progress = (epoch: number, shard: number): RunFact => ({
  ...{ kind: 'progress', epoch },
  progress: { shard, simulatedTo: descriptor.start },
})

/** Epochs of everything that waits. */
function epochs(inbox: RunInbox): (number | null)[] {
  const found: (number | null)[] = []
  for (let fact = inbox.next(); fact; fact = inbox.next()) found.push(fact.epoch)
  return found
}

describe('the inbox of a shard', () => {
  it('keeps only the newest run of those that were there before it', () => {
    const inbox = new RunInbox(0)
    for (const fact of [run(0), progress(0, 0), run(5), progress(5, 0)]) inbox.put(fact)
    expect(epochs(inbox)).toEqual([5, 5])
  })

  it('keeps every run that begins later, in order', () => {
    const inbox = new RunInbox(0)
    inbox.put(run(0))
    inbox.catchUp()
    for (const fact of [progress(0, 0), run(5), run(9)]) inbox.put(fact)
    expect(epochs(inbox)).toEqual([0, 0, 5, 9])
  })

  it('knows how far its shard had got, and believes nobody who was past the horizon', () => {
    const inbox = new RunInbox(0)
    const start = Date.parse(descriptor.start)
    const at = (ms: number) => new Date(start + ms).toISOString()
    const horizon = { h: at(900), simAnchor: at(0), wallAnchor: 0, speed: 30, term: 5 }
    const reached = (ms: number, shard = 0): RunFact => ({
      ...{ kind: 'progress', epoch: 5 },
      progress: { shard, simulatedTo: at(ms) },
    })
    inbox.put(run(5))
    expect(inbox.progressIn(5)).toBe(null)
    for (const fact of [reached(500), reached(300), reached(800, 1)]) inbox.put(fact)
    inbox.put({ kind: 'horizon', epoch: 5, horizon })
    expect(inbox.progressIn(5)).toBe(start + 500)
    inbox.put(reached(10_000))
    expect(inbox.progressIn(5)).toBe(start + 900)
  })

  it('knows the marker of its shard, also where somebody wrote nonsense over it', () => {
    const inbox = new RunInbox(1)
    for (const fact of [run(5), progress(5, 0), progress(4, 1)]) inbox.put(fact)
    expect(inbox.progressIn(5)).toBe(null)
    const key = { kind: 'progress' as const, epoch: 5, shard: 1 }
    inbox.put({ kind: 'ignored', epoch: 5, key, reason: 'not-json' })
    expect(inbox.progressIn(5)).toBe(Number.NEGATIVE_INFINITY)
  })
})
