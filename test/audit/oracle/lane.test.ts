// The oracle of one topic-partition: duplicates, late events, windows closed by ticks, gauges from the latest event.
import { describe, expect, it } from 'vitest'
import { OracleLane, type OracleLaneOptions } from '../../../audit/oracle/lane.ts'
import type { Sum } from '../../../audit/oracle/sums.ts'
import type { LogRecord } from '../../../infra/event-log/event-log.ts'
import { isoTime } from '../../../infra/time.ts'
import {
  createTape,
  EPOCH,
  lampDeclaration,
  lampId,
  MINUTE,
  RUN,
  START,
  TICK,
} from '../../processor/lamp.ts'

const options: OracleLaneOptions = {
  run: RUN,
  epoch: EPOCH,
  domain: 'lamp',
  partition: 0,
  partitions: 1,
  assets: 8,
  scopes: 3,
  start: START,
  end: START + 24 * 60 * MINUTE,
  tickMs: TICK,
  seed: 1,
  scenarioDigest: '0'.repeat(64),
  windowMs: MINUTE,
  latenessMs: 0,
  declaration: lampDeclaration(),
  assetOf: (id) =>
    /^lamp-99000[12]-0000[0-7]$/.test(id) ? { partition: 0, district: id.slice(5, 11) } : undefined,
  isRun: (epoch, run) => epoch === EPOCH + 5 && run === 'r-00000000000b',
}

/** Feeds records and gives back verdicts, with the closed windows as plain numbers. */
function feed(records: LogRecord[], change: Partial<OracleLaneOptions> = {}) {
  const lane = new OracleLane({ ...options, ...change })
  const verdicts = records.map((r) => lane.record(r))
  const plain = (sum: Sum) => [Number(sum.numerator), Number(sum.denominator), sum.n]
  const windows = verdicts.flatMap((v) =>
    v.is !== 'tick'
      ? []
      : v.closed.map((w) =>
          Object.fromEntries(
            [...w.measures].map(([name, kinds]) => [
              name,
              Object.fromEntries([...kinds.window].map(([scope, sum]) => [scope, plain(sum)])),
            ]),
          ),
        ),
  )
  return { is: verdicts.map((v) => v.is), verdicts, windows, lane }
}

