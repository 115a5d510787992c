// What a report is in each of its forms.
import { describe, expect, it } from 'vitest'
import { createCheckedReader } from '../../../infra/text/checked-json.ts'
import { compareReports } from '../../../load/judge/compare-reports.ts'
import { junitXml } from '../../../load/report/junit.ts'
import { reportPage } from '../../../load/report/page.ts'
import { loadReportSchema } from '../../../load/report/report-schema.ts'
import { summaryLines } from '../../../load/report/summary.ts'
import { exampleReport } from './example-report.ts'

const HOSTILE = `</pre><script src="https://evil.example/x.js"></script>&"'\u0000`

describe('a report', () => {
  it('fits its schema, and no other version does', () => {
    const read = createCheckedReader(loadReportSchema, { maxBytes: 1024 * 1024 })
    const bytes = (value: object) => Buffer.from(JSON.stringify(value))
    expect(read(bytes(exampleReport())).fault).toBeUndefined()
    expect(read(bytes({ ...exampleReport(), version: 2 })).fault?.detail).toContain('version')
    expect(read(bytes({ ...exampleReport(), more: 1 })).fault?.reason).toBe('schema')
  })

  it('is one HTML file: no script, nothing fetched, whatever a text holds', () => {
    const hostile = exampleReport({
      command: HOSTILE,
      reasons: [HOSTILE],
      thresholds: [{ text: HOSTILE, actual: 3, unit: 'ms', ok: false }],
    })
    hostile.brokers.where = HOSTILE
    hostile.load.text = HOSTILE
    const page = reportPage(hostile)
    expect(page).not.toMatch(/<script|<link|<iframe|<img|@import|url\(/i)
    expect(page.replaceAll('&lt;script src=&quot;https://evil.example', '')).not.toMatch(/https?:/)
    expect(page.match(/<svg/g)!.length).toBeGreaterThanOrEqual(5)
    expect(page).toContain('FAIL')
    expect(page).not.toContain('\u0000')
    expect(page).not.toContain('NaN')
  })

  it('is a JUnit suite with a case per threshold', () => {
    const xml = junitXml(exampleReport())
    expect(xml).toContain('tests="3" failures="1" errors="0"')
    expect(xml.match(/<testcase/g)).toHaveLength(3)
    expect(xml).toContain('<failure message="ack p99&lt;50ms: 61.2 ms"/>')
    const invalid = junitXml(exampleReport({ verdict: 'invalid', reasons: ['late'] }))
    expect(invalid).toContain('errors="1"')
    expect(invalid).toContain('<error message="late"/>')
  })

  it('says its verdict first', () => {
    const lines = summaryLines(exampleReport())
    expect(lines[0]).toMatch(/^FAIL {2}20k\/s for 60 s/)
    expect(lines.join('\n')).toMatch(/✗ ack p99<50ms {3}61\.2 ms/)
    expect(lines.join('\n')).toMatch(/lag of my-app: at most 4,000/)
    expect(lines.join('\n')).toMatch(/one event of 10 followed\): 100 sent, 99 seen, 1 lost/)
  })
})

describe('two reports beside each other', () => {
  it('are the same within a tenth', () => {
    const b = exampleReport()
    b.latency.ack.p99Ms = b.latency.ack.p99Ms! * 1.09
    const { isWorse, unlike, invalid } = compareReports(exampleReport(), b)
    expect([isWorse, unlike, invalid]).toEqual([false, [], []])
  })

  it('differ beyond it, each figure in its own direction', () => {
    const b = exampleReport()
    b.latency.ack.p99Ms = b.latency.ack.p99Ms! * 1.2
    b.rate.achieved *= 0.8
    b.cost.usPerEvent = b.cost.usPerEvent! * 0.5
    const { figures, isWorse } = compareReports(exampleReport(), b)
    const verdicts = Object.fromEntries(figures.map(({ name, verdict }) => [name, verdict]))
    expect(verdicts).toMatchObject({ 'ack p99': 'worse', achieved: 'worse', CPU: 'better' })
    expect(isWorse).toBe(true)
    expect(compareReports(exampleReport(), b, 0.3).isWorse).toBe(false)
  })

  it('say what was not the same in both, and when nothing can be said', () => {
    const b = exampleReport({ verdict: 'invalid', reasons: ['late'] })
    b.brokers.workers = 4
    const { unlike, invalid } = compareReports(exampleReport(), b)
    expect(unlike).toEqual(['workers: 2 and 4'])
    expect(invalid).toEqual(['report 2 is of an invalid run: late'])
  })
})
