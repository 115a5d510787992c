// Assets in the order in which a person should look at them: what is wrong first.
import type { EntityStore } from './entities.ts'
import type { ToneName } from './tones.ts'

const ORDER: ToneName[] = ['critical', 'warning', 'offline', 'none', 'muted', 'normal']

export type AssetFilter = {
  /** Index of a scope, 0 = the whole city. */
  scope: number
  /** A domain's index, null = all of `shown`. */
  domain: number | null
  /** Domains that have a layer, by index. */
  shown: boolean[]
}

/** Catalogue numbers, worst tone first and by number within one. */
export function worstFirst(entities: EntityStore, { scope, domain, shown }: AssetFilter): number[] {
  const byTone = new Map<ToneName, number[]>(ORDER.map((tone) => [tone, []]))
  const { domain: domainOf, scope: scopeOf } = entities.catalogue
  for (let i = 0; i < entities.size; i++) {
    if (domain === null ? !shown[domainOf[i]] : domainOf[i] !== domain) continue
    if (scope !== 0 && scopeOf[i] !== scope) continue
    byTone.get(entities.toneOf(i))?.push(i)
  }
  return ORDER.flatMap((tone) => byTone.get(tone) ?? [])
}
