// Names of all KPIs that a city's domains declare, so that a misspelt one is found before a run begins.
import { type City, placesOf } from '../../seeds/contract.ts'
import type { Domain } from '../simulation/simulator.ts'

/** `<domain>.<measure>`; a measure that every asset has of its own goes by the assets' slugs. */
export function kpiIds(domains: Domain[], city: City): string[] {
  const sections = placesOf(city).catalogue
  return domains.flatMap(({ declaration: { domain, measures } }) => {
    const section = sections[domain]
    const slugs =
      section && 'assets' in section ? section.assets.map((a) => String(a.attributes.slug)) : []
    const names = measures.flatMap((m) => (m.per === 'asset' ? slugs : [m.name]))
    return names.map((name) => `${domain}.${name}`)
  })
}
