// A new domain's data for one city: `<name>.json`, and the planned numbers of its share in plan.json.
import { Problem, problemText } from '../../infra/problem.ts'
import { type City, placesOf } from '../../seeds/contract.ts'
import { freePrefix } from '../../seeds/load/city-checks.ts'
import { plannedNumbers } from '../plan-numbers.ts'
import type { DomainWords } from './domain-name.ts'

/** One point for so many residents; a small city has a few all the same. */
const RESIDENTS_10K_PER_POINT = 10
const FEWEST_POINTS = 20

/** A prefix of asset ids that is free in every city. */
export function prefixFor(name: string, cities: City[]): string {
  return freePrefix(
    name,
    cities.flatMap((city) => Object.values(placesOf(city).catalogue)),
  )
}

const pointsOf = (city: City): number => {
  const residents = city.districts.reduce((sum, { population10k }) => sum + population10k, 0)
  return Math.max(FEWEST_POINTS, Math.round(residents / RESIDENTS_10K_PER_POINT))
}

/** Text of `seeds/<city>/<name>.json`. */
export function dataText(city: City, words: DomainWords, idPrefix: string): string {
  const text = 'Invented; replace it by what is known, with its source'
  const data = {
    catalogue: {
      sources: [{ of: 'everything', grade: 'demo assumption', text }],
      idPrefix,
      asset: { zh: words.zh, en: words.en },
      count: pointsOf(city),
      placement: 'places',
      commissioned: '2020-01-01T00:00:00+08:00',
      attributes: { operator: { pool: 'organisation', size: 4 } },
    },
    simulation: {
      note: text,
      curve: Object.keys(city.demand)[0],
      casesPerDay: 120,
      medianMin: 40,
      sigma: 0.5,
      failed: 0.04,
    },
  }
  return `${JSON.stringify(data, null, 2)}\n`
}

/** plan.json with planned numbers for the share of the new domain, the rest as it stands. */
export function withPlanned(text: string, city: City, kpi: string): string {
  const [domain] = kpi.split('.')
  const numbers = plannedNumbers(city, { domain, cityWide: false }, pointsOf(city), 'population')
  const entry = JSON.stringify({ [kpi]: numbers }, null, 2)
    .split('\n')
    .slice(1, -1)
  const opening = /"planned":\s*\{/.exec(text)
  if (!opening) {
    const where = `seeds/${city.id}/plan.json`
    throw new Problem(problemText(where, 'no "planned"', '"planned": {…}'))
  }
  const at = opening.index + opening[0].length
  const isLast = /^\s*\}/.test(text.slice(at))
  const lines = entry.map((line) => `  ${line}`).join('\n')
  return `${text.slice(0, at)}\n${lines}${isLast ? '' : ','}${text.slice(at)}`
}
