// Checkpoints: what is written comes back, what does not fit is discarded, and the size has a limit.
import { describe, expect, it } from 'vitest'
import type { LogRecord } from '../../../infra/event-log/event-log.ts'
import { nextWord, stream } from '../../../infra/random.ts'
import { compileRun } from '../../../processor/program/program.ts'
import { checkpointPosition, cutCheckpoint } from '../../../processor/task/checkpoint.ts'
import type { Effects, Outcome } from '../../../processor/task/outcome.ts'
import { createTask, restoreTask } from '../../../processor/task/task.ts'
import type { Cell, Partial as KpiPartial } from '../../../producers/contract/records.ts'
import {
  CITY,
  catalogueHash,
  createTape,
  EPOCH,
  type LampEvent,
  lampCatalogue,
  lampDescriptor,
  MINUTE,
  SCOPES,
  START,
} from '../lamp.ts'
import {
  catalogue,
  descriptor,
  LAMPS,
  LATENESS,
  randomStream,
  type Taken,
} from '../random-stream.ts'

const options = () => ({
  program: compileRun(descriptor, catalogue, CITY).get('lamp')!,
  partition: 0,
  epoch: EPOCH,
  topic: 'city.lamp',
})

function run(records: LogRecord[], cut: number) {
  const effects: Effects = { finals: [], rejected: [] }
  const outcomes: Outcome[] = []
  let task = createTask(options())
  records.forEach((record, i) => {
    if (i === cut) {
      // Read on a little and lose it: what counts is the checkpoint.
      const bytes = task.checkpoint()
      const lost: Effects = { finals: [], rejected: [] }
      for (const r of records.slice(i, i + 20)) task.record(r, lost)
      const restored = restoreTask(options(), bytes)
      if (typeof restored === 'string') throw new Error(restored)
      expect(restored.nextOffset).toBe(i)
      task = restored
    }
    outcomes.push(task.record(record, effects))
  })
  return { effects, outcomes, state: task.checkpoint(), ledger: task.ledger() }
}

/** What the finals must be, from the list of folded events and nothing else. */
function oracle(records: LogRecord[], outcomes: Outcome[], taken: Map<LogRecord, Taken>) {
  const folded: LampEvent[] = []
  const finals: { start: number; cells: Record<string, Record<string, Cell>> }[] = []
  let next = START
  records.forEach((record, i) => {
    const t = taken.get(record)
    if (t && 'event' in t && outcomes[i] === 'folded') folded.push(t.event)
    if (!t || !('tick' in t) || outcomes[i] !== 'tick') return
    for (; t.tick >= next + MINUTE + LATENESS; next += MINUTE) {
      finals.push({ start: next, cells: cellsOf(folded, next, next + MINUTE) })
    }
  })
  return finals
}

function cellsOf(folded: LampEvent[], start: number, end: number) {
  const cells: Record<string, Record<string, Cell>> = {
    lit: {},
    load: {},
    power: {},
    auto: {},
    pulses: {},
  }
  const add = (name: string, lamp: number, numerator: number, of: number | null) => {
    const scope = SCOPES[1 + (lamp % 2)]
    const cell = cells[name][scope] ?? [0, of === null ? null : 0, 0]
    cells[name][scope] = cell
    cell[0] += Math.round(numerator)
    if (of !== null) cell[1]! += of
    cell[2]++
  }
  for (const e of folded.filter((x) => x.time >= start && x.time < end)) {
    add('auto', e.lamp, e.data!.mode === 'auto' ? 1 : 0, 1)
    if (e.type === 'pulse') add('pulses', e.lamp, 1, null)
  }
  for (let lamp = 0; lamp < LAMPS; lamp++) {
    const past = folded
      .filter((e) => e.lamp === lamp && e.type === 'status' && e.time < end)
      .sort((a, b) => a.time - b.time || a.seq - b.seq)
    const last = past.at(-1)
    if (!last || last.time < end - 10 * MINUTE) continue
    const { lit, watts, rated } = last.data as { lit: boolean; watts: number; rated: number }
    if (lit) add('lit', lamp, 1, null)
    if (rated !== 0) add('load', lamp, watts * 10, rated * 10)
    add('power', lamp, watts * 10, null)
  }
  return cells
}

const sorted = (cells: Record<string, Cell>) =>
  Object.fromEntries(Object.entries(cells).sort(([a], [b]) => (a < b ? -1 : 1)))