describe('the oracle of a topic-partition', () => {
  it('adds up events, and looks at each asset’s latest fresh one', () => {
    const t = createTape()
    const { windows } = feed([
      t.started(),
      t.event({ lamp: 0, seq: 1, time: START - 2 * MINUTE, data: { watts: 5 } }),
      t.tick(START),
      t.event({ lamp: 1, seq: 1, time: START + 1000, data: { watts: 2.5, mode: 'hand' } }),
      t.event({ lamp: 1, seq: 2, time: START + 2000, type: 'pulse' }),
      t.event({ lamp: 0, seq: 2, time: START + 3000, data: { lit: false, watts: 7.5 } }),
      t.tick(START + MINUTE),
      t.tick(START + 2 * MINUTE),
    ])
    expect(windows).toEqual([
      {
        lit: { 990002: [1, 0, 1] },
        load: { 990001: [75, 200, 1], 990002: [25, 200, 1] },
        power: { 990001: [75, 0, 1], 990002: [25, 0, 1] },
        auto: { 990001: [1, 1, 1], 990002: [1, 2, 2] },
        pulses: { 990002: [1, 0, 1] },
      },
      {
        lit: { 990002: [1, 0, 1] },
        load: { 990001: [75, 200, 1], 990002: [25, 200, 1] },
        power: { 990001: [75, 0, 1], 990002: [25, 0, 1] },
        auto: {},
        pulses: {},
      },
    ])
  })

  it('forgets an asset exactly when its latest event is no longer fresh', () => {
    const t = createTape()
    // Fresh: end − 10 min ≤ time.
    const { windows } = feed([
      t.started(),
      t.tick(START),
      t.event({ lamp: 0, seq: 1, time: START + MINUTE }),
      t.event({ lamp: 1, seq: 1, time: START + MINUTE - 1 }),
      t.tick(START + 12 * MINUTE),
    ])
    expect(windows[10].lit).toEqual({ 990001: [1, 0, 1] })
    expect(windows[11].lit).toEqual({})
  })

  it('takes the latest by time and number, not by arrival, and sees it only once its window is over', () => {
    const t = createTape()
    const { windows } = feed([
      t.started(),
      t.tick(START),
      t.event({ lamp: 0, seq: 3, time: START + 30_000, data: { watts: 3 } }),
      t.event({ lamp: 0, seq: 2, time: START + 30_000, data: { watts: 2 } }),
      t.event({ lamp: 0, seq: 4, time: START + 90_000, data: { watts: 4 } }),
      t.event({ lamp: 0, seq: 1, time: START + 20_000, data: { watts: 1 } }),
      t.tick(START + 2 * MINUTE),
    ])
    expect(windows.map((w) => w.power)).toEqual([{ 990001: [30, 0, 1] }, { 990001: [40, 0, 1] }])
  })

  it('calls an event late when its window was closed by a tick before it, and a copy of it a duplicate', () => {
    const t = createTape()
    const late = { lamp: 0, seq: 1, time: START + 59_999 }
    const { is } = feed([
      t.started(),
      t.tick(START + MINUTE),
      t.event(late),
      t.event(late),
      t.event({ lamp: 0, seq: 2, time: START + MINUTE }),
    ])
    expect(is.slice(2)).toEqual(['late', 'duplicate', 'folded'])
    const p = createTape()
    const patient = feed(
      [p.started(), p.tick(START + MINUTE), p.event(late), p.tick(START + 2 * MINUTE)],
      {
        latenessMs: MINUTE,
      },
    )
    expect(patient.is[2]).toBe('folded')
    expect(patient.windows).toHaveLength(1)
    expect(patient.windows[0].auto).toEqual({ 990001: [1, 1, 1] })
  })

  it('never calls late what is older than the run, and lets it bear on open windows only', () => {
    const t = createTape()
    const { is, windows } = feed([
      t.started(),
      t.tick(START + MINUTE),
      t.event({ lamp: 0, seq: 1, time: START - 1 }),
      t.tick(START + 2 * MINUTE),
    ])
    expect(is[2]).toBe('folded')
    expect(windows.map((w) => w.lit)).toEqual([{}, { 990001: [1, 0, 1] }])
    expect(windows.map((w) => w.auto)).toEqual([{}, {}])
  })

  it('begins day sums anew at 00:00 in the city, and the window that ends there is of the old day', () => {
    const midnight = Date.parse('2025-06-18T16:00:00.000Z')
    const t = createTape({ start: midnight - MINUTE })
    const lane = new OracleLane({ ...options, start: midnight - MINUTE })
    const records = [
      t.started(),
      t.event({ lamp: 0, seq: 1, time: midnight - 1, type: 'pulse' }),
      t.event({ lamp: 0, seq: 2, time: midnight, type: 'pulse' }),
      t.event({ lamp: 0, seq: 3, time: midnight + MINUTE, type: 'pulse' }),
      t.tick(midnight + 2 * MINUTE),
    ]
    const closed = records.flatMap((r) => {
      const v = lane.record(r)
      return v.is === 'tick' ? v.closed : []
    })
    const days = closed.map((w) => Number(w.measures.get('pulses')!.day.get('990001')!.numerator))
    expect(days).toEqual([1, 1, 2])
    expect(closed.map((w) => isoTime(w.dayStart))).toEqual([
      isoTime(midnight - MINUTE),
      isoTime(midnight),
      isoTime(midnight),
    ])
  })

  it('keeps to its run: earlier records are ignored, foreign ones refused, a known later run ends it', () => {
    const t = createTape()
    const first = t.tick(START)
    const { is, verdicts } = feed([
      t.raw('garbage from before', 'x'),
      t.tick(START, {}, { epoch: 3, run: 'r-000000000003' }),
      t.started(),
      t.started(),
      first,
      first,
      t.tick(START + MINUTE, {}, { run: 'r-000000000003' }),
      t.tick(START + MINUTE, {}, { epoch: 99 }),
      t.started({ run: 'r-00000000000c', epoch: 99 }),
      t.started({ run: 'r-00000000000b', epoch: EPOCH + 5 }),
    ])
    expect(is).toEqual([
      'ignored',
      'ignored',
      'run-started',
      'ignored',
      'tick',
      'ignored',
      ...Array(3).fill('dead-letter'),
      'over',
    ])
    const foreign = { is: 'dead-letter', reason: 'foreign-run' }
    expect(verdicts.slice(6, 9)).toMatchObject([foreign, foreign, foreign])
  })

  it('refuses a term that is not exact, or so large that sums would not be', () => {
    const t = createTape()
    const { verdicts } = feed([
      t.started(),
      t.event({ lamp: 0, seq: 1, time: START, data: { watts: 10.25 } }),
      t.event({ lamp: 0, seq: 1, time: START, data: { watts: 1e15 } }),
      t.event({ lamp: 0, seq: 1, time: START, data: { watts: 1e14 } }),
    ])
    expect(verdicts.map((v) => v.is)).toEqual([
      'run-started',
      'dead-letter',
      'dead-letter',
      'folded',
    ])
  })

  it('keeps what bears on a watched window, the silent and the not entering too', () => {
    const t = createTape()
    const { lane } = feed(
      [
        t.started(),
        t.event({ lamp: 0, seq: 1, time: START - 20 * MINUTE }),
        t.event({ lamp: 1, seq: 1, time: START, data: { lit: false } }),
        t.event({ lamp: 2, seq: 1, time: START }),
        t.tick(START + 2 * MINUTE),
      ],
      { watch: (start, measure) => start === START && measure === 'lit' },
    )
    expect([...lane.bearings.keys()]).toEqual([`${START}|lit`])
    const bearing = [...lane.bearings.get(`${START}|lit`)!].map(([id, b]) => [id, b.sum.n])
    expect(bearing).toEqual([
      [`${lampId(0)}:1`, 0],
      [`${lampId(1)}:1`, 0],
      [`${lampId(2)}:1`, 1],
    ])
  })
})
