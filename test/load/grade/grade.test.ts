// Somebody's readings against the truth: the right ones are all equal, and what a wrong consumer does is told from its numbers alone.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Value } from 'typebox/value'
import { afterAll, describe, expect, it } from 'vitest'
import { simulatedRun } from '../../../commands/grade/graded-run.ts'
import { Expected, type GradedRun, type RecordOfLane } from '../../../load/grade/expected.ts'
import { type ExplainedCell, explain } from '../../../load/grade/explain.ts'
import { GivenReadings } from '../../../load/grade/given.ts'
import { grade, PUBLISHED } from '../../../load/grade/grade.ts'
import { parseMapping, readMapped } from '../../../load/grade/mapping.ts'
import { type GradeReport, gradeReportSchema } from '../../../load/grade/report.ts'
import { type Mistakes, PlainFold, type PlainReading } from '../../../load/peers/plain-fold.ts'
import { startHuacheng } from '../../kafka/programs.ts'

const SCENARIO = { scenario: './load/peers/workload.json', city: 'guangzhou' }
const OPTIONS = { ...SCENARIO, for: 'PT6M', scale: '0.05' }
const MAP = 'kpi=$.name,scope=$.area,start=$.ts,value=$.v,n=$.n'
const MINUTE_MS = 60_000

/** Happens once; gone through as often as wanted. */
async function kept(run: GradedRun): Promise<GradedRun> {
  const records: RecordOfLane[] = []
  await run.each(Object.keys(run.descriptor.declarations), (lane) => records.push(lane))
  return {
    ...run,
    async each(domains, take) {
      for (const lane of records) if (domains.includes(lane.domain)) take(lane)
    },
  }
}

const run = await kept(simulatedRun(OPTIONS))
const domains = Object.keys(run.descriptor.declarations)
const expected = await Expected.of(run, domains)
const kpis = [...expected.kpis.keys()]

async function readingsOf(mistakes: Mistakes): Promise<PlainReading[]> {
  const readings: PlainReading[] = []
  const fold = new PlainFold(run.descriptor, run.scopes[0], (r) => readings.push(r), mistakes)
  await run.each(domains, (lane) => fold.record(lane.domain, lane.partition, lane.record.value))
  return readings
}

const mapping = parseMapping(MAP)

function given(readings: object[], at: number | null = null): GivenReadings {
  const all = new GivenReadings()
  for (const value of readings) {
    const reading = readMapped(mapping, { value, key: null, timestamp: at }, MINUTE_MS)
    if (typeof reading === 'string') all.refuse('record', reading)
    else if (reading) all.take(reading)
  }
  return all
}

async function judged(mistakes: Mistakes) {
  const rules = { kpis, withinMs: null, tolerance: PUBLISHED }
  const graded = grade(expected, given(await readingsOf(mistakes)), rules)
  return { graded, explained: await explain(run, expected, graded.wrong, PUBLISHED, 10) }
}

const sum = (tallies: { equal: number; cells: number }[], of: 'equal' | 'cells') =>
  tallies.reduce((total, tally) => total + tally[of], 0)
const withCause = (explained: ExplainedCell[], cause: string) =>
  explained.filter(({ causes }) => causes.some((c) => c.cause === cause))

describe('grade', () => {
  it('finds every cell of a right consumer equal, copies and late events or not', async () => {
    const { graded } = await judged({})
    expect(sum(graded.tallies, 'cells')).toBeGreaterThan(2000)
    expect(sum(graded.tallies, 'equal')).toBe(sum(graded.tallies, 'cells'))
    expect([graded.wrong, graded.missing, graded.extra, graded.unknown]).toEqual([[], [], [], []])
  })

  it('proves that a consumer counts duplicates', async () => {
    const { explained } = await judged({ countDuplicates: true })
    expect(explained.length).toBeGreaterThan(10)
    expect(withCause(explained, 'counts duplicates')).toHaveLength(explained.length)
    expect(explained[0].story!.events.copies.length).toBeGreaterThan(0)
  })

  it('proves that a consumer has the window’s edge wrong', async () => {
    const { explained } = await judged({ wrongEdge: true })
    expect(explained.length).toBeGreaterThan(10)
    expect(withCause(explained, 'wrong window edge')).toHaveLength(explained.length)
    const { atStart, atEnd } = explained[0].story!.events
    expect(atStart.length + atEnd.length).toBeGreaterThan(0)
  })

  it('proves that a consumer drops events, and how many', async () => {
    const { explained } = await judged({ drop: 0.01 })
    const dropping = withCause(explained, 'drops events')
    expect(dropping.length).toBeGreaterThan(50)
    expect(withCause(explained, 'wrong window edge').length).toBeLessThan(dropping.length / 5)
    expect(withCause(explained, 'counts duplicates').length).toBeLessThan(dropping.length / 5)
  })

  it('proves nothing of numbers that are no fold of these events', async () => {
    const readings = (await readingsOf({})).map((r) => ({
      ...r,
      v: r.v === null ? 0 : r.v * 1.0317 + 0.01,
    }))
    const rules = { kpis, withinMs: null, tolerance: PUBLISHED }
    const graded = grade(expected, given(readings), rules)
    const explained = await explain(run, expected, graded.wrong, PUBLISHED, 10)
    const proved = explained.filter(({ causes }) => causes.length > 0)
    expect(proved.length).toBeLessThan(0.01 * explained.length)
  })

  it('tells late, missing, extra and unknown, and lets what nothing entered be left out', async () => {
    const readings = await readingsOf({})
    const first = readings.find((r) => r.n > 0)!
    const others = readings.filter((r) => r !== first && r.n > 0)
    const strange = [
      { ...first, area: 'nowhere' },
      { ...first, name: 'no.kpi' },
      { ...first, ts: Date.parse(run.descriptor.start) + 60 * MINUTE_MS },
    ]
    const closed = expected.closedAt(expected.kpis.get(first.name)!, first.ts)!
    const all = given([...others, ...strange], closed + 10 * MINUTE_MS)
    const graded = grade(expected, all, { kpis, withinMs: 5 * MINUTE_MS, tolerance: PUBLISHED })
    const tally = graded.tallies.find((t) => t.kpi === first.name)!
    expect(tally).toMatchObject({ missing: 1, extra: 1, early: 1, wrong: 0 })
    expect(tally.late).toBeGreaterThan(0)
    expect(graded.unknown).toEqual([{ kpi: 'no.kpi', readings: 1 }])
    expect(graded.tallies.reduce((n, t) => n + t.empty, 0)).toBe(
      readings.filter((r) => r.n === 0).length,
    )
  })

  it('counts the last of several versions, and takes what says the same again for no later', () => {
    const one = { name: kpis[0], area: run.scopes[0], ts: 0, v: 1, n: 1 }
    const all = new GivenReadings()
    for (const [at, v] of [
      [10, 2],
      [20, 1],
      [30, 1],
    ]) {
      all.take(
        readMapped(mapping, { value: { ...one, v }, key: null, timestamp: at }, MINUTE_MS) as never,
      )
    }
    expect([...all.cells.values()]).toMatchObject([
      { versions: 3, since: 20, reading: { value: 1 } },
    ])
  })
})

