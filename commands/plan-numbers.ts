// `huacheng plan-numbers <kpi> <total>`: planned numbers per district for plan.json, apportioned so that they sum to the city's.
import { collector, Problem, problemText } from '../infra/problem.ts'
import { printLine } from '../infra/program/standard-output.ts'
import type { Declaration } from '../producers/contract/declaration.ts'
import { domains as allDomains } from '../producers/domains.ts'
import { apportion } from '../seeds/catalogue/apportion.ts'
import { buildCatalogue } from '../seeds/catalogue/catalogue.ts'
import type { City } from '../seeds/contract.ts'
import { loadCity } from '../seeds/load/city.ts'
import { type CliCommand, SCENARIO_OPTIONS, scenarioSource, wordsOf } from './options/options.ts'

const WAYS = ['population', 'assets'] as const
type Way = (typeof WAYS)[number]
const EXAMPLE = '`npx huacheng plan-numbers parking.coverage 3000`'

/** By scope code, the city first; the districts sum to it. Of a city-wide domain the city's number alone. */
export function plannedNumbers(
  city: City,
  { domain, cityWide }: Pick<Declaration, 'domain' | 'cityWide'>,
  total: number,
  by: Way,
): Record<string, number> {
  if (cityWide) return { [city.code]: total }
  const codes = city.districts.map(({ code }) => code)
  const weights =
    by === 'assets'
      ? assetsByDistrict(city, domain)
      : city.districts.map(({ population10k }) => population10k)
  const parts = apportion(total, weights)
  return Object.fromEntries([[city.code, total], ...codes.map((code, i) => [code, parts[i]])])
}

function assetsByDistrict(city: City, domain: string): number[] {
  const { ranges, district } = buildCatalogue(city, 1)
  const counts = city.districts.map(() => 0)
  const range = ranges[domain] ?? { from: 0, to: 0 }
  for (let n = range.from; n < range.to; n++) if (district[n] > 0) counts[district[n] - 1]++
  if (counts.some((count) => count > 0)) return counts
  const where = `seeds/${city.id}/${domain}.json`
  throw new Problem(problemText('--by', `assets, and ${where} has none`, 'population'))
}

export const planNumbers: CliCommand = {
  name: 'plan-numbers',
  about: `
What a share is divided by: <total> for the city, split over its districts by population (as the catalogue spreads
assets) or in proportion to the domain's own assets, by largest remainders, so that the districts sum to the total.
A city-wide domain has the city's number alone. Paste the line into "planned" of seeds/<city>/plan.json.`,
  words: { value: 'kpi total', text: 'a share, such as parking.coverage, and a whole number' },
  options: {
    city: SCENARIO_OPTIONS.city,
    by: {
      type: 'string',
      value: 'what',
      text: 'population, or the domain’s assets',
      default: WAYS[0],
    },
  },
  examples: [
    'npx huacheng plan-numbers parking.coverage 3000',
    'npx huacheng plan-numbers five-g-site.coverage 500 --city testville --by assets',
  ],
  async run(values) {
    const [kpi, total, ...more] = wordsOf(values)
    const by = (values.by as Way | undefined) ?? WAYS[0]
    const problems = collector()
    const declaration = shareOf(kpi, problems)
    if (!/^[1-9]\d{0,8}$/.test(total ?? '')) {
      problems.add('total', total ?? 'nothing', 'a whole number from 1 to 999999999', EXAMPLE)
    }
    if (more.length > 0) problems.add('plan-numbers', `"${more.join(' ')}"`, 'a KPI and a total')
    if (!WAYS.includes(by)) problems.add('--by', by, WAYS.join(' or '))
    const city = problems.gather(() => loadCity(scenarioSource(values).name.split('/')[0]))
    problems.throwIfAny('no planned numbers')
    if (!declaration || !city) throw new Error('unreachable: nothing was wrong')
    const numbers = plannedNumbers(city, declaration, Number(total), by)
    printLine(`${JSON.stringify(kpi)}: ${JSON.stringify(numbers).replaceAll(/([:,])/g, '$1 ')}`)
  },
}

/** The declaration of the domain that declares the share; undefined, and a problem more, when none does. */
function shareOf(
  kpi: string | undefined,
  problems: ReturnType<typeof collector>,
): Declaration | undefined {
  const shares = new Map<string, Declaration>(
    allDomains.flatMap(({ declaration }) =>
      declaration.measures
        .filter(({ kind }) => kind === 'share')
        .map(({ name }) => [`${declaration.domain}.${name}`, declaration] as const),
    ),
  )
  const found = kpi === undefined ? undefined : shares.get(kpi)
  const known = `a share: ${[...shares.keys()].join(', ')}`
  if (!found) problems.add('kpi', kpi ?? 'nothing', known, EXAMPLE)
  return found
}
