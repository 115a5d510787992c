// Decoding: what is folded, and the one reason for which each bad record is not.
import { describe, expect, it } from 'vitest'
import type { LogRecord } from '../../../infra/event-log/event-log.ts'
import { compileRun } from '../../../processor/program/program.ts'
import type { Effects } from '../../../processor/task/outcome.ts'
import { createTask, type Task } from '../../../processor/task/task.ts'
import {
  CITY,
  createTape,
  EPOCH,
  eventValue,
  lampCatalogue,
  lampDescriptor,
  lampId,
  RUN,
  START,
} from '../lamp.ts'

const OTHER = 'r-00000000000b'

function startedTask(partitions = 1): { task: Task; tape: ReturnType<typeof createTape> } {
  const descriptor = lampDescriptor({ partitions })
  const program = compileRun(descriptor, lampCatalogue(8), CITY).get('lamp')!
  const task = createTask({ program, partition: 0, epoch: EPOCH, topic: 'city.lamp' })
  const tape = createTape()
  task.record(tape.started(), { finals: [], rejected: [] })
  return { task, tape }
}

const good = { lamp: 0, seq: 1, time: START + 1000 }

/** A valid event with one thing changed. */
function changed(change: (e: Record<string, unknown>) => void): string {
  const e = JSON.parse(eventValue(good)) as Record<string, unknown>
  change(e)
  return JSON.stringify(e)
}
const key = lampId(0)
type Tape = ReturnType<typeof createTape>
const event = (change: (e: Record<string, unknown>) => void) => (t: Tape) =>
  t.raw(changed(change), key)

const POISON: [string, (tape: Tape) => LogRecord, string, RegExp][] = [
  ['a null value', (t) => t.raw(null, key), 'null', /null/],
  ['a null value without key', (t) => t.raw(null), 'null', /null/],
  ['an empty value', (t) => t.raw('', key), 'not-json', /JSON/],
  ['half an event', (t) => t.raw(eventValue(good).slice(0, 150), key), 'not-json', /JSON/],
  [
    'bytes that are not UTF-8',
    (t) => t.raw(Buffer.from(eventValue(good).replace('auto', 'a\u0080'), 'latin1'), key),
    'not-json',
    /JSON/,
  ],
  ['a megabyte', (t) => t.raw('x'.repeat(1_000_000), key), 'too-large', /1000000 bytes.*262144/],
  [
    'a batch that cannot be unpacked',
    (t) => ({ ...t.raw(Buffer.from([1, 0]), key), damage: 'lz4: no frame' }),
    'encoding',
    /lz4: no frame/,
  ],
  ['a number', (t) => t.raw('7', key), 'schema', /object/],
  ['deep nesting', (t) => t.raw('['.repeat(50_000) + ']'.repeat(50_000), key), 'schema', /array/],
  ['an unknown type', event((e) => (e.type = 'city.lamp.nothing.v1')), 'schema', /\/type/],
  ['a missing type', event((e) => delete e.type), 'schema', /\/type: got nothing|\/type: nothing/],
  ['another specversion', event((e) => (e.specversion = '0.3')), 'schema', /specversion/],
  ['an id without its seq', event((e) => (e.id = key)), 'schema', /\/id/],
  ['an id with another seq', event((e) => (e.id = `${key}:01`)), 'schema', /\/id/],
  ['seq 0', event((e) => Object.assign(e, { seq: 0, id: `${key}:0` })), 'schema', /\/seq/],
  ['seq 1.5', event((e) => Object.assign(e, { seq: 1.5, id: `${key}:1.5` })), 'schema', /\/seq/],
  ['a time without ms', event((e) => (e.time = '2025-06-18T08:30:01Z')), 'schema', /\/time/],
  ['a zone', event((e) => (e.time = '2025-06-18T08:30:01.000+08:00')), 'schema', /\/time/],
  ['30 February', event((e) => (e.time = '2025-02-30T08:30:01.000Z')), 'schema', /\/time/],
  ['the run’s end', event((e) => (e.time = '2025-06-19T08:30:00.000Z')), 'schema', /\/time.*end/],
  ['a far future', event((e) => (e.time = '9999-12-31T23:59:59.999Z')), 'schema', /\/time.*end/],
  ['another district', event((e) => (e.district = '990002')), 'schema', /\/district.*990001/],
  ['a key that is not the subject', (t) => t.raw(eventValue(good), lampId(1)), 'schema', /^key/],
  ['no key', (t) => t.raw(eventValue(good)), 'schema', /^key/],
  ['no data', event((e) => delete e.data), 'schema', /\/data/],
  [
    'a missing field',
    (t) => t.raw(eventValue({ ...good, data: { watts: undefined } }), key),
    'schema',
    /\/data\/watts: got nothing, expected number ≥ 0/,
  ],
  [
    'a field of another type',
    (t) => t.raw(eventValue({ ...good, data: { watts: 'x' } as never }), key),
    'schema',
    /\/data\/watts: got "x", expected number ≥ 0/,
  ],
  [
    'a value outside its set',
    (t) => t.raw(eventValue({ ...good, data: { mode: 'on' } as never }), key),
    'schema',
    /\/data\/mode: got "on", expected one of "auto", "hand"/,
  ],
  [
    'more decimals than declared',
    (t) => t.raw(eventValue({ ...good, data: { watts: 10.25 } }), key),
    'schema',
    /measure lamp\.load\.used: 10\.25 from watts = 10\.25, expected a number exact at 1 decimals/,
  ],
  [
    'a large value that is not exact',
    (t) => t.raw(eventValue({ ...good, data: { watts: 1_000_000.04 } }), key),
    'schema',
    /watts = 1000000\.04/,
  ],
  [
    'a value too large to sum',
    (t) => t.raw(eventValue({ ...good, data: { watts: 1e15 } }), key),
    'schema',
    /2\^53/,
  ],
  [
    'an asset nobody knows',
    (t) => t.raw(eventValue({ ...good, lamp: 900 }), lampId(900)),
    'unknown-asset',
    /lamp-990001-00900/,
  ],
  [
    "another run's event",
    (t) => t.raw(eventValue(good, OTHER), key),
    'foreign-run',
    /r-00000000000b.*r-00000000000a/,
  ],
  [
    "another run's tick",
    (t) => t.tick(START + 60_000, {}, { run: OTHER }),
    'foreign-run',
    /r-00000000000b/,
  ],
  ["another epoch's tick", (t) => t.tick(START + 60_000, {}, { epoch: 40 }), 'foreign-run', /40/],
  [
    "another run's first record",
    (t) => t.started({ run: OTHER, epoch: 7 }),
    'foreign-run',
    /r-00000000000b/,
  ],
  [
    'a source of another domain',
    event((e) => (e.source = `/huacheng/${RUN}/sun`)),
    'schema',
    /source/,
  ],
  [
    'a tick of another partition',
    (t) => t.tick(START, {}, { partition: 3 }),
    'schema',
    /partition/,
  ],
  ['a tick with a bad chain', (t) => t.tick(START, {}, { chain: 'xyz' }), 'schema', /chain/],
  ['a tick without injected', (t) => t.tick(START, {}, { injected: null }), 'schema', /injected/],
]

