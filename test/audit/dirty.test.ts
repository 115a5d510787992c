// Dirty input: every fault, a foreign producer and skewed clocks; each record lands in exactly one column of the ledger,
// and truth − reading is explained to the last event.
import { describe, expect, it } from 'vitest'
import { type AuditResult, audit } from '../../audit/audit.ts'
import type { NewRecord } from '../../infra/event-log/event-log.ts'
import { isoTime } from '../../infra/time.ts'
import { domains } from '../../producers/domains.ts'
import type { Fault, FaultKind } from '../../seeds/contract.ts'
import { auditOf, edited, eventOf, inputOf, isTick, type SmallRun, smallRun } from './small-run.ts'

const DOMAINS = domains.map((d) => d.declaration.domain)
const MINUTE = 60_000

/** The same fault for every domain. */
const everywhere = (kind: FaultKind, share: number, more: Partial<Fault> = {}): Fault[] =>
  DOMAINS.map((domain) => ({
    kind,
    domain,
    share,
    fromMs: 30_000,
    forMs: 4 * MINUTE,
    delayMs: 0,
    ...more,
  }))

/** What must hold of every run, however dirty: one column per record, produced accounted for, every difference explained. */
function expectProven(run: SmallRun, result: AuditResult): void {
  expect(result.places.filter((p) => p.kind !== 'retried')).toEqual([])
  expect(result.verdict).toBe('pass')
  const t = result.total
  const records = [...run.lanes.values()].flat()
  const markers = [...run.lanes.values()].length
  expect(t.read).toBe(records.filter((r) => !isTick(r)).length - markers + foreignTicks(records))
  const accepted = t.read - t.duplicated - t.deadLettered - t.foreign
  expect(t.produced).toBe(accepted + t.missing + t.held)
  expect(t.missing).toBe(t.injected)
  expect([t.differing, t.unexplained]).toEqual([0, 0])
  expect(t.truthExplained).toBe(t.truthDiffering)
  for (const e of result.explanations) {
    expect(e.isComplete).toBe(true)
    const sum = e.parts.reduce((s, p) => s + p.adds.numerator, 0n)
    expect(sum).toBe(e.difference.numerator)
  }
}

/** Ticks of another run are read as records and dead-lettered. */
const foreignTicks = (records: NewRecord[]) =>
  records.filter((r) => isTick(r) && r.value!.includes('r-ffffffffffff')).length

const idOf = (record: NewRecord) => /"id":"([^"]+)"/.exec(record.value!.toString())![1]

const causes = (result: AuditResult) =>
  new Set(result.explanations.flatMap((e) => e.parts.map((p) => p.why.replace(/ at offset.*/, ''))))

