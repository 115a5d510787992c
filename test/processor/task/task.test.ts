// The task, record by record: folding, duplicates, gaps, late events, windows, ledger.
// Long because it is the one list of what happens to a record.
import { describe, expect, it } from 'vitest'
import { isoTime } from '../../../infra/time.ts'
import { compileRun } from '../../../processor/program/program.ts'
import type { Effects, Outcome } from '../../../processor/task/outcome.ts'
import { createTask, restoreTask, type Task } from '../../../processor/task/task.ts'
import type { Descriptor, Partial as KpiPartial } from '../../../producers/contract/records.ts'
import {
  CITY,
  createTape,
  EPOCH,
  eventValue,
  lampCatalogue,
  lampDescriptor,
  lampId,
  MINUTE,
  START,
  TICK,
} from '../lamp.ts'

type Tape = ReturnType<typeof createTape>

/** A started task and its tape; `feed` returns outcomes, `finals` collects. */
function bench(change: Partial<Descriptor> = {}) {
  const descriptor = lampDescriptor(change)
  const program = compileRun(descriptor, lampCatalogue(8), CITY).get('lamp')!
  const task = createTask({ program, partition: 0, epoch: EPOCH, topic: 'city.lamp' })
  const start = Date.parse(descriptor.start)
  const tape = createTape({ start })
  const effects: Effects = { finals: [], rejected: [] }
  const feed = (...records: ReturnType<Tape['raw']>[]): Outcome[] =>
    records.map((r) => task.record(r, effects))
  feed(tape.started())
  return { task, tape, effects, feed }
}

const at = (ms: number) => START + ms
const windowOf = (p: KpiPartial, name: string) => p.measures[name].window
const dayOf = (p: KpiPartial, name: string) => p.measures[name].day

describe('sequence numbers', () => {
  it('takes each number once, and one in a gap is no duplicate', () => {
    const { tape, feed, task } = bench()
    const pulse = (seq: number) => tape.event({ lamp: 0, seq, time: at(seq), type: 'pulse' })
    expect(feed(pulse(1), pulse(1), pulse(5), pulse(3), pulse(3), pulse(5))).toEqual([
      'folded',
      'duplicate',
      'folded',
      'folded',
      'duplicate',
      'duplicate',
    ])
    expect(feed(pulse(4), pulse(2), pulse(2), pulse(4))).toEqual([
      'folded',
      'folded',
      'duplicate',
      'duplicate',
    ])
    feed(tape.tick(at(10_000)))
    expect(task.ledger()).toMatchObject({ read: 10, folded: 5, duplicate: 5 })
  })

  it('takes the copy of a late event for a duplicate, not for a second late one', () => {
    const { tape, feed, effects } = bench()
    const late = { lamp: 0, seq: 1, time: at(5_000) }
    feed(tape.tick(at(0)), tape.tick(at(MINUTE)))
    expect(feed(tape.event(late), tape.event(late))).toEqual(['late', 'duplicate'])
    expect(effects.rejected).toHaveLength(1)
    expect(effects.rejected[0]).toMatchObject({ reason: 'late', key: 'lamp-990001-00000' })
    expect(effects.rejected[0].detail).toContain(isoTime(at(MINUTE)))
  })
})

