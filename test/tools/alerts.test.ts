// The table of alerts: what counts as noticed often enough and quiet enough.
import { describe, expect, it } from 'vitest'
import type { ScoredRun } from '../../commands/alerts/score.ts'
import { DAY_MS, isoTime, MINUTE_MS } from '../../infra/time.ts'
import type { Alert } from '../../processor/contract/types.ts'
import { scoreLines, scoreRows } from '../../tools/alerts/score-table.ts'

const START = Date.parse('2026-03-10T00:00:00.000Z')
const CITY = '990100'

/** A day in which alerts opened at these minutes, and an incident from minute 100 to 200 or none. */
function day(minutes: number[], happens = true): ScoredRun {
  const alerts = minutes.map(
    (minute, k): Alert => ({
      ...{ epoch: 0, id: `a-${k}`, kpi: 'lamp.lit', scope: CITY, severity: 'warning' },
      ...{ openedAt: isoTime(START + minute * MINUTE_MS), closedAt: null },
      ...{ value: 1, threshold: 0, windows: 1 },
    }),
  )
  const flood = {
    ...{ id: 'flood-1', kind: 'flood', aftermathMs: 0, scopes: new Set([CITY]) },
    ...{ from: START + 100 * MINUTE_MS, until: START + 200 * MINUTE_MS },
  }
  const groups = new Map(alerts.map(({ id }) => [id, id]))
  return { alerts, groups, incidents: happens ? [flood] : [], lengthMs: DAY_MS }
}

describe('the table of alerts', () => {
  it('has a row for each incident: how often it was noticed, and how soon', () => {
    const noticed = [day([110]), ...Array<ScoredRun>(18).fill(day([120, 130])), day([150])]
    const [row] = scoreRows('storm', noticed)
    expect(row).toMatchObject({
      ...{ incident: 'flood-1 (flood)', runs: 20, detected: '100 %', median: '20 min' },
      ...{ range: '10–50 min', alerts: '1.9', false: '0 in 20.0 d', ok: true },
    })
    const missed = day([])
    expect(scoreRows('storm', [...noticed.slice(1), missed])[0]).toMatchObject({
      ...{ detected: '95 %', ok: true },
    })
    expect(scoreRows('storm', [...noticed.slice(2), missed, missed])[0].ok).toBe(false)
  })

  it('holds a scenario in which nothing happens to one false alert a day', () => {
    const [quiet, loud] = [[5], [5, 9]].map((m) => scoreRows('night', [day(m, false)])[0])
    expect(quiet).toMatchObject({ incident: '–', detected: '–', false: '1 in 1.0 d', ok: true })
    expect(loud).toMatchObject({ false: '2 in 1.0 d', ok: false })
    // Elsewhere what is false is said, and not bounded: a smaller city has more of it.
    expect(scoreRows('storm', [day([5, 9, 120])])[0]).toMatchObject({
      false: '2 in 1.0 d',
      ok: true,
    })
    expect(scoreLines([quiet]).at(-1)).toBe('| night | – | 1 | – | – | – | 1.0 | 1 in 1.0 d | ok |')
  })
})