describe('faults of a scenario', () => {
  it('dropped events are missing, published as dropped, and make up the whole difference', async () => {
    const run = smallRun({}, { faults: everywhere('drop', 0.1) })
    const result = await auditOf(run)
    expectProven(run, result)
    expect(result.total.missing).toBeGreaterThan(50)
    expect(result.total.truthDiffering).toBeGreaterThan(200)
    expect(causes(result)).toEqual(new Set(['dropped', 'stands in']))
  })

  it('duplicates are counted and change nothing', async () => {
    const run = smallRun({}, { faults: everywhere('duplicate', 0.1) })
    const result = await auditOf(run)
    expectProven(run, result)
    expect(result.total.duplicated).toBeGreaterThan(50)
    expect(result.total.truthDiffering).toBe(0)
  })

  it('late events are late when their window is closed and folded when it is open', async () => {
    const faults = everywhere('late', 0.2, { delayMs: 25_000 })
    const run = smallRun({}, { faults })
    const result = await auditOf(run)
    expectProven(run, result)
    const injected = result.total.late + result.total.held
    expect(injected).toBeGreaterThan(30)
    expect(causes(result)).toEqual(new Set(['late', 'held back', 'stands in']))
    // With patience for all of them nothing is late and nothing differs.
    const patient = smallRun({}, { faults, allowedLatenessMs: MINUTE })
    const waited = await auditOf(patient)
    expectProven(patient, waited)
    expect(waited.total).toMatchObject({ late: 0, truthDiffering: 0 })
    expect(waited.windows).toBe(4)
  })

  it('an event held back past the end is held, not lost', async () => {
    const run = smallRun({}, { faults: everywhere('late', 0.2, { delayMs: 60 * MINUTE }) })
    const result = await auditOf(run)
    expectProven(run, result)
    expect(result.total.held).toBeGreaterThan(50)
    expect(causes(result)).toEqual(new Set(['held back', 'stands in']))
  })

  it('corrupt events are dead-lettered and published as cut in half', async () => {
    const run = smallRun({}, { faults: everywhere('corrupt', 0.1) })
    const result = await auditOf(run)
    expectProven(run, result)
    const whole = new Map(
      [...smallRun().lanes.values()].flat().map((r) => [idOf(r), r.value!.length]),
    )
    const halves = [...run.lanes.values()].flat().filter((r) => !r.value!.toString().endsWith('}'))
    expect(halves.length).toBe(result.total.deadLettered)
    for (const half of halves) expect(half.value!.length).toBe(whole.get(idOf(half))! >> 1)
    expect(result.total.deadLettered).toBe(result.total.missing)
    expect(result.total.deadLettered).toBeGreaterThan(50)
    expect(causes(result)).toEqual(new Set(['cut in half', 'stands in']))
  })

  it('a gateway’s assets fall silent together and come late together', async () => {
    const run = smallRun({}, { faults: everywhere('gateway-outage', 0.3, { forMs: 2 * MINUTE }) })
    const result = await auditOf(run)
    expectProven(run, result)
    expect(result.total.late).toBeGreaterThan(100)
    expect(result.total.held).toBe(0)
  })

  it('an outage that an operator starts is explained too, also where it outlasts the run', async () => {
    const { start } = smallRun().world.scenario
    const command = (id: string, length: string) => ({
      ...{ id, name: 'incident.start', by: 'test', term: 0 },
      args: { kind: 'gateway-outage', place: { district: '440103' }, for: length },
      effectiveAt: isoTime(start + MINUTE),
    })
    const lasting = smallRun({}, {}, [command('lasting', 'PT1H')])
    const held = await auditOf(lasting)
    expectProven(lasting, held)
    expect(held.total.held).toBeGreaterThan(20)
    expect(causes(held)).toContain('held back behind a gateway')
    const short = smallRun({}, {}, [command('short', 'PT2M')])
    const late = await auditOf(short)
    expectProven(short, late)
    expect([late.total.held, late.total.late > 0]).toEqual([0, true])
  })

  it('all of them at once are still kept apart', async () => {
    const faults = [
      ...everywhere('drop', 0.05),
      ...everywhere('duplicate', 0.05),
      ...everywhere('late', 0.1, { delayMs: 45_000 }),
      ...everywhere('corrupt', 0.05),
      ...everywhere('gateway-outage', 0.1, { fromMs: MINUTE, forMs: 2 * MINUTE }),
    ]
    const run = smallRun({}, { faults })
    const result = await auditOf(run)
    expectProven(run, result)
    const { injected, duplicated, late, deadLettered, truthDiffering } = result.total
    for (const n of [injected, duplicated, late, deadLettered, truthDiffering]) {
      expect(n).toBeGreaterThan(30)
    }
    expect(causes(result).size).toBeGreaterThanOrEqual(4)
  })

  it('a late or dead-lettered event that its topic does not hold is named', async () => {
    const faults = [...everywhere('corrupt', 0.05), ...everywhere('late', 0.1, { delayMs: 70_000 })]
    const input = inputOf(smallRun({}, { faults }))
    const rejected = new Map(input.published.rejected)
    const [late] = [...rejected].find(([, reason]) => reason === 'late')!
    const [corrupt] = [...rejected].find(([, reason]) => reason === 'not-json')!
    rejected.delete(late)
    rejected.set(corrupt, 'schema')
    const result = await audit({ ...input, published: { ...input.published, rejected } })
    expect(result.verdict).toBe('fail')
    const rejectedPlaces = result.places
      .map((p) => `${p.topic}/${p.partition}/${p.offset} ${p.detail}`)
      .sort()
    expect(rejectedPlaces).toEqual(
      [`${late} not published, expected late`, `${corrupt} schema, expected not-json`].sort(),
    )
  })

  it('an event removed by hand from among the dropped ones is named all the same', async () => {
    const run = smallRun({}, { faults: everywhere('drop', 0.1) })
    const lane = run.lanes.get('parking/1')!
    const i = lane.findIndex((r) => r.key && eventOf(r).time > '2025-06-18T08:32')
    const [{ subject, seq }] = lane.splice(i, 1).map(eventOf)
    const result = await auditOf(run)
    expect(result.verdict).toBe('fail')
    expect(result.total).toMatchObject({ unexplained: 1 })
    expect(result.total.missing).toBe(result.total.injected + 1)
    expect(result.places.filter((p) => p.kind === 'missing')).toMatchObject([
      { asset: subject, seq },
    ])
  })
})