describe('windows', () => {
  it('closes at the tick that ends it and writes what entered, by scope', () => {
    const { tape, feed, effects } = bench()
    feed(
      tape.event({ lamp: 0, seq: 1, time: at(-60_000), data: { watts: 12.5 } }),
      tape.event({ lamp: 1, seq: 1, time: at(-50_000), data: { lit: false, watts: 0 } }),
      tape.tick(at(0)),
      tape.event({ lamp: 0, seq: 2, time: at(1000), type: 'pulse' }),
      tape.event({ lamp: 1, seq: 2, time: at(2000), type: 'pulse', data: { mode: 'hand' } }),
      tape.tick(at(50_000)),
    )
    expect(effects.finals).toEqual([])
    feed(tape.tick(at(MINUTE)))
    expect(effects.finals).toEqual([
      {
        epoch: EPOCH,
        domain: 'lamp',
        partition: 0,
        start: isoTime(START),
        end: isoTime(at(MINUTE)),
        measures: {
          lit: { window: { '990001': [1, null, 1] }, day: { '990001': [1, null, 1] } },
          load: {
            window: { '990001': [125, 200, 1], '990002': [0, 200, 1] },
            day: { '990001': [125, 200, 1], '990002': [0, 200, 1] },
          },
          power: {
            window: { '990001': [125, null, 1], '990002': [0, null, 1] },
            day: { '990001': [125, null, 1], '990002': [0, null, 1] },
          },
          auto: {
            window: { '990001': [1, 1, 1], '990002': [0, 1, 1] },
            day: { '990001': [1, 1, 1], '990002': [0, 1, 1] },
          },
          pulses: {
            window: { '990001': [1, null, 1], '990002': [1, null, 1] },
            day: { '990001': [1, null, 1], '990002': [1, null, 1] },
          },
        },
        ledger: {
          read: 4,
          folded: 4,
          duplicate: 0,
          late: 0,
          deadLetter: 0,
          produced: 4,
          injected: { drop: 0, duplicate: 0, late: 0, corrupt: 0, held: 0 },
          unexplained: 0,
        },
      },
    ])
  })

  it('writes a final for an empty window too', () => {
    const { tape, feed, effects } = bench()
    feed(tape.tick(at(0)), tape.tick(at(3 * MINUTE)))
    expect(effects.finals.map((f) => f.start)).toEqual(
      [0, 1, 2].map((k) => isoTime(at(k * MINUTE))),
    )
    expect(windowOf(effects.finals[2], 'pulses')).toEqual({})
  })

  it('lets an asset whose denominator is 0 out of ratio and gauge', () => {
    const { tape, feed, effects } = bench()
    feed(
      tape.event({ lamp: 0, seq: 1, time: at(1000), data: { rated: 0, watts: 0 } }),
      tape.tick(at(MINUTE)),
    )
    expect(windowOf(effects.finals[0], 'load')).toEqual({})
    expect(windowOf(effects.finals[0], 'power')).toEqual({ '990001': [0, null, 1] })
  })

  it('counts the census in state, never in window or day sums, and never as late', () => {
    const { tape, feed, effects } = bench()
    feed(tape.tick(at(0)), tape.tick(at(MINUTE)))
    const census = tape.event({ lamp: 0, seq: 1, time: at(-MINUTE) })
    expect(feed(census, tape.tick(at(2 * MINUTE)))).toEqual(['folded', 'tick'])
    const final = effects.finals[1]
    expect(windowOf(final, 'lit')).toEqual({ '990001': [1, null, 1] })
    expect(windowOf(final, 'auto')).toEqual({})
    expect(dayOf(final, 'auto')).toEqual({})
  })

  it('drops an asset from share, gauge and level when it is silent for longer than freshFor', () => {
    const { tape, feed, effects } = bench()
    // Fresh: end − 10 min ≤ time. The second lamp is 1 ms too old for the first window's end.
    feed(
      tape.event({ lamp: 0, seq: 1, time: at(MINUTE - 10 * MINUTE) }),
      tape.event({ lamp: 1, seq: 1, time: at(MINUTE - 10 * MINUTE - 1) }),
      tape.tick(at(0)),
      tape.tick(at(2 * MINUTE)),
    )
    expect(windowOf(effects.finals[0], 'lit')).toEqual({ '990001': [1, null, 1] })
    expect(windowOf(effects.finals[1], 'lit')).toEqual({})
  })

  it('takes the latest by (time, seq), whatever the order of arrival', () => {
    const { tape, feed, effects } = bench()
    feed(
      tape.event({ lamp: 0, seq: 3, time: at(2000), data: { watts: 3 } }),
      tape.event({ lamp: 0, seq: 2, time: at(2000), data: { watts: 2 } }),
      tape.event({ lamp: 0, seq: 1, time: at(1000), data: { watts: 1 } }),
      tape.tick(at(MINUTE)),
    )
    expect(windowOf(effects.finals[0], 'power')).toEqual({ '990001': [30, null, 1] })
  })

  it('keeps a window open for the allowed lateness, and a later event does not hide its value', () => {
    const { tape, feed, effects } = bench({ allowedLateness: 30_000 })
    feed(
      tape.event({ lamp: 0, seq: 1, time: at(10_000), data: { watts: 1 } }),
      tape.event({ lamp: 0, seq: 3, time: at(MINUTE + 5000), data: { watts: 3 } }),
      tape.event({ lamp: 0, seq: 4, time: at(2 * MINUTE), data: { watts: 4 } }),
      tape.tick(at(MINUTE + 20_000)),
    )
    expect(effects.finals).toEqual([])
    // Older than the watermark, but its window is open.
    expect(feed(tape.event({ lamp: 0, seq: 2, time: at(50_000), data: { watts: 2 } }))).toEqual([
      'folded',
    ])
    feed(tape.tick(at(MINUTE + 30_000)))
    expect(windowOf(effects.finals[0], 'power')).toEqual({ '990001': [20, null, 1] })
    expect(windowOf(effects.finals[0], 'auto')).toEqual({ '990001': [2, 2, 2] })
    expect(feed(tape.event({ lamp: 0, seq: 5, time: at(MINUTE - 1) }))).toEqual(['late'])
    feed(tape.tick(at(2 * MINUTE + 30_000)), tape.tick(at(3 * MINUTE + 30_000)))
    expect(windowOf(effects.finals[1], 'power')).toEqual({ '990001': [30, null, 1] })
    expect(windowOf(effects.finals[2], 'power')).toEqual({ '990001': [40, null, 1] })
  })

  it('gives the window that ends at 00:00 to the old day and starts the new one at zero', () => {
    // 23:58 in the city.
    const start = Date.parse('2025-06-18T15:58:00.000Z')
    const { tape, feed, effects } = bench({ start: isoTime(start) })
    const pulse = (seq: number, ms: number) =>
      tape.event({ lamp: 0, seq, time: start + ms, type: 'pulse' })
    feed(pulse(1, 10_000), pulse(2, MINUTE + 1), pulse(3, 2 * MINUTE), pulse(4, 3 * MINUTE))
    feed(tape.tick(start + 4 * MINUTE))
    const days = effects.finals.map((f) => dayOf(f, 'pulses')['990001'])
    expect(days).toEqual([
      [1, null, 1],
      [2, null, 2],
      [1, null, 1],
      [2, null, 2],
    ])
  })

  it('refuses an event that would push a sum out of the exact range', () => {
    const { tape, feed, effects } = bench()
    const { program } = bench().task
    const huge = program.measures.find((m) => m.kind === 'ratio')!
    huge.limit = 2
    const task = createTask({ program, partition: 0, epoch: EPOCH, topic: 'city.lamp' })
    task.record(tape.started(), effects)
    const outcomes = [1, 2, 3].map((seq) =>
      task.record(tape.event({ lamp: 0, seq, time: at(seq), type: 'pulse' }), effects),
    )
    expect(outcomes).toEqual(['folded', 'folded', 'dead-letter'])
    expect(effects.rejected[0]).toMatchObject({ reason: 'schema' })
    task.record(tape.tick(at(MINUTE)), effects)
    expect(windowOf(effects.finals[0], 'auto')).toEqual({ '990001': [2, 2, 2] })
    expect(windowOf(effects.finals[0], 'pulses')).toEqual({ '990001': [2, null, 2] })
    feed(tape.tick(at(0)))
  })
})

