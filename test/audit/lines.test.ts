// Another engine's readings under audit: the same cells against the same events, and what does not apply said.
import { describe, expect, it } from 'vitest'
import { audit } from '../../audit/audit.ts'
import type { AuditInput } from '../../audit/input.ts'
import { publishedUpTo } from '../../audit/read-log.ts'
import { readReadings } from '../../audit/read-readings.ts'
import { auditText } from '../../audit/report.ts'
import type { IgnoredRecords } from '../../infra/event-log/ignored-records.ts'
import { createMemoryLog } from '../../infra/memory/memory-log.ts'
import { readingKey } from '../../processor/contract/keys.ts'
import type { ReadingLine } from '../../processor/contract/read-lines.ts'
import { runFacts } from '../../processor/contract/run-facts.ts'
import { collectIgnored, noneIgnored } from '../ignored.ts'
import { lineRecord, linesOf } from '../reading-lines.ts'
import { inputOf, smallRun } from './small-run.ts'

const TOPIC = 'their.readings'
const run = smallRun({ for: 'PT4M' }, { domains: ['parking', 'e-license'] })
const { descriptor, city } = run.world
const input = inputOf(run)
const finals = input.published.readings!.filter(({ window }) => window.kind === 'window')
const lines = finals.flatMap((reading) => linesOf(reading, descriptor.run))

const record = (line: ReadingLine) => lineRecord(line)

async function readingsOf(
  records: ReturnType<typeof lineRecord>[],
  ignored: Pick<IgnoredRecords, 'report'> = noneIgnored,
) {
  const log = createMemoryLog()
  // Not compacted yet: what was written before is still there.
  await log.ensureTopics([{ name: TOPIC, partitions: 1, cleanup: 'delete' }])
  await log.append(TOPIC, 0, records)
  const facts = runFacts(input.epoch, descriptor, city)
  return readReadings(log, { topic: TOPIC, run: descriptor.run }, facts, ignored)
}

type Found = Awaited<ReturnType<typeof readingsOf>>

function auditOfReadings({ readings, other }: Found, more: Partial<AuditInput> = {}) {
  const nothing = { ledgers: null, partials: null, rejected: null }
  const published = { ...input.published, ...nothing, readings, other }
  return audit({ ...input, published, ...more })
}

const audited = async (...given: Parameters<typeof readingsOf>) =>
  auditOfReadings(await readingsOf(...given))

describe('the audit of another engine', () => {
  it('passes what is right in every cell, and lists what does not apply with the reason', async () => {
    const result = await audited(lines.map(record))
    expect(result).toMatchObject({ verdict: 'pass', windows: 4, places: [] })
    expect(result.total).toMatchObject({ cells: lines.length, differing: 0, truthDiffering: 0 })
    expect(result.total.truthCells).toBeGreaterThan(0)
    expect(result.readings).toMatchObject({ topic: TOPIC, engine: 'flink-sql', otherRuns: 0 })
    const text = auditText(result, 5).join('\n')
    expect(text).toContain(`readings of Flink SQL on ${TOPIC}`)
    for (const check of [
      'day readings',
      'standing against the plan',
      'final partials',
      'ledgers',
    ]) {
      expect(text).toMatch(new RegExp(`not applicable: ${check}: \\S`))
    }
    expect(text).not.toMatch(/coverage:.*ledgers/)
  })

  it.each(['value', 'numerator', 'denominator', 'n'] as const)(
    'finds one cell whose %s is another one',
    async (field) => {
      const altered = lines.map((line) => ({ ...line }))
      const cell = altered.find((line) => line.kpi === 'parking.coverage' && line.value! > 0)!
      cell[field]! += field === 'n' ? 1 : 0.000001
      const result = await audited(altered.map(record))
      expect(result.verdict).toBe('fail')
      expect(result.total.differing).toBe(1)
      expect(result.places).toMatchObject([{ kind: 'cell', topic: TOPIC }])
      expect(result.places[0].detail).toContain(`${cell.scope} ${field} ${cell[field]}, expected `)
    },
  )

  it('finds a cell that is not there, and a window of which none is', async () => {
    const [gone] = lines.filter(({ kpi }) => kpi === 'e-license.usage')
    const one = await audited(lines.filter((line) => line !== gone).map(record))
    expect(one.places.map(({ detail }) => detail)).toEqual(
      ['value', 'numerator', 'denominator', 'n'].map((f) =>
        expect.stringContaining(`${gone.scope} ${f} undefined, expected`),
      ),
    )
    const same = (line: ReadingLine) =>
      line.kpi === gone.kpi && line.window_start === gone.window_start
    const all = await audited(lines.filter((line) => !same(line)).map(record))
    expect(all.places).toMatchObject([{ kind: 'final-missing' }])
    expect([one.verdict, all.verdict]).toEqual(['fail', 'fail'])
  })

  it('finds a cell that was written again and said something else, also where it is right now', async () => {
    const wrong = { ...lines[0], n: lines[0].n + 1 }
    const result = await audited([wrong, ...lines].map(record))
    expect(result.verdict).toBe('fail')
    expect(result.places).toMatchObject([{ kind: 'cell' }])
    expect(result.places[0].detail).toContain(`${wrong.scope} was written again as`)
    expect((await audited([...lines, ...lines].map(record))).verdict).toBe('pass')
  })

  it('reads nothing of other runs, names what fits nothing, and says when nothing is there', async () => {
    const ignored = collectIgnored()
    const others = lines.map((line) => record({ ...line, run: 'r-000000000009' }))
    const rubbish = { ...record(lines[0]), value: Buffer.from('{') }
    const found = await readingsOf([...others, rubbish], ignored)
    const upTo = publishedUpTo(descriptor, found.readings)
    const result = await auditOfReadings(found, { upTo, endedAt: null })
    expect(result.verdict).toBe('nothing-compared')
    expect(result.readings).toMatchObject({ engine: null, otherRuns: lines.length })
    expect(ignored.found).toMatchObject([{ topic: TOPIC, reason: 'not-json' }])
    const text = auditText(result, 5).join('\n')
    expect(text).toContain(`no reading of this run (${lines.length} records of other runs there)`)
    expect(text).toContain(`does the job that writes ${TOPIC} run`)
  })

  it('takes the readings of one engine only, the first that it meets', async () => {
    const ignored = collectIgnored()
    const own = finals.map((reading) => ({
      ...{ key: Buffer.from(readingKey(reading)), timestamp: 0 },
      value: Buffer.from(JSON.stringify(reading)),
    }))
    const theirs = await readingsOf([...lines.map(record), ...own], ignored)
    expect(theirs.other.engine).toBe('flink-sql')
    expect(ignored.found.map(({ reason }) => reason)).toEqual(own.map(() => 'foreign'))
    const ours = await readingsOf([...own, record(lines[0])], ignored)
    expect(ours.other.engine).toBe('processor')
    expect(ours.readings).toEqual(finals)
    expect(ignored.found).toHaveLength(own.length + 1)
  })
})