describe('a task that is cut anywhere, restored and fed on', () => {
  const seeds = Array.from({ length: 12 }, (_, i) => i + 1)

  it.each(seeds)('writes the same finals and the same state, stream %i', (seed) => {
    const { records, taken } = randomStream(seed)
    const whole = run(records, -1)
    const words = stream(seed, 'cut', 'test')
    for (let n = 0; n < 8; n++) {
      const cut = 1 + (nextWord(words, 0) % (records.length - 1))
      const again = run(records, cut)
      expect(again.outcomes).toEqual(whole.outcomes)
      expect(again.effects).toEqual(whole.effects)
      expect(again.ledger).toEqual(whole.ledger)
      expect(again.state.equals(whole.state)).toBe(true)
    }
    // The finals are right, not only equal.
    const expected = oracle(records, whole.outcomes, taken)
    expect(expected.length).toBeGreaterThan(5)
    expect(whole.effects.finals).toHaveLength(expected.length)
    whole.effects.finals.forEach((final: KpiPartial, i) => {
      expect(Date.parse(final.start)).toBe(expected[i].start)
      for (const [name, cells] of Object.entries(expected[i].cells)) {
        expect(final.measures[name].window, `${name} ${final.start}`).toEqual(sorted(cells))
      }
    })
  })

  it('met every outcome on the way', () => {
    const seen = new Set(seeds.flatMap((seed) => run(randomStream(seed).records, -1).outcomes))
    for (const outcome of ['dead-letter', 'duplicate', 'folded', 'late', 'tick'] as const) {
      expect(seen.has(outcome), outcome).toBe(true)
    }
  })
})

describe('checkpoint bytes', () => {
  const started = () => {
    const task = createTask(options())
    const tape = createTape()
    const effects: Effects = { finals: [], rejected: [] }
    task.record(tape.started(), effects)
    task.record(tape.event({ lamp: 0, seq: 1, time: START }), effects)
    return task
  }

  it('show epoch and next offset without being unpacked', () => {
    expect(checkpointPosition(started().checkpoint())).toEqual({ epoch: EPOCH, nextOffset: 2 })
  })

  it('are refused with the reason when they belong to something else or are damaged', () => {
    const bytes = started().checkpoint()
    const other = (change: object) => restoreTask({ ...options(), ...change }, bytes)
    expect(other({ epoch: 42 })).toBe('epoch 41, expected 42')
    const bigger = compileRun(
      lampDescriptor({ catalogue: catalogueHash(16) }),
      lampCatalogue(16),
      CITY,
    ).get('lamp')!
    expect(other({ program: bigger })).toBe(
      `catalogue ${catalogueHash(8)}, expected ${catalogueHash(16)}`,
    )
    expect(restoreTask(options(), bytes.subarray(0, 40))).toMatch(/^damaged/)
    expect(restoreTask(options(), Buffer.from('hello'))).toBe('not a checkpoint')
    const version = Buffer.from(bytes)
    version.writeUInt32LE(999, 4)
    expect(restoreTask(options(), version)).toMatch(/state version 999/)
  })

  it('above 4 MiB are an error that says what to do', () => {
    const words = stream(1, 'noise', 'test')
    const noise = Float64Array.from({ length: 700_000 }, () => nextWord(words, 0) / 7)
    const state = { head: { epoch: 1, nextOffset: 1 }, columns: { noise } }
    expect(() => cutCheckpoint('lamp/3', state)()).toThrow(
      /checkpoint lamp\/3: \d+ bytes of state, expected at most 4194304; raise --partitions/,
    )
  })

  it('stay small: 10,000 assets with state fit in 600 kB', () => {
    const big = lampCatalogue(10_000)
    const program = compileRun(lampDescriptor({ catalogue: big.hash }), big, CITY).get('lamp')!
    const task = createTask({ program, partition: 0, epoch: EPOCH, topic: 'city.lamp' })
    const tape = createTape()
    const effects: Effects = { finals: [], rejected: [] }
    task.record(tape.started(), effects)
    for (let lamp = 0; lamp < 10_000; lamp++) {
      const time = START - 1 - ((lamp * 7919) % (9 * MINUTE))
      task.record(tape.event({ lamp, seq: 1, time, data: { watts: lamp % 97 } }), effects)
    }
    task.record(tape.tick(START), effects)
    expect(task.checkpoint().length).toBeLessThan(600_000)
  })
})