describe('ticks and the ledger', () => {
  it('balances count and chain when nothing is lost', () => {
    const { tape, feed, task } = bench()
    feed(tape.event({ lamp: 0, seq: 1, time: at(-1) }), tape.tick(at(0)))
    feed(tape.event({ lamp: 0, seq: 2, time: at(1) }), tape.tick(at(10_000)))
    expect(task.ledger()).toMatchObject({
      epoch: EPOCH,
      domain: 'lamp',
      partition: 0,
      watermark: isoTime(at(10_000)),
      produced: 2,
      folded: 2,
      unexplained: 0,
      chainEqual: true,
      breaks: [],
    })
  })

  it('locates a lost event in its tick interval and goes on after it', () => {
    const { tape, feed, task } = bench()
    feed(tape.tick(at(0)), tape.event({ lamp: 0, seq: 1, time: at(1) }))
    tape.event({ lamp: 0, seq: 2, time: at(2) })
    feed(tape.tick(at(10_000)))
    expect(task.ledger()).toMatchObject({ unexplained: 1, chainEqual: false })
    feed(tape.event({ lamp: 0, seq: 3, time: at(10_001) }), tape.tick(at(20_000)))
    expect(task.ledger()).toMatchObject({
      unexplained: 1,
      chainEqual: true,
      breaks: [{ from: isoTime(at(0)), to: isoTime(at(10_000)), expected: 2, got: 1 }],
    })
  })

  it('notices a changed byte although the count agrees', () => {
    const { tape, feed, task } = bench()
    const record = tape.event({ lamp: 0, seq: 1, time: at(1), data: { watts: 10 } })
    const value = Buffer.from(record.value!.toString().replace('"watts":10', '"watts":11'))
    feed({ ...record, value }, tape.tick(at(10_000)))
    expect(task.ledger()).toMatchObject({ unexplained: 0, chainEqual: false })
    expect(task.ledger()!.breaks).toMatchObject([
      { from: isoTime(START), to: isoTime(at(10_000)), expected: 1, got: 1, altered: true },
    ])
  })

  it('explains what the faults injected', () => {
    const { tape, feed, task } = bench()
    feed(tape.event({ lamp: 0, seq: 1, time: at(1) }))
    tape.event({ lamp: 0, seq: 2, time: at(2) }) // dropped
    const corrupt = tape.event({ lamp: 0, seq: 3, time: at(3) })
    feed({ ...corrupt, value: corrupt.value!.subarray(0, 100) })
    tape.event({ lamp: 0, seq: 4, time: at(4) }) // held
    feed(tape.tick(at(10_000), { drop: 1, corrupt: 1, held: 1 }))
    expect(task.ledger()).toMatchObject({ produced: 4, folded: 1, deadLetter: 1, unexplained: 0 })
  })

  it('passes over a repeated tick and a repeated marker', () => {
    const { tape, feed, task, effects } = bench()
    const first = tape.tick(at(MINUTE))
    expect(feed(first, { ...first, offset: 9n }, tape.started())).toEqual([
      'tick',
      'ignored',
      'ignored',
    ])
    expect(effects.finals).toHaveLength(1)
    expect(task.ledger()).toMatchObject({ chainEqual: true })
  })
})

