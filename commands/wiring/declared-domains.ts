// What this build's domains declare of their events, for records that no run explains.
import type { Declaration } from '../../producers/contract/declaration.ts'
import { domains } from '../../producers/domains.ts'

export const declaredDomains = (): Record<string, Declaration> =>
  Object.fromEntries(domains.map(({ declaration }) => [declaration.domain, declaration]))
