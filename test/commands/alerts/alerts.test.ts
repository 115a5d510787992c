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
      /^0 incidents: 0 detected, 0 missed; 0 alerts in 0 groups: 0 false, 0\.00 per/m,
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
      /03-10 07:32–open +critical +99010\d +traffic-signal\.delay .* against 1: false/,
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

  it('notices a storm against usual as soon as junctions wait longer than they would have', () => {
    const [early, deaf] = ['2', '1000'].map((more) =>
      alertRuns({
        ...{ ...STORM, for: 'PT45M' },
        threshold: `traffic-signal.delay:above-usual=${more}:windows=3`,
      }),
    )
    const [{ alerts }] = early
    expect(alerts.length).toBeGreaterThan(0)
    for (const { id, value, against } of alerts) {
      expect(id).toContain('-usual')
      expect(against!.difference).toBeGreaterThan(2)
      expect(value! - against!.usual!).toBeCloseTo(against!.difference!, 5)
    }
    expect(scoreRuns(early)).toMatchObject({ detected: 1, false: 0 })
    expect(printed(early)).toMatch(/against usual \d+\.\d+: \+\d+\.\d+, bound 2: storm-1/)
    expect(scoreRuns(deaf)).toMatchObject({ missed: 1, alerts: 0 })
  })

  it('notices a storm by what the domains declare, not before it is there', () => {
    const [run] = alertRuns({ ...STORM, for: 'PT1H20M' })
    const score = scoreRuns([run])
    expect(score).toMatchObject({ detected: 1, false: 0 })
    expect(score.detectMs).toBeGreaterThan(5 * 60_000)
    expect(score.detectMs).toBeLessThan(60 * 60_000)
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
    const [grave, usual] = thresholdsOf(['traffic-signal.delay:above=40:windows=5'], 'delay')!
    expect([grave.above, grave.windows, usual.above]).toEqual([40, 5, 10])
    expect(descriptor).toEqual(before)
  })

  it('adds one where the KPI has none on that side', () => {
    expect(thresholdsOf(['traffic-signal.usage:below=0.1'], 'usage')!.at(-1)).toEqual({
      ...{ below: 0.1, windows: 3, severity: 'warning', scope: 'district' },
    })
  })

  it('moves those against usual by a word of their own, and adds one in the KPI’s unit', () => {
    const [grave, usual] = thresholdsOf(['traffic-signal.delay:above-usual=3'], 'delay')!
    expect(grave.above).toBe(80)
    expect(usual).toMatchObject({ above: 3, againstUsual: 'kpi', windows: 3 })
    expect(thresholdsOf(['traffic-signal.usage:below-usual=-0.1'], 'usage')!.at(-1)).toEqual({
      ...{ below: -0.1, againstUsual: 'kpi', windows: 3, severity: 'warning', scope: 'district' },
    })
  })

  it('names everything that cannot be', () => {
    const moves = ['traffic-signal.delay', 'nothing.here:above=1', 'traffic-signal.delay:above=x']
    expect(() => withThresholds(descriptor, moves)).toThrow(
      /"traffic-signal\.delay", expected kpi:below[\s\S]*"nothing\.here", expected one of traffic[\s\S]*above=x"/,
    )
  })
})
