// The places that domains share: headline ranks, layer orders, shapes, event types; what is taken twice, and what is free.
import type { Problems } from '../../seeds/load/seed-file.ts'
import { type Declaration, SHAPES } from './declaration.ts'

export type FreePlaces = { headline: number; order: number; shape: (typeof SHAPES)[number] | null }

/** The next free rank of the headline row, layer order, and shape (null: all are taken). */
export function freePlaces(declarations: Declaration[]): FreePlaces {
  const layers = declarations.map(({ layer }) => layer)
  const drawn = layers.filter(({ order }) => order !== null)
  const shapes = new Set(drawn.map(({ shape }) => shape))
  return {
    headline: firstFree(declarations.flatMap(ranksOf).map(({ rank }) => rank)),
    order: firstFree(drawn.map(({ order }) => order)),
    shape: SHAPES.find((shape) => !shapes.has(shape)) ?? null,
  }
}

function firstFree(taken: (number | null)[]): number {
  let next = 1
  while (taken.includes(next)) next++
  return next
}

function ranksOf({ domain, measures }: Declaration) {
  return measures.flatMap(({ name, headline }) =>
    headline === undefined ? [] : [{ rank: headline, kpi: `${domain}.${name}` }],
  )
}

/** Adds what several domains claim at once, or claim wrongly: all of it, with the other domain and what is free. */
export function checkPlaces(declarations: Declaration[], problems: Problems): void {
  const free = freePlaces(declarations)
  const claims = new Claims(problems)
  for (const declaration of declarations) {
    const { domain, cityWide, layer, events } = declaration
    claims.add('its domain’s name', domain, domain, 'a name of its own')
    for (const { rank, kpi } of ranksOf(declaration)) {
      claims.add(`measure ${kpi} headline`, String(rank), domain, `${free.headline}, the next free`)
    }
    const where = `layer of ${domain}`
    if (cityWide !== (layer.order === null)) {
      const expected = cityWide ? 'null: a city-wide domain draws no points' : String(free.order)
      problems.add(`${where} order`, String(layer.order), expected)
    }
    if (layer.order !== null) {
      claims.add(`${where} order`, String(layer.order), domain, `${free.order}, the next free`)
      const shape = free.shape ?? 'one of its own; all are taken, so draw another (SHAPES)'
      claims.add(`${where} shape`, `"${layer.shape}"`, domain, shape)
    }
    for (const { name, type } of events) {
      const expected = `city.${domain}.${name}.v1`
      if (type === expected) continue
      const other = declarations.find((d) => d !== declaration && typePrefixOf(type) === d.domain)
      const got = `"${type}"${other ? `, a type of ${other.domain}` : ''}`
      problems.add(`event ${name} of ${domain} type`, got, `"${expected}"`)
    }
  }
}

const typePrefixOf = (type: string) => type.split('.')[1]

/** Who claimed what first; `kind` is the claim without the claimant. */
class Claims {
  readonly #problems: Problems
  readonly #claimed = new Map<string, string>()

  constructor(problems: Problems) {
    this.#problems = problems
  }

  add(where: string, got: string, domain: string, free: string): void {
    const kind = where.split(' ').at(-1)
    const key = `${kind} ${got}`
    const other = this.#claimed.get(key)
    if (other !== undefined) this.#problems.add(where, `${got}, which ${other} has`, free)
    else this.#claimed.set(key, domain)
  }
}
