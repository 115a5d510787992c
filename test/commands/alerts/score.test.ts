// The arithmetic of the score on made-up alerts and incidents.
import { describe, expect, it } from 'vitest'
import { scoreIncident, scoreRuns, type TrueIncident } from '../../../commands/alerts/score.ts'
import { HOUR_MS, MINUTE_MS } from '../../../infra/time.ts'
import type { Alert } from '../../../processor/contract/types.ts'

const START = Date.parse('2026-03-10T00:00:00Z')
const at = (minute: number) => START + minute * MINUTE_MS

function alert(minute: number, scope = '990101', kpi = 'a.b'): Alert {
  const openedAt = new Date(at(minute)).toISOString()
  return {
    ...{ epoch: 0, id: `a-${kpi}-${scope}-${minute}`, kpi, scope, severity: 'warning' },
    ...{ openedAt, closedAt: null, value: 1, threshold: 0, windows: 3 },
  }
}

function incident(id: string, from: number, until: number, more: object = {}): TrueIncident {
  const scopes = new Set(['990100', '990101'])
  return { id, kind: 'flood', from: at(from), until: at(until), aftermathMs: 0, scopes, ...more }
}

const day = (alerts: Alert[], incidents: TrueIncident[]) => ({
  groups: new Map(alerts.map(({ id, scope }) => [id, scope])),
  ...{ alerts, incidents, lengthMs: 24 * HOUR_MS },
})

describe('an alert belongs to an incident', () => {
  const flood = incident('flood', 10, 60)
  it.each([
    ['as it begins', 10, '990101', 1],
    ['before it', 9, '990101', 0],
    ['as it ends', 60, '990101', 1],
    ['after its end', 61, '990101', 0],
    ['in a district that it does not touch', 30, '990102', 0],
    ['in the whole city', 30, '990100', 1],
  ])('%s: minute %i in %s → %i', (_, minute, scope, count) => {
    expect(scoreIncident([alert(minute, scope)], flood).alerts).toBe(count)
  })

  it('also while what the incident left behind may last', () => {
    const long = incident('flood', 10, 60, { aftermathMs: HOUR_MS })
    expect([60, 120, 121].map((m) => scoreIncident([alert(m)], long).alerts)).toEqual([1, 1, 0])
  })
})

describe('the score', () => {
  it('counts what was detected, missed and false, and the time to the first alert', () => {
    const flood = incident('flood', 10, 60)
    const fire = incident('fire', 200, 260)
    const alerts = [alert(45), alert(22), alert(100), alert(300, '990102')]
    expect(scoreIncident(alerts, flood)).toMatchObject({ alerts: 2, detectMs: 12 * MINUTE_MS })
    expect(scoreIncident(alerts, flood).first?.id).toBe('a-a.b-990101-22')
    expect(scoreRuns([day(alerts, [flood, fire])])).toEqual({
      ...{ incidents: 2, detected: 1, missed: 1, detectMs: 12 * MINUTE_MS },
      ...{ alerts: 4, groups: 2, false: 2, falsePerDay: 2 },
    })
  })

  it('adds runs: the median over all incidents, false alerts by all days', () => {
    const runs = [5, 9, 30, 31].map((m) => day([alert(m), alert(90)], [incident('flood', 0, 60)]))
    expect(scoreRuns(runs)).toMatchObject({
      ...{ incidents: 4, detected: 4, missed: 0, detectMs: 9 * MINUTE_MS },
      ...{ alerts: 8, false: 4, falsePerDay: 1 },
    })
  })

  it('gives an alert to each of the incidents that overlap, and none of it is false', () => {
    const both = [incident('flood', 0, 60), incident('fire', 20, 80)]
    expect(scoreRuns([day([alert(30)], both)])).toMatchObject({ detected: 2, false: 0 })
  })

  it('calls every alert of a quiet day false, and no time a median', () => {
    expect(scoreRuns([day([alert(30)], [])])).toMatchObject({
      ...{ incidents: 0, detected: 0, missed: 0, detectMs: null, false: 1 },
    })
  })
})