describe('provisionals', () => {
  it('gives the open window so far, with offset and watermark', () => {
    const { tape, feed, task } = bench()
    expect(task.provisional()).toBeNull()
    feed(
      tape.event({ lamp: 0, seq: 1, time: at(-1000) }),
      tape.tick(at(0)),
      tape.event({ lamp: 0, seq: 2, time: at(1000), type: 'pulse' }),
    )
    expect(task.provisional()).toMatchObject({
      start: isoTime(START),
      provisional: true,
      offset: '3',
      watermark: isoTime(START),
      measures: {
        lit: { window: { '990001': [1, null, 1] } },
        pulses: { window: { '990001': [1, null, 1] }, day: { '990001': [1, null, 1] } },
      },
    })
    feed(tape.tick(at(MINUTE)), tape.event({ lamp: 0, seq: 3, time: at(61_000), type: 'pulse' }))
    const next = task.provisional()!
    expect(next.start).toBe(isoTime(at(MINUTE)))
    expect(next.measures.pulses).toEqual({
      window: { '990001': [1, null, 1] },
      day: { '990001': [2, null, 2] },
    })
  })

  it('starts the new day at zero while the old day is still open', () => {
    const start = Date.parse('2025-06-18T15:59:00.000Z')
    const { tape, feed, task } = bench({ start: isoTime(start), allowedLateness: MINUTE })
    const pulse = (seq: number, ms: number) =>
      tape.event({ lamp: 0, seq, time: start + ms, type: 'pulse' })
    feed(pulse(1, 1000), pulse(2, MINUTE + 1000), tape.tick(start + MINUTE + 10_000))
    expect(task.provisional()!.measures.pulses).toEqual({
      window: { '990001': [1, null, 1] },
      day: { '990001': [1, null, 1] },
    })
  })

  it('leaves no trace in the finals', () => {
    const quiet = bench()
    const asked = bench()
    for (const b of [quiet, asked]) {
      b.feed(b.tape.event({ lamp: 0, seq: 1, time: at(1) }), b.tape.tick(at(10_000)))
      if (b === asked) b.task.provisional()
      b.feed(b.tape.event({ lamp: 1, seq: 1, time: at(2 * MINUTE) }))
      if (b === asked) b.task.provisional()
      b.feed(b.tape.tick(at(3 * MINUTE)))
    }
    expect(asked.effects.finals).toEqual(quiet.effects.finals)
    expect(asked.task.checkpoint()).toEqual(quiet.task.checkpoint())
  })
})

