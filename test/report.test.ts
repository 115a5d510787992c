// The runner's count: a hole here would make every other test worthless.
import { describe, expect, it } from 'vitest'
import { countReport, failuresIn, LastLines, type Report, slowestIn } from './report.ts'

function report(passed: number, failed: number, rest: Partial<Report> = {}): Report {
  return {
    numPassedTests: passed,
    numFailedTests: failed,
    numTotalTests: passed + failed,
    success: failed === 0,
    testResults: [],
    ...rest,
  }
}

function file(name: string, rest: Partial<Report['testResults'][number]> = {}) {
  const empty = { status: 'passed', assertionResults: [], startTime: 0, endTime: 0 }
  return { name, ...empty, ...rest }
}

describe("the runner's count", () => {
  it('is the report when all is in order', () => {
    expect(countReport(report(7, 0), 0)).toEqual({ passed: 7, failed: 0, remarks: [] })
    expect(countReport(report(7, 2), 1)).toEqual({ passed: 7, failed: 2, remarks: [] })
  })

  it('fails a lane that ran nothing, that only skipped, or that wrote no report', () => {
    expect(countReport(report(0, 0), 0)).toMatchObject({ failed: 1, remarks: ['ran no test'] })
    expect(countReport(report(0, 0, { numTotalTests: 3 }), 0)).toMatchObject({ failed: 1 })
    expect(countReport(null, 0)).toMatchObject({ passed: 0, failed: 1 })
  })

  it('counts a file that does not load', () => {
    const testResults = [file('a.test.ts', { status: 'failed' })]
    const count = countReport(report(7, 0, { success: false, testResults }), 1)
    expect(count).toEqual({ passed: 7, failed: 1, remarks: ['a.test.ts did not load'] })
  })

  it('fails when vitest did, whatever the report says: an unhandled rejection has no test', () => {
    expect(countReport(report(7, 0), 1)).toMatchObject({ passed: 7, failed: 1 })
    expect(countReport(report(7, 0, { success: false }), 0)).toMatchObject({ failed: 1 })
  })

  it('tells what was skipped', () => {
    expect(countReport(report(7, 0, { numTotalTests: 9 }), 0).remarks).toEqual(['2 skipped'])
  })

  it('names each failed test with the first line of what went wrong', () => {
    const assertionResults = [
      { fullName: 'a map draws', status: 'passed', failureMessages: [] },
      { fullName: 'a map greys', status: 'failed', failureMessages: ['expected 1, got 2\n  at x'] },
    ]
    const testResults = [file('map.test.ts', { status: 'failed', assertionResults })]
    const lines = failuresIn(report(1, 1, { testResults }))
    expect(lines).toEqual(['map.test.ts: a map greys: expected 1, got 2'])
    expect(failuresIn(null)).toEqual([])
  })
})

it('says again what a check said last, in whatever pieces it came', () => {
  const said = new LastLines(2)
  expect(said.lines).toEqual(['said nothing'])
  for (const piece of ['a\nb', 'c\n', '\nd', '\n']) said.add(piece)
  expect(said.lines).toEqual(['bc', 'd'])
})

it('lists the files that took longest', () => {
  const testResults = [
    file('a.test.ts', { startTime: 9_000, endTime: 9_040 }),
    file('b.test.ts', { startTime: 1_000, endTime: 62_500 }),
    file('c.test.ts', { startTime: 2_000, endTime: 3_000 }),
  ]
  const lines = slowestIn(report(3, 0, { testResults }), 2)
  expect(lines).toEqual(['  61.5 s  b.test.ts', '   1.0 s  c.test.ts'])
  expect(slowestIn(null)).toEqual([])
})
