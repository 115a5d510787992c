// Groups alerts by place and time: what opens next to each other, one soon after another, is likely one thing.
import type { City } from '../../seeds/contract.ts'
import { neighboursOf } from './neighbours.ts'
import type { Alert } from './types.ts'

/** An alert joins a group whose latest opened at most so long before: as a storm takes from one district to the next (demo assumption). */
const WITHIN_MS = 30 * 60_000

type Group = { id: string; latest: number; scopes: Set<string> }
type Placed = Pick<Alert, 'id' | 'scope' | 'openedAt'>

/** Group by alert, whatever order they are given in; a group is called by the id of its first alert, which is the earliest. */
export function groupAlerts(alerts: Placed[], city: City): Map<string, string> {
  const neighbours = neighboursOf(city)
  const isNear = (scope: string, { scopes }: Group) =>
    // What moves the whole city may be any district's doing.
    scope === city.code ||
    scopes.has(city.code) ||
    scopes.has(scope) ||
    [...(neighbours.get(scope) ?? [])].some((next) => scopes.has(next))
  const groupOf = new Map<string, string>()
  let recent: Group[] = []
  for (const { id, scope, openedAt } of alerts.toSorted(byOpening)) {
    const opened = Date.parse(openedAt)
    // The one that grew last comes first.
    recent = recent.filter(({ latest }) => opened - latest <= WITHIN_MS)
    const joined = recent.find((group) => isNear(scope, group))
    const group = joined ?? { id, latest: opened, scopes: new Set<string>() }
    group.latest = opened
    group.scopes.add(scope)
    recent = [group, ...recent.filter((other) => other !== group)]
    groupOf.set(id, group.id)
  }
  return groupOf
}

function byOpening(a: Placed, b: Placed): number {
  const later = Date.parse(a.openedAt) - Date.parse(b.openedAt)
  return later !== 0 ? later : a.id < b.id ? -1 : 1
}
