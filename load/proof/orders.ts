// What operators do in a proof: every command that any domain declares, and incidents of every kind that needs no route.
import type { Declaration } from '../../producers/contract/declaration.ts'
import type { Descriptor } from '../../producers/contract/records.ts'
import type { Catalogue } from '../../seeds/contract.ts'

export type PlannedOrder = {
  /** Sent when so much of the run is over, from 0 to 1. */
  share: number
  command: { id: string; name: string; target?: string; args: Record<string, unknown> }
}

const [FIRST, LAST] = [0.2, 0.8]
const INCIDENT_LENGTH = 'PT30M'

/** With arguments as the page proposes them, each asset command at an asset in the middle of its domain. */
export function ordersOf(
  {
    declarations,
    incidents = [],
    scopes = [],
  }: Pick<Descriptor, 'declarations' | 'incidents' | 'scopes'>,
  catalogue: Catalogue,
  start: number,
): PlannedOrder[] {
  const ofAssets = Object.values(declarations).flatMap((declaration) => {
    const target = middleOf(declaration, catalogue, start)
    return declaration.commands.map(({ name, args }) => ({ name, target, args: proposed(args) }))
  })
  const place = { district: scopes.at(1)?.code }
  const started = incidents
    .filter(({ route }) => !route)
    .map(({ kind }) => ({
      name: 'incident.start',
      args: { kind, place, for: INCIDENT_LENGTH },
    }))
  // Both sorts in turn, so that commands meet cities in which something happens.
  const orders = ofAssets.flatMap((order, i) => (started[i] ? [started[i], order] : [order]))
  const first = orders.findIndex(({ name }) => name === 'incident.start')
  const stop = { name: 'incident.stop', args: { id: `proof-${first}` } }
  return [...orders, ...(first < 0 ? [] : [stop])].map((order, i, all) => ({
    share: FIRST + ((LAST - FIRST) * i) / all.length,
    command: { id: `proof-${i}`, ...order },
  }))
}

/** Undefined where the domain has no asset in service. */
function middleOf({ domain }: Declaration, catalogue: Catalogue, start: number) {
  const { from, to } = catalogue.ranges[domain]
  const there = catalogue.ids
    .slice(from, to)
    .filter((_, i) => catalogue.commissionedAt[from + i] <= start)
  return there[Math.floor(there.length / 2)]
}

function proposed(args: object): Record<string, unknown> {
  const { properties = {} } = args as { properties?: Record<string, { default?: unknown }> }
  return Object.fromEntries(Object.entries(properties).map(([key, p]) => [key, p.default]))
}
