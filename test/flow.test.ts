// The whole path without a log: simulate, encode, decode, fold, merge, compare with the truth.
import { describe, expect, it } from 'vitest'
import type { NewRecord } from '../infra/event-log/event-log.ts'
import { createInProcessProcessor } from '../processor/in-process.ts'
import { createKernel } from '../producers/kernel/kernel.ts'
import type { Scenario } from '../seeds/contract.ts'
import { city, lamp, lampDescriptor, lampScenario, lamps, START } from './producers/lamp-city.ts'

const catalogue = lamps(60)
const EPOCH = 41

type Poison = (records: NewRecord[], partition: number) => { record: NewRecord; reason: string }[]

/** Runs a scenario through the real tasks and merge; poison goes in behind every fifth record. */
function flow(scenario: Scenario, poison: Poison = () => []) {
  const descriptor = lampDescriptor(scenario, catalogue)
  const kernel = createKernel({
    city,
    catalogue,
    scenario,
    descriptor,
    domains: [lamp],
    epoch: EPOCH,
    shard: 0,
    shards: 1,
  })
  const processor = createInProcessProcessor(descriptor, catalogue, city, EPOCH)
  const offsets = new Map<number, bigint>()
  const expected: string[] = []
  kernel.begin(START)
  kernel.advance(START + scenario.durationMs, (t) => t)
  const { truth, lanes } = kernel.drain()
  for (const t of truth) processor.truth(Buffer.from(JSON.stringify(t.partial)))
  for (const { domain, partition, records } of lanes) {
    const bad = poison(records, partition)
    const feed = (record: NewRecord) => {
      const offset = offsets.get(partition) ?? 0n
      offsets.set(partition, offset + 1n)
      processor.record(domain, partition, { ...record, offset })
    }
    records.forEach((record, i) => {
      feed(record)
      const next = i % 5 === 4 ? bad.shift() : undefined
      if (next) {
        expected.push(next.reason)
        feed(next.record)
      }
    })
  }
  return {
    readings: processor.takeReadings(),
    ledger: processor.ledger(),
    rejected: processor.takeRejected(),
    expected,
  }
}

const sum = <T>(list: T[], of: (x: T) => number) => list.reduce((s, x) => s + of(x), 0)

