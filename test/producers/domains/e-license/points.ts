// E-licence points for tests: the catalogue's mix of types, and a part of the whole city with its online services.
import { cityTimeOfDay, HOUR_MS, parseInstant } from '../../../../infra/time.ts'
import { eLicense } from '../../../../producers/domains/e-license/domain.ts'
import type { LicenceParameters } from '../../../../producers/domains/e-license/parameters.ts'
import { type FakeAsset, type Seen, seedParameters } from '../../simulated-city.ts'

export const parameters = seedParameters(eLicense) as LicenceParameters

/** A Wednesday. */
export const MIDNIGHT = '2025-06-18T00:00:00+08:00'
export const midnight = parseInstant(MIDNIGHT, 'start')

export const isOfficeHour = (time: number): boolean => {
  const h = cityTimeOfDay(time) / HOUR_MS
  return (h >= 9 && h < 12) || (h >= 13 && h < 17)
}

const ONLINE = ['app', 'mini-program', 'website']

/** Of 2,000 points 26 district centres, 176 street centres, 398 neighbourhood stations and 1,400 terminals. */
function typeOf(n: number): string {
  const at = (n * 37) % 1000
  if (at < 13) return 'district-hall'
  if (at < 101) return 'street-hall'
  return at < 300 ? 'community' : 'self-service'
}

export function points(count: number, type?: string): FakeAsset[] {
  return Array.from({ length: count }, (_, n) => ({
    id: `lic-440106-${String(n).padStart(5, '0')}`,
    attributes: { type: type ?? typeOf(n), organisation: 'district' },
  }))
}

/** A `share` of the city's 2,000 points, and its online services doing that share of their work. */
export function partOfCity(share: number) {
  const online = ONLINE.map((type) => ({
    id: `lic-440100-${type}`,
    attributes: { type, organisation: 'city' },
  }))
  const scaled = Object.entries(parameters.points).map(([type, point]) => {
    const part = ONLINE.includes(type) ? share : 1
    return [type, { ...point, perDay: point.perDay * part }] as const
  })
  return {
    domain: eLicense,
    assets: [...online, ...points(2000 * share)],
    parameters: { points: Object.fromEntries(scaled) },
  }
}

/** Accepted e-licences among the eligible. */
export function usageOf(seen: Seen[]): { usage: number; eligible: number } {
  const eligible = seen.filter((s) => s.data.eligible === true)
  const used = eligible.filter(
    (s) => s.data.presented === 'e-license' && s.data.outcome === 'accepted',
  )
  return { usage: used.length / eligible.length, eligible: eligible.length }
}
