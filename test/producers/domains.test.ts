// The list of domains, and what every declaration must say.
import { existsSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { sampleDomain } from '../../commands/new-domain/template/domain.ts'
import type { Declaration } from '../../producers/contract/declaration.ts'
import type { Expr, Measure } from '../../producers/contract/measures.ts'
import { domains } from '../../producers/domains.ts'
import { evCharging } from '../fixtures/ev-charging/domain.ts'

const producers = new URL('../../producers/domains/', import.meta.url)

/** Names of the fields that an expression reads. */
function fieldsOf(expr: Expr | undefined): string[] {
  if (expr === undefined || typeof expr !== 'object') return []
  const [op, operands] = Object.entries(expr)[0] as [string, unknown]
  if (op === 'field') return [operands as string]
  return (Array.isArray(operands) ? operands : [operands]).flatMap((x) => fieldsOf(x as Expr))
}

/** Fields of `data` that hold one of a closed list of codes. */
function codesOf(schema: unknown): Record<string, string[]> {
  const { properties } = schema as { properties: Record<string, Property> }
  const lists = Object.entries(properties).map(([name, { enum: list, anyOf }]) => [
    name,
    (list ?? anyOf?.map((one) => one.const) ?? []).filter((code) => typeof code === 'string'),
  ])
  return Object.fromEntries(lists.filter(([, codes]) => codes.length > 0))
}
type Property = { enum?: unknown[]; anyOf?: { const?: unknown }[] }

/** Codes that an expression holds against a field. */
function comparedCodes(expr: Expr | undefined): { field: string; code: string }[] {
  if (expr === undefined || typeof expr !== 'object') return []
  const operands = Object.values(expr).flat() as Expr[]
  const field = operands.find((one) => typeof one === 'object' && 'field' in one)
  const code = operands.find((one) => typeof one === 'string')
  const own =
    field && code && !('field' in expr)
      ? [{ ...(field as { field: string }), code: code as string }]
      : []
  return [...own, ...operands.flatMap(comparedCodes)]
}

const fieldsOfMeasure = (m: Measure) => [m.used, m.of, m.value, m.counts].flatMap(fieldsOf)

function eventFields(declaration: Declaration, name: string): string[] {
  const event = declaration.events.find((e) => e.name === name)
  if (!event) throw new Error(`${declaration.domain}: no event "${name}"`)
  return Object.keys((event.schema as unknown as { properties: object }).properties)
}

describe('the list of domains', () => {
  it('names every folder that has a domain, each once', () => {
    const folders = readdirSync(producers, { withFileTypes: true })
      .filter((f) => f.isDirectory() && existsSync(new URL(`${f.name}/domain.ts`, producers)))
      .map((f) => f.name)
    expect(folders.length).toBeGreaterThan(0)
    expect(domains.map((d) => d.declaration.domain).sort()).toEqual(folders.sort())
  })

  it('gives the headline row ranks from 1 without a gap', () => {
    const ranks = domains.flatMap((d) => d.declaration.measures.flatMap((m) => m.headline ?? []))
    expect(ranks.sort((a, b) => a - b)).toEqual(ranks.map((_, i) => i + 1))
  })

  it('gives layers of the map an order of their own, and city-wide domains none', () => {
    const orders = domains.map((d) => d.declaration.layer.order)
    const drawn = orders.filter((order) => order !== null)
    expect(new Set(drawn).size).toBe(drawn.length)
    for (const { declaration } of domains) {
      expect(declaration.layer.order === null).toBe(declaration.cityWide)
    }
  })
})

type ListProperty = { type?: string; items?: { type?: string; properties?: object } }
type ArgumentProperty = { title?: string; description?: string }
type Proposed = { properties?: Record<string, { default?: unknown }>; required?: string[] }

describe.each(
  [...domains, evCharging, sampleDomain].map((d) => [d.declaration.domain, d.declaration] as const),
)('the declaration of %s', (domain, declaration) => {
  it('types its events by domain and name, exactly one of them periodic', () => {
    for (const e of declaration.events) expect(e.type).toBe(`city.${domain}.${e.name}.v1`)
    expect(declaration.events.filter((e) => e.periodic)).toHaveLength(1)
  })

  it('labels every field of every event, in both languages', () => {
    for (const e of declaration.events) {
      expect(Object.keys(e.fields).sort()).toEqual(eventFields(declaration, e.name).sort())
      for (const { label } of Object.values(e.fields)) {
        expect(label.zh.length * label.en.length).toBeGreaterThan(0)
      }
    }
  })

  it('has words for every code of a closed list and for every code that its measures compare', () => {
    const words = (event: Declaration['events'][number], name: string) =>
      Object.keys(event.fields[name]?.values ?? {})
    for (const e of declaration.events) {
      for (const [name, codes] of Object.entries(codesOf(e.schema))) {
        expect([e.name, name, words(e, name).sort()]).toEqual([e.name, name, codes.sort()])
      }
    }
    const compared = declaration.measures.flatMap((m) =>
      [m.used, m.of, m.value, m.counts].flatMap(comparedCodes).map((pair) => ({ m, ...pair })),
    )
    for (const { m, field, code } of compared) {
      const known = declaration.events
        .filter((e) => m.on.includes(e.name))
        .flatMap((e) => words(e, field))
      expect(known, `${m.name}: ${field} = ${code}`).toContain(code)
    }
  })

  it('labels what its lists are made of, by properties that these have', () => {
    for (const { schema, fields } of declaration.events) {
      const { properties } = schema as unknown as { properties: Record<string, ListProperty> }
      for (const [name, { type, items }] of Object.entries(properties)) {
        if (type !== 'array' || items?.type !== 'object') continue
        const { bars } = fields[name]
        expect(bars?.each.zh && bars.each.en, name).toBeTruthy()
        expect(Object.keys(items.properties ?? {})).toEqual(
          expect.arrayContaining([bars?.by, bars?.size]),
        )
      }
    }
  })

  it('labels every argument of its commands in both languages, and has words for every code in one', () => {
    for (const { name, label, effect, args } of declaration.commands) {
      expect([label, effect].map((text) => text.zh && text.en)).not.toContain('')
      const { properties } = args as unknown as { properties: Record<string, ArgumentProperty> }
      for (const [argument, { title = '', description }] of Object.entries(properties)) {
        const where = `${name} ${argument}`
        for (const text of description === undefined ? [title] : [title, description]) {
          expect(
            text.split(' / ').map((half) => half.length > 0),
            where,
          ).toEqual([true, true])
          expect(text.split(' / ')[0], where).toMatch(/\p{Script=Han}/u)
          expect(text.split(' / ')[1], where).not.toMatch(/\p{Script=Han}/u)
        }
      }
      for (const [argument, codes] of Object.entries(codesOf(args))) {
        const values = declaration.events.flatMap((e) =>
          Object.keys(e.fields[argument]?.values ?? {}),
        )
        expect(values, `${name} ${argument}`).toEqual(expect.arrayContaining(codes))
      }
    }
  })

  it('brings words for every unit that is no physical one', () => {
    const fields = declaration.events.flatMap((e) => Object.values(e.fields).map((f) => f.unit))
    const used = [
      ...fields,
      declaration.layer.valueUnit,
      ...declaration.measures.map((m) => m.unit),
    ]
    for (const unit of used.filter((u) => u?.startsWith('{'))) {
      const words = declaration.units?.[unit!]
      expect(words?.zh && words.en, unit).toBeTruthy()
    }
  })

  it('measures only fields that every event it counts has', () => {
    for (const m of declaration.measures) {
      for (const event of m.on) {
        const known = eventFields(declaration, event)
        for (const name of fieldsOfMeasure(m))
          expect(known, `${m.name} on ${event}`).toContain(name)
      }
      expect(m.label.zh && m.label.en && m.short.zh && m.rule.zh && m.rule.en).toBeTruthy()
    }
  })

  it('gives each kind of measure the terms it needs and freshness where it looks back', () => {
    for (const m of declaration.measures) {
      const terms = ['used', 'of', 'value', 'counts'].filter(
        (t) => m[t as keyof Measure] !== undefined,
      )
      const needed = {
        ratio: ['used', 'of'],
        gauge: ['used', 'of'],
        count: ['value'],
        level: ['value'],
        share: ['counts'],
      }[m.kind]
      expect(terms, m.name).toEqual(needed)
      expect(m.freshForMs !== undefined, m.name).toBe(!['ratio', 'count'].includes(m.kind))
    }
  })

  it('draws from fields of the events that set its state', () => {
    for (const event of declaration.layer.on) {
      const known = eventFields(declaration, event)
      const read = [...fieldsOf(declaration.layer.state), ...fieldsOf(declaration.layer.value)]
      for (const name of read) expect(known).toContain(name)
    }
  })

  it('says what each command moves: KPIs of its own, bounds in order, and a group where it reaches one', () => {
    const kpis = declaration.measures.map((m) => `${declaration.domain}.${m.name}`)
    for (const { name, reach, group, moves, args } of declaration.commands) {
      expect(group !== undefined, name).toBe(reach === 'group')
      if (group !== undefined) expect(Object.keys(declaration.attributes ?? {})).toContain(group)
      for (const { kpi, least, most, afterMs, forMs } of moves) {
        expect(kpis, name).toContain(kpi)
        expect(least, name).toBeLessThanOrEqual(most)
        expect(afterMs).toBeGreaterThanOrEqual(0)
        expect(forMs).toBeGreaterThan(0)
      }
      // What must be said is proposed; a text that may be left out is.
      const { properties = {}, required = [] } = args as unknown as Proposed
      for (const key of required) {
        expect(properties[key].default, `${name} ${key}: what is proposed`).toBeDefined()
      }
    }
  })

  it('survives JSON: nothing in it but data', () => {
    const { events: _schemasAreTypeBox, ...rest } = declaration
    const { commands, ...data } = rest
    expect(JSON.parse(JSON.stringify(data))).toEqual(data)
    expect(JSON.parse(JSON.stringify(commands)).length).toBe(commands.length)
  })
})
