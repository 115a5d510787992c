// Invented alerts of the mock city.
import type { Alert } from '../../console/messages.ts'

export function mockAlerts(scopes: { code: string }[], epoch: number, sim: number): Alert[] {
  const alert = (k: number, kpi: string, severity: Alert['severity'], closed: boolean): Alert => ({
    epoch,
    id: `a-${k}`,
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
    alert(2, 'bus-stop.coverage', 'warning', false),
    alert(4, 'bus-stop.coverage', 'warning', true),
  ]
}
