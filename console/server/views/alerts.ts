// The run's alerts as they are read over REST: newest first, each with the group that it belongs to.
import { groupAlerts } from '../../../processor/contract/alert-groups.ts'
import type { AlertView } from '../../messages.ts'
import type { ShownRun } from '../state/run.ts'

export function alertViews({ alerts, city }: Pick<ShownRun, 'alerts' | 'city'>): AlertView[] {
  const newest = alerts.newestFirst()
  const groups = groupAlerts(newest, city)
  return newest.map((alert) => ({ ...alert, group: groups.get(alert.id)! }))
}