describe('a mapping', () => {
  it('reads paths, constants, key and timestamp, the end in place of the start, and leaves out what is not final', () => {
    const read = (text: string, value: unknown) =>
      readMapped(parseMapping(text), { value, key: 'k', timestamp: 5 }, MINUTE_MS)
    const end = '2025-06-18T16:31:00+08:00'
    const reading = read("kpi='a,b.c',scope=$key,end=$.w.end,value=$.v,final=$.done", {
      w: { end },
      v: '0.5',
      done: true,
    })
    expect(reading).toEqual({
      kpi: 'a,b.c',
      scope: 'k',
      start: Date.parse('2025-06-18T08:30:00Z'),
      value: 0.5,
      at: 5,
    })
    expect(
      read('kpi=$key,scope=$key,start=$timestamp,value=$.v,final=$.done', { v: 1, done: false }),
    ).toBeNull()
    expect(read('kpi=$key,scope=$key,start=$.t,value=$.v', { t: '18.6.', v: 1 })).toMatch(
      /^start "18\.6\."/,
    )
    expect(read('kpi=$key,scope=$key,start=$.t,value=$.v', { t: 1, v: 'much' })).toMatch(
      /^value "much"/,
    )
  })

  it('names all that is wrong with it at once', () => {
    expect(() => parseMapping('kpi=name,colour=$.c,value=$.v')).toThrow(
      /"kpi=name"[\s\S]*"colour=\$\.c"[\s\S]*no scope[\s\S]*no start/,
    )
  })
})

describe('huacheng grade --file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'huacheng-grade-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const options = Object.entries(OPTIONS).flatMap(([name, value]) => [`--${name}`, value])
  const gradeFile = (file: string, ...more: string[]) =>
    startHuacheng(['grade', '--file', file, '--map', MAP, ...options, ...more])

  it('passes with 0, differs with 99 and a report that keeps its schema, refuses with 2', async () => {
    const write = (name: string, readings: object[]) => {
      const file = join(folder, name)
      writeFileSync(file, readings.map((r) => `${JSON.stringify(r)}\n`).join(''))
      return file
    }
    const right = gradeFile(write('right.jsonl', await readingsOf({})), '--kpis', 'all')
    expect(await right.ended, right.output()).toBe(0)
    expect(right.stdout()).toMatch(/^PASS: (\d+) of \1 cells equal \(100\.00 %\)/)
    const copies = await readingsOf({ countDuplicates: true })
    const wrong = gradeFile(write('wrong.jsonl', [...copies, { v: 1 }]), '--json')
    expect(await wrong.ended).toBe(99)
    const report = JSON.parse(wrong.stdout()) as GradeReport
    expect([...Value.Errors(gradeReportSchema, report)]).toEqual([])
    expect(report).toMatchObject({ verdict: 'fail', readings: { unreadable: 1 } })
    expect(report.causes[0]).toMatchObject({
      cause: 'counts duplicates',
      cells: report.total.wrong,
    })
    expect(report.worst).toHaveLength(10)
    const refused = startHuacheng(['grade', '--file', 'x', '--topic', 'y'])
    expect(await refused.ended).toBe(2)
    expect(refused.output()).toMatch(/--map: none[\s\S]*--topic and --file: both/)
  }, 180_000)
})
