// Every domain keeps its promises with the data and the assets of a city that its simulator was not made for.
import { describe } from 'vitest'
import { HOUR_MS, isoTime } from '../../infra/time.ts'
import { domains } from '../../producers/domains.ts'
import { buildCatalogue } from '../../seeds/catalogue/catalogue.ts'
import { loadCity } from '../../seeds/load/city.ts'
import { loadScenario } from '../../seeds/scenario/scenario.ts'
import { CITIES, SMALL_CITY, smallOptions } from '../cities.ts'
import { keepsTheDomainPromises } from './domain-promises.ts'

const MOST_ASSETS = 40
/** Values that follow a path over the years are the same for every seed. */
const SEEDLESS = ['indicator-report']
/** A junction reports at the end of each of its cycles. */
const OWN_RHYTHM = ['traffic-signal']
/** For so long an operator's gateway or a lot's controller may be down, or a junction's longest cycle exceed the cadence. */
const SILENT_MS: Record<string, number> = { parking: 24 * HOUR_MS, 'traffic-signal': 90_000 }

/** The small city; another where it has none of a domain. */
const cityWith = (name: string) =>
  [SMALL_CITY, ...CITIES].find((id) => name in loadCity(id).domainParameters) ?? SMALL_CITY

describe.each(domains.map((d) => [d.declaration.domain, d] as const))(
  '%s in a city that it was not made for',
  (name, domain) => {
    const id = cityWith(name)
    const city = loadCity(id)
    const { start } = loadScenario(`${id}/default`)
    const catalogue = buildCatalogue(city, Number(smallOptions(id).scale))
    const { from, to } = catalogue.ranges[name]
    const assets = catalogue.ids
      .slice(from, Math.min(to, from + MOST_ASSETS))
      .map((id, i) => ({ id, attributes: catalogue.attributes[from + i] }))
    keepsTheDomainPromises({
      ...{ domain, assets, city, start: isoTime(start) },
      hours: Math.max(12, (3 * domain.declaration.cadenceMs) / HOUR_MS),
      seeded: !SEEDLESS.includes(name),
      atCadence: !OWN_RHYTHM.includes(name),
      silentMs: SILENT_MS[name],
    })
  },
)
