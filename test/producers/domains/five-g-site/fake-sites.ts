// Invented 5G sites for the domain's tests, and parameters that switch one cause of outages off.
import { parseInstant } from '../../../../infra/time.ts'
import { fiveGSite } from '../../../../producers/domains/five-g-site/domain.ts'
import type { SiteParameters } from '../../../../producers/domains/five-g-site/parameters.ts'
import { type FakeAsset, seedParameters } from '../../simulated-city.ts'

export const SITES_PER_FEEDER = 100
const SETTINGS = ['office', 'home', 'transport', 'rural']

export function sites(count: number, setting?: string): FakeAsset[] {
  return Array.from({ length: count }, (_, n) => ({
    id: `5g-440106-${String(n).padStart(5, '0')}`,
    attributes: {
      kind: n % 5 < 3 ? 'outdoor' : 'indoor',
      shared: n % 3 === 0,
      operator: 'ABCD'[n % 4],
      setting: setting ?? SETTINGS[n % 4],
      feeder: `F${Math.floor(n / SITES_PER_FEEDER)}`,
    },
    // A feeder's sites are a cell of ten by ten streets.
    cell: Math.floor(n / SITES_PER_FEEDER),
    lon: 113.3 + 0.002 * (n % 10) + 0.03 * Math.floor(n / SITES_PER_FEEDER),
    lat: 23.1 + 0.002 * Math.floor((n % SITES_PER_FEEDER) / 10),
  }))
}

export const MIDNIGHT = '2025-06-18T00:00:00+08:00'
export const midnight = parseInstant(MIDNIGHT, 'start')
export const parameters = seedParameters(fiveGSite) as SiteParameters
export const never = { perDay: 0, medianHours: 1, sigma: 0 }
export const always = { perDay: 1, medianHours: 23, sigma: 0 }
export const calm = { ...parameters.storm, feederShare: 0 }
export const linked = { ...parameters.transmission, perDay: 0 }
