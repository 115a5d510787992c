// Invented alerts of the mock city.
import type { AlertView } from '../../console/messages.ts'

export function mockAlerts(scopes: { code: string }[], epoch: number, sim: number): AlertView[] {
  const alert = (
    k: number,
    kpi: string,
    severity: AlertView['severity'],
    closed: boolean,
  ): AlertView => ({
    epoch,
    id: `a-${k}`,
    group: 'a-4',
    kpi,
    scope: scopes[5].code,
    severity,
    openedAt: new Date(sim - k * 90_000).toISOString(),
    closedAt: closed ? new Date(sim - k * 30_000).toISOString() : null,
    value: 0.914,
    threshold: 0.97,
    windows: 3,
  })
  return [
    alert(1, 'street-lamp.availability', 'critical', false),
    {
      ...alert(2, 'bus-stop.coverage', 'warning', false),
      ...{ threshold: -0.05, against: { usual: 0.981, difference: -0.067, unit: 'kpi' } },
    },
    alert(4, 'bus-stop.coverage', 'warning', true),
  ]
}
