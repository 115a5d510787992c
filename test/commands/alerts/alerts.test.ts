// `huacheng alerts` on a small city: moving a threshold moves the score, and seeds differ; a threshold that cannot be is named.
import { describe, expect, it } from 'vitest'
import { alertRuns, printRuns, type SeedRun } from '../../../commands/alerts/alerts.ts'
import { withThresholds } from '../../../commands/alerts/moved-thresholds.ts'
import { scoreRuns } from '../../../commands/alerts/score.ts'
import { openWorld } from '../../../commands/wiring/world.ts'
import { SMALL_CITY } from '../../cities.ts'

const QUIET = { city: SMALL_CITY, domains: 'traffic-signal', for: 'PT8M' }
const STORM = { scenario: `${SMALL_CITY}/storm`, domains: 'traffic-signal', for: 'PT30M' }
const { descriptor } = openWorld(QUIET, { truth: false })

function printed(runs: SeedRun[]): string {
  const lines: string[] = []
  printRuns(runs, { line: (text) => lines.push(text), bytes: () => {}, end: () => {} })
  return lines.join('\n')
}

describe('alerts', () => {
  it('has nothing to say where nothing happens', () => {
    const runs = alertRuns(QUIET)
    expect(scoreRuns(runs)).toMatchObject({ incidents: 0, alerts: 0, falsePerDay: 0 })
    expect(printed(runs)).toMatch(
      /^0 incidents: 0 detected, 0 missed; 0 alerts: 0 false, 0\.00 per/m,
    )
  })

  it('says what was noticed of an incident; a threshold that moves moves the score', () => {
    const [strict, deaf] = ['1', '100000'].map((above) =>
      alertRuns({ ...STORM, threshold: `traffic-signal.delay:above=${above}:windows=2` }),
    )
    // Two windows after the start every district is abnormal: false, since the storm begins at 20 min.
    const score = scoreRuns(strict)
    expect(score).toMatchObject({ incidents: 1, missed: 1, detected: 0 })
    expect(score.false).toBeGreaterThan(1)
    expect(scoreRuns(deaf)).toMatchObject({ incidents: 1, missed: 1, alerts: 0, false: 0 })
    const text = printed(strict)
    expect(text).toMatch(
      /03-10 07:32–open +warning +99010\d +traffic-signal\.delay .* against 1: false/,
    )
    expect(text).toMatch(/storm-1: rainstorm 03-10 07:50–03-10 09:50 and PT12H after: missed/)
  })

  it('gives an alert to the storm that goes on in its district', () => {
    const [run] = alertRuns({ ...STORM, threshold: 'traffic-signal.delay:above=1:windows=22' })
    expect(scoreRuns([run])).toMatchObject({ detected: 1, missed: 0, false: 0, detectMs: 120_000 })
    expect(printed([run])).toMatch(
      /noticed after 2 min by traffic-signal\.delay in 99010\d; \d alerts/,
    )
  })

  it('runs as many seeds as asked for, from the scenario’s own on', () => {
    const runs = alertRuns({ ...QUIET, for: 'PT1M', seeds: '3' })
    expect(runs.map(({ seed }) => seed)).toEqual([990100, 990101, 990102])
    expect(new Set(runs.map(({ run }) => run)).size).toBe(3)
  })
})

describe('--threshold', () => {
  const thresholdsOf = (moves: string[], name: string) =>
    withThresholds(descriptor, moves).declarations['traffic-signal'].measures.find(
      (m) => m.name === name,
    )!.thresholds

  it('moves the first on that side, and leaves the declaration as it was', () => {
    const before = structuredClone(descriptor)
    const [mild, grave] = thresholdsOf(['traffic-signal.delay:above=40:windows=5'], 'delay')!
    expect([mild.above, mild.windows, grave.above]).toEqual([40, 5, 80])
    expect(descriptor).toEqual(before)
  })

  it('adds one where the KPI has none on that side', () => {
    expect(thresholdsOf(['traffic-signal.usage:below=0.1'], 'usage')!.at(-1)).toEqual({
      ...{ below: 0.1, windows: 3, severity: 'warning', scope: 'district' },
    })
  })

  it('names everything that cannot be', () => {
    const moves = ['traffic-signal.delay', 'nothing.here:above=1', 'traffic-signal.delay:above=x']
    expect(() => withThresholds(descriptor, moves)).toThrow(
      /"traffic-signal\.delay", expected kpi:below[\s\S]*"nothing\.here", expected one of traffic[\s\S]*above=x"/,
    )
  })
})