describe('map frames', () => {
  it('shows everything in a keyframe, then only what had an event', () => {
    const { tape, feed, task } = bench()
    feed(
      tape.event({ lamp: 0, seq: 1, time: at(-1), data: { watts: 12.5 } }),
      tape.event({ lamp: 3, seq: 1, time: at(-1), data: { mode: 'hand', watts: 9999 } }),
    )
    const key = task.frame(true)!
    expect(key).toMatchObject({ epoch: EPOCH, offset: 2, time: START, keyframe: true })
    expect([...key.number]).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect([...key.state]).toEqual([1, 0, 0, 2, 0, 0, 0, 0])
    expect([...key.value]).toEqual([125, 0, 0, 65_535, 0, 0, 0, 0])
    expect(task.frame(false)).toBeNull()
    // Every event pulses, also one that sets no state.
    feed(tape.event({ lamp: 3, seq: 2, time: at(1), type: 'pulse', data: { mode: 'auto' } }))
    const delta = task.frame(false)!
    expect([...delta.number]).toEqual([3])
    expect([...delta.state]).toEqual([2])
    expect(delta.keyframe).toBe(false)
  })

  it('shows once that an asset fell silent, and again when it is back', () => {
    const { tape, feed, task } = bench()
    feed(tape.event({ lamp: 0, seq: 1, time: at(-1) }), tape.tick(at(0)))
    task.frame(true)
    feed(tape.tick(at(10 * MINUTE - TICK)))
    expect(task.changedOnMap()).toBe(false)
    feed(tape.tick(at(10 * MINUTE)))
    expect(task.changedOnMap()).toBe(true)
    const stale = task.frame(false)!
    expect([...stale.number]).toEqual([0])
    expect([...stale.state]).toEqual([255])
    feed(tape.tick(at(11 * MINUTE)))
    expect(task.frame(false)).toBeNull()
    expect([...task.frame(true)!.state].slice(0, 2)).toEqual([255, 0])
    feed(tape.event({ lamp: 0, seq: 2, time: at(11 * MINUTE) }))
    expect([...task.frame(false)!.state]).toEqual([1])
  })
})