describe('a foreign producer', () => {
  const OTHER = 'r-ffffffffffff'

  it('is dead-lettered record by record, its ticks close nothing, and the readings stay as they were', async () => {
    const run = smallRun()
    const before = await auditOf(run)
    const foreign = (record: NewRecord) =>
      edited(record, (t) => t.replaceAll(run.world.descriptor.run, OTHER))
    let written = 0
    for (const [name, lane] of run.lanes) {
      // A second city writes all of its records between ours, its marker and its ticks (of an hour later) too.
      const mixed = lane.flatMap((record, i) => {
        if (i === 0) return [record]
        const theirs = foreign(lane[i - 1])
        return [
          record,
          isTick(theirs) ? edited(theirs, (t) => t.replaceAll('T08:', 'T09:')) : theirs,
        ]
      })
      written += mixed.length - lane.length
      run.lanes.set(name, mixed)
    }
    const result = await auditOf(run)
    expectProven(run, result)
    expect(result.total.foreign).toBe(written)
    expect(result.total).toEqual({
      ...before.total,
      read: before.total.read + written,
      foreign: written,
    })
  })
})

describe('a skewed clock', () => {
  const shift = (ms: number) => (record: NewRecord) =>
    edited(record, (t) =>
      t.replace(
        /"time":"([^"]+)"/,
        (_, time) => `"time":"${new Date(Date.parse(time) + ms).toISOString()}"`,
      ),
    )

  /** Every tenth event after the second minute, its time moved. */
  async function skewed(edit: (record: NewRecord) => NewRecord) {
    const run = smallRun()
    const changed: string[] = []
    for (const [name, lane] of run.lanes) {
      let n = 0
      const edited = lane.map((record) => {
        if (!record.key || eventOf(record).time < '2025-06-18T08:32' || n++ % 10 !== 0)
          return record
        changed.push(eventOf(record).id)
        return edit(record)
      })
      run.lanes.set(name, edited)
    }
    const result = await auditOf(run)
    return { run, result, changed }
  }

  const cases: [string, (r: NewRecord) => NewRecord, Partial<AuditResult['total']>][] = [
    ['a minute ahead', shift(MINUTE), { late: 0 }],
    ['five minutes behind', shift(-5 * MINUTE), { deadLettered: 0 }],
    ['five minutes ahead, past the end', shift(5 * MINUTE), { late: 0 }],
    ['a century ahead', shift(36_525 * 24 * 60 * MINUTE), { late: 0 }],
    ['before the start', shift(-24 * 60 * MINUTE), { late: 0, deadLettered: 0 }],
  ]

  it.each(cases)(
    '%s: every event is named, lands in one column, and explains its differences',
    async (_, edit, columns) => {
      const { run, result, changed } = await skewed(edit)
      expect(changed.length).toBeGreaterThan(100)
      expect(result.verdict).toBe('fail')
      // Each altered event is named, and nothing else; chains and counts only say in which interval.
      const altered = result.places.filter((p) => p.kind === 'altered')
      expect(altered.map((p) => `${p.asset}:${p.seq}`).sort()).toEqual(changed.sort())
      expect(altered.every((p) => p.detail.startsWith('time '))).toBe(true)
      const others = new Set(result.places.map((p) => p.kind))
      for (const kind of ['altered', 'chain', 'count'] as const) others.delete(kind)
      expect([...others]).toEqual([])
      const t = result.total
      expect(t.differing).toBe(0)
      expect(t.unexplained).toBe(changed.length)
      expect(t).toMatchObject(columns)
      const accepted = t.read - t.duplicated - t.deadLettered - t.foreign
      expect(t.produced).toBe(accepted + t.missing)
      expect(t.missing).toBe(t.deadLettered)
      expect(run.world.descriptor.end).toBe('2025-06-18T08:35:00.000Z')
      expect(t.truthDiffering).toBeGreaterThan(0)
      expect(t.truthExplained).toBe(t.truthDiffering)
    },
  )
})