describe('decoding', () => {
  it.each(POISON)('dead-letters %s', (_name, make, reason, detail) => {
    const { task, tape } = startedTask()
    const effects: Effects = { finals: [], rejected: [] }
    const record = make(tape)
    expect(task.record(record, effects)).toBe('dead-letter')
    expect(effects.finals).toEqual([])
    const [letter] = effects.rejected
    expect(letter).toMatchObject({
      topic: 'city.lamp',
      partition: 0,
      offset: record.offset.toString(),
      reason,
      bytes: record.value?.length ?? 0,
    })
    expect(letter.detail).toMatch(detail)
    expect(task.watermark).toBeNull()
    // The asset's own event is still welcome.
    expect(task.record(tape.event(good), effects)).toBe('folded')
    task.record(tape.tick(START), effects)
    expect(task.ledger()).toMatchObject({ read: 2, folded: 1, deadLetter: 1, unexplained: 0 })
  })

  it('keeps the first 64 KiB of a refused value and its hash', () => {
    const { task, tape } = startedTask()
    const effects: Effects = { finals: [], rejected: [] }
    task.record(tape.raw('y'.repeat(1_000_000), 'k'), effects)
    const [letter] = effects.rejected
    expect(Object.keys(letter)).toEqual(
      'topic partition offset reason detail key value sha256 bytes'.split(' '),
    )
    expect(Buffer.from(letter.value!, 'base64').length).toBe(65_536)
    expect(letter.sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(letter).toMatchObject({ key: 'k', bytes: 1_000_000 })
  })

  it('refuses an asset of another partition', () => {
    const { task, tape } = startedTask(2)
    const effects: Effects = { finals: [], rejected: [] }
    expect(task.record(tape.event({ ...good, lamp: 1 }), effects)).toBe('dead-letter')
    expect(effects.rejected[0]).toMatchObject({ reason: 'unknown-asset' })
    expect(effects.rejected[0].detail).toMatch(/partition 1.*partition 0/)
  })

  it('accepts additional properties and a cause', () => {
    const { task, tape } = startedTask()
    const value = changed((e) => Object.assign(e, { cause: 'storm-1', extra: [1] }))
    expect(task.record(tape.raw(value, key), { finals: [], rejected: [] })).toBe('folded')
  })

  it('passes over what earlier runs left before the first record, but not garbage', () => {
    const program = compileRun(lampDescriptor(), lampCatalogue(8), CITY).get('lamp')!
    const task = createTask({ program, partition: 0, epoch: EPOCH, topic: 'city.lamp' })
    const old = createTape({ run: OTHER, epoch: 3 })
    const effects: Effects = { finals: [], rejected: [] }
    expect(task.record(old.started(), effects)).toBe('ignored')
    expect(task.record(old.event(good), effects)).toBe('ignored')
    expect(task.record(old.tick(START + 60_000), effects)).toBe('ignored')
    expect(task.record(old.raw('?'), effects)).toBe('dead-letter')
    expect(task.record(createTape().started(), effects)).toBe('started')
    expect(task.ledger()).toBeNull()
    expect(effects.finals).toEqual([])
  })

  it('leaves a higher epoch to its owner', () => {
    const { task, tape } = startedTask()
    const effects: Effects = { finals: [], rejected: [] }
    expect(task.record(tape.started({ epoch: 99, run: OTHER }), effects)).toBe('newer-run')
    expect(effects.rejected).toEqual([])
  })
})
