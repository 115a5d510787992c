// Turns a domain's attribute rules (catalogue-section.ts) into one function that draws an asset's attributes from its stream.
import { logNormal, type StreamWords, uniform } from '../../infra/random.ts'
import type { AttributeValue } from '../contract.ts'
import type { PlaceKind } from '../geography/built-up.ts'
import { PLACE_KINDS, type Rule, type SpreadSection } from '../load/catalogue-section.ts'
import { companyPool, modelPool } from './pools.ts'

const CORRIDOR_DIGITS = 4

/** What a rule may look at besides the stream. */
export type Site = {
  /** Index of the asset's district in City.scopes, and its place among the domain's assets there. */
  scope: number
  /** The district's code. */
  code: string
  rank: number
  /** Share of the district's assets, at full scale, that is one for each of its streets and towns. */
  oneEach: number
  /** Where it stands: worked out when it is first asked for, from the attributes drawn so far. */
  place(soFar: Record<string, AttributeValue>): Place
}

export type Place = {
  cell: number
  /** 1-4: the quarter of the cell. */
  quarter: number
  kind: PlaceKind
  road?: { class: string; approaches: number; corridor: number }
}

export type AttributeDraw = (
  words: StreamWords,
  at: number,
  site: Site,
) => Record<string, AttributeValue>

type Draw = (
  words: StreamWords,
  at: number,
  site: Site,
  soFar: Record<string, AttributeValue>,
) => AttributeValue

/** Attributes are drawn in the order of the file: append new ones, and the others keep their values. */
export function attributeDraw(seed: number, domain: string, section: SpreadSection): AttributeDraw {
  const names = Object.keys(section.attributes)
  const draws = names.map((name) =>
    drawOf(section.attributes[name], seed, `${domain}.${name}`, section),
  )
  return (words, at, site) => {
    const values: Record<string, AttributeValue> = {}
    for (let k = 0; k < names.length; k++) values[names[k]] = draws[k](words, at, site, values)
    return values
  }
}

function drawOf(rule: Rule, seed: number, name: string, section: SpreadSection): Draw {
  if ('values' in rule && rule.evenly) return inTurn(rule)
  if ('values' in rule) return weighted(rule.values, rule.weights)
  if ('chance' in rule) return (words, at) => uniform(words, at) < rule.chance
  if ('median' in rule) {
    const { median, sigma, min, max } = rule
    return (words, at) =>
      Math.min(max, Math.max(min, Math.round(logNormal(words, at, median, sigma))))
  }
  if ('pool' in rule) return even(companyPool(rule))
  if ('model' in rule) return models(rule, seed, name, section)
  if ('quarter' in rule) {
    return (_words, _at, site, soFar) => {
      const { cell, quarter } = site.place(soFar)
      return `${rule.quarter}-${String(cell).padStart(3, '0')}-${quarter}`
    }
  }
  if ('ofDistrict' in rule) return (_words, _at, { code }) => `${rule.ofDistrict}-${code}`
  if ('road' in rule) {
    return (_words, _at, site, soFar) => {
      const { road } = site.place(soFar)
      if (!road) throw new Error(`${name}: {road} without a road graph`)
      return rule.road === 'corridor' ? corridorId(road.corridor) : road[rule.road]
    }
  }
  if ('place' in rule) {
    const draws = new Map<PlaceKind, Draw>()
    for (const kind of PLACE_KINDS) {
      const inner = rule.place[kind] ?? rule.place.other
      if (inner) draws.set(kind, drawOf(inner, seed, `${name}.${kind}`, section))
    }
    return (words, at, site, soFar) => {
      const { kind } = site.place(soFar)
      const draw = draws.get(kind)
      if (!draw) throw new Error(`${name}: no rule for ${kind}`) // domain-checks.ts refuses it
      return draw(words, at, site, soFar)
    }
  }
  const cases = Object.fromEntries(
    Object.entries(rule.cases).map(([value, inner]) => [
      value,
      drawOf(inner, seed, `${name}.${value}`, section),
    ]),
  )
  return (words, at, site, soFar) => cases[String(soFar[rule.by])](words, at, site, soFar)
}

/** `c0012`: a name for the continuous road that a junction stands on. */
function corridorId(corridor: number): string {
  return `c${String(corridor).padStart(CORRIDOR_DIGITS, '0')}`
}

function weighted(values: AttributeValue[], weights: number[]): Draw {
  const sum = weights.reduce((a, b) => a + b, 0)
  let reached = 0
  const bounds = weights.map((weight) => {
    reached += weight
    return reached / sum
  })
  return (words, at) => {
    const u = uniform(words, at)
    let k = 0
    while (k < bounds.length - 1 && u >= bounds[k]) k++
    return values[k]
  }
}

/** Each district starts elsewhere in its round, so that a scaled city has rare values in proportion. */
const GOLDEN = (Math.sqrt(5) - 1) / 2

/** What sums of shares may miss of a whole number. */
const ALMOST = 1e-9

/** Every value whenever its share of the assets so far passes a whole number; the assets left over go to the later values. */
function inTurn({ values, weights, oneEach }: Extract<Rule, { values: unknown }>): Draw {
  // The value of which each subdistrict has one comes first, so that the others cannot crowd it out.
  const order = values.map((_, v) => v)
  order.sort((a, b) => Number(values[b] === oneEach) - Number(values[a] === oneEach) || a - b)
  const left = order.map((_, i) => order.slice(i).reduce((sum, v) => sum + weights[v], 0))
  return (_words, _at, { scope, rank, oneEach: each }) => {
    const start = (scope * GOLDEN) % 1
    let at = rank
    for (let i = 0; i < order.length - 1; i++) {
      const value = values[order[i]]
      const share = value === oneEach ? each : weights[order[i]] / left[i]
      const before = Math.floor(at * share + start + ALMOST)
      if (Math.floor((at + 1) * share + start + ALMOST) > before) return value
      at -= before
    }
    return values[order[order.length - 1]]
  }
}

function even(values: string[]): Draw {
  return (words, at) => values[Math.floor(uniform(words, at) * values.length)]
}

/** Each vendor of the named pool has its own models. */
function models(
  rule: Extract<Rule, { model: string }>,
  seed: number,
  name: string,
  section: SpreadSection,
): Draw {
  const pool = section.attributes[rule.model] as Extract<Rule, { pool: string }>
  const byVendor = new Map(
    companyPool(pool).map((vendor) => [
      vendor,
      modelPool(seed, `${name}.${vendor}`, rule.size, rule.prefix),
    ]),
  )
  return (words, at, _site, soFar) => {
    const list = byVendor.get(String(soFar[rule.model])) ?? []
    return list[Math.floor(uniform(words, at) * list.length)]
  }
}