describe('flow', () => {
  const clean = flow(lampScenario())

  it('makes every window final with truth equal in every cell', () => {
    const windows = clean.readings.filter((r) => r.window.kind === 'window')
    expect(windows).toHaveLength(3 * 3)
    for (const r of clean.readings) {
      expect([r.kpi, r.final, r.truth]).toEqual([r.kpi, true, 'equal'])
      expect(Object.keys(r.scopes)).toEqual(['990000', '990001', '990002'])
    }
  })

  it('adds districts up to the city', () => {
    for (const r of clean.readings) {
      const { '990000': whole, ...districts } = r.scopes
      expect(sum(Object.values(districts), (s) => s.numerator)).toBeCloseTo(whole.numerator, 9)
      expect(sum(Object.values(districts), (s) => s.n)).toBe(whole.n)
    }
  })

  it('accounts for every record', () => {
    expect(clean.ledger).toHaveLength(4)
    for (const l of clean.ledger) {
      expect(l.produced).toBeGreaterThan(20)
      expect(l.produced).toBe(l.folded)
      expect([l.unexplained, l.chainEqual]).toEqual([0, true])
    }
  })

  it('puts poison into dead-letter with its reason and changes no reading', () => {
    const event = (records: NewRecord[]) => records.find((r) => r.key)!
    const edited = (record: NewRecord, edit: (text: string) => string): NewRecord => ({
      ...record,
      value: Buffer.from(edit(record.value!.toString())),
    })
    const tick = (records: NewRecord[]) => records.find((r) => r.value!.includes('"city.tick.v1"'))!
    const poisoned = flow(lampScenario(), (records) => [
      { record: { ...event(records), value: Buffer.from('not json {') }, reason: 'not-json' },
      { record: { ...event(records), value: Buffer.from([0xff, 0xfe, 0x00]) }, reason: 'not-json' },
      { record: { ...event(records), value: Buffer.from('[1,2]') }, reason: 'schema' },
      { record: edited(event(records), (t) => t.replace('"lit":', '"lid":')), reason: 'schema' },
      {
        record: { ...event(records), value: Buffer.alloc(1024 * 1024, 0x20) },
        reason: 'too-large',
      },
      { record: { ...event(records), value: null }, reason: 'null' },
      {
        record: edited(event(records), (t) => t.replace('r-0123456789ab', 'r-ffffffffffff')),
        reason: 'foreign-run',
      },
      {
        record: edited(tick(records), (t) =>
          t.replace('r-0123456789ab', 'r-ffffffffffff').replaceAll('08:30:00', '09:30:00'),
        ),
        reason: 'foreign-run',
      },
      {
        record: (() => {
          const r = event(records)
          const id = r.key!.toString()
          const other = id.replace(/\d{5}$/, '77777')
          return {
            ...edited(r, (t) => t.replaceAll(id, other)),
            key: Buffer.from(other),
          }
        })(),
        reason: 'unknown-asset',
      },
    ])
    expect(poisoned.rejected.map((r) => r.reason)).toEqual(poisoned.expected)
    expect(poisoned.expected.length).toBeGreaterThanOrEqual(9 * 3)
    expect(poisoned.readings).toEqual(clean.readings)
    expect(sum(poisoned.ledger, (l) => l.deadLetter)).toBe(poisoned.expected.length)
    expect(sum(poisoned.ledger, (l) => l.unexplained)).toBe(0)
  })

  it('counts duplicates and leaves the readings as they are', () => {
    const faults = [
      {
        kind: 'duplicate' as const,
        domain: 'lamp',
        share: 0.5,
        fromMs: 0,
        forMs: 180_000,
        delayMs: 0,
      },
    ]
    const doubled = flow(lampScenario({ faults }))
    expect(doubled.readings).toEqual(clean.readings)
    expect(sum(doubled.ledger, (l) => l.duplicate)).toBe(
      sum(doubled.ledger, (l) => l.injected.duplicate),
    )
    expect(sum(doubled.ledger, (l) => l.duplicate)).toBeGreaterThan(20)
    expect(sum(doubled.ledger, (l) => l.unexplained)).toBe(0)
  })

  it('explains dropped and corrupt events as lost, and shows that the truth differs', () => {
    const fault = { domain: 'lamp', share: 0.2, fromMs: 0, forMs: 180_000, delayMs: 0 }
    const faults = [
      { kind: 'drop' as const, ...fault },
      { kind: 'corrupt' as const, ...fault },
    ]
    const damaged = flow(lampScenario({ faults }))
    expect(damaged.readings.some((r) => r.truth === 'differs')).toBe(true)
    for (const l of damaged.ledger) {
      expect(l.produced).toBe(
        l.folded + l.late + l.injected.held + l.injected.drop + l.injected.corrupt,
      )
      expect(l.unexplained).toBe(0)
    }
  })

  it('puts what comes after its window into late, and folds what comes in time', () => {
    const faults = [
      {
        kind: 'late' as const,
        domain: 'lamp',
        share: 0.2,
        fromMs: 0,
        forMs: 100_000,
        delayMs: 40_000,
      },
    ]
    const late = flow(lampScenario({ faults }))
    expect(sum(late.ledger, (l) => l.late)).toBeGreaterThan(5)
    expect(sum(late.ledger, (l) => l.unexplained)).toBe(0)
    expect(late.rejected.every((r) => r.reason === 'late')).toBe(true)
    const patient = flow(lampScenario({ faults, allowedLatenessMs: 60_000 }))
    expect(sum(patient.ledger, (l) => l.late)).toBe(0)
    const early = patient.readings.filter((r) => r.window.kind === 'window')
    expect(early.length).toBeGreaterThan(0)
    expect(early.every((r) => r.truth === 'equal')).toBe(true)
  })
})