describe('a task whose records are gone', () => {
  const place = { partition: 0, epoch: EPOCH, topic: 'city.lamp' }
  const program = compileRun(lampDescriptor(), lampCatalogue(8), CITY).get('lamp')!
  const lose = (change: number[] = []) => {
    const tape = createTape()
    const effects: Effects = { finals: [], rejected: [] }
    const before = [tape.started(), tape.event({ lamp: 0, seq: 1, time: at(-1) })]
    const first = tape.tick(at(30_000), { held: 1, drop: 2 })
    const task = createTask({ ...place, program })
    for (const i of change) task.record(before[i], effects)
    return { tape, effects, first, task, feed: (r: typeof first) => task.record(r, effects) }
  }

  it('begins at a tick when the run’s first record is gone, and gives provisionals but never finals', () => {
    const { tape, feed, first, task, effects } = lose()
    const event = tape.event({ lamp: 1, seq: 7, time: at(40_000), type: 'pulse' })
    expect(feed(tape.event({ lamp: 1, seq: 6, time: at(20_000) }))).toBe('ignored')
    expect(feed(first)).toBe('started')
    expect(task.incomplete).toBe(true)
    expect([feed(event), feed(tape.tick(at(50_000)))]).toEqual(['folded', 'tick'])
    expect(task.provisional()).toMatchObject({
      incomplete: true,
      watermark: isoTime(at(50_000)),
      measures: { pulses: { window: { '990002': [1, null, 1] } } },
    })
    feed(tape.tick(at(5 * MINUTE)))
    expect(effects.finals).toEqual([])
  })

  it('counts in its ledger from that tick on, so that nothing is called lost that was read before', () => {
    const { tape, feed, first, task } = lose()
    feed(first)
    // Held back before the tick, and written after it.
    feed(tape.raw(eventValue({ lamp: 2, seq: 3, time: at(25_000) }), lampId(2)))
    feed(tape.event({ lamp: 0, seq: 2, time: at(31_000) }))
    feed(tape.tick(at(40_000), { held: 0, drop: 3 }, { count: 3 }))
    expect(task.ledger()).toMatchObject({
      incomplete: true,
      read: 2,
      folded: 2,
      produced: 3,
      injected: { drop: 1, held: 0 },
      unexplained: 0,
    })
  })

  it('stays incomplete over checkpoint and restore, also when it lost records in the middle', () => {
    const { tape, feed, task, effects } = lose([0, 1])
    feed(tape.tick(at(MINUTE)))
    expect(effects.finals).toHaveLength(1)
    task.overtaken()
    feed(tape.tick(at(2 * MINUTE)))
    const restored = restoreTask({ ...place, program }, task.checkpoint()) as Task
    expect(restored.incomplete).toBe(true)
    restored.record(tape.tick(at(3 * MINUTE)), effects)
    expect(effects.finals).toHaveLength(1)
  })
})

describe('a tick that is none of the run’s', () => {
  const redated = (record: ReturnType<Tape['raw']>, time: string) => ({
    ...record,
    value: Buffer.from(record.value!.toString().replace(/"time":"[^"]+"/, `"time":"${time}"`)),
  })

  it.each([
    ['years after the end', '2099-01-01T00:00:00.000Z'],
    ['before the start', isoTime(at(-MINUTE))],
    ['between two ticks', isoTime(at(MINUTE + 1))],
    ['a copy of an earlier one', isoTime(at(5 * MINUTE))],
  ])('%s is a dead letter and closes no window', (_, time) => {
    const { tape, feed, task, effects } = bench()
    const pulse = (seq: number, ms: number) =>
      tape.event({ lamp: 0, seq, time: at(ms), type: 'pulse' })
    const first = tape.tick(at(0))
    feed(first, pulse(1, 1))
    expect(feed(redated(first, time))).toEqual(['dead-letter'])
    expect(effects.finals).toEqual([])
    expect(effects.rejected).toMatchObject([{ reason: 'schema' }])
    expect(feed(pulse(2, 2), tape.tick(at(MINUTE)))).toEqual(['folded', 'tick'])
    expect(windowOf(effects.finals[0], 'pulses')).toEqual({ '990001': [2, null, 2] })
    expect(task.ledger()).toMatchObject({ unexplained: 0, chainEqual: true, deadLetter: 1 })
  })

  it('leaves the same state after a checkpoint in between', () => {
    const { tape, feed, task, effects } = bench()
    const tick = tape.tick(at(0))
    feed(tick, tape.event({ lamp: 0, seq: 1, time: at(1) }), redated(tick, isoTime(at(MINUTE))))
    const options = { program: task.program, partition: 0, epoch: EPOCH, topic: 'city.lamp' }
    const restored = restoreTask(options, task.checkpoint()) as Task
    for (const t of [task, restored]) t.record(redated(tick, isoTime(at(2 * MINUTE))), effects)
    expect(restored.checkpoint()).toEqual(task.checkpoint())
  })
})

describe('a run-started record of ours that says what the run is not', () => {
  it.each([
    ['another seed', { seed: 2 }],
    ['another digest', { scenarioDigest: 'f'.repeat(64) }],
    ['another start', { start: '2099-01-01T00:00:00.000Z' }],
    ['no seed', { seed: null }],
  ])('%s: a dead letter', (_, change) => {
    const { tape, feed, task } = bench()
    expect(feed(tape.started(change))).toEqual(['dead-letter'])
    expect(feed(tape.tick(at(0)))).toEqual(['tick'])
    expect(task.ledger()).toMatchObject({ unexplained: 0, chainEqual: true })
  })
})
