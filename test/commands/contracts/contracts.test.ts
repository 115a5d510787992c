// The published contracts are what the code says, a valid AsyncAPI 3 document, and know a new domain by themselves.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromFile, Parser } from '@asyncapi/parser'
import { Ajv } from 'ajv'
import { Type } from 'typebox'
import { describe, expect, it } from 'vitest'
import { exprText } from '../../../commands/contracts/blocks.ts'
import { contractChannels } from '../../../commands/contracts/channels.ts'
import { staleFiles, wantedFiles } from '../../../commands/contracts/contracts.ts'
import { contractFiles } from '../../../commands/contracts/files.ts'
import { fillPage } from '../../../commands/contracts/page.ts'
import type { Declaration } from '../../../producers/contract/declaration.ts'
import { topicNames, topicSpecs } from '../../../producers/contract/topics.ts'
import { domains } from '../../../producers/domains.ts'

const FOLDER = join(import.meta.dirname, '../../../docs/contracts')
const declarations = domains.map((d) => d.declaration)
const json = (path: string) => JSON.parse(readFileSync(join(FOLDER, path), 'utf8'))

describe('docs/contracts', () => {
  const current = wantedFiles(declarations)

  it('is what the code says; else run `npm run contracts` and look at the difference', () => {
    expect(staleFiles(current)).toEqual([])
  })

  it('notices a changed, a missing and a superfluous file', () => {
    const wanted = new Map(current)
    const [first] = wanted.keys()
    wanted.set(first, 'other')
    wanted.set('docs/contracts/schemas/new.schema.json', '{}')
    wanted.set('package.json', null)
    expect(staleFiles(wanted)).toEqual([
      first,
      'docs/contracts/schemas/new.schema.json',
      'package.json',
    ])
  })

  it('describes every topic with the partitions and clean-up that it is created with', () => {
    const specs = topicSpecs(
      topicNames(),
      declarations.map((d) => d.domain),
      12,
    )
    const { channels } = json('asyncapi.json')
    const described = Object.values(channels).map((c) => {
      const { address, bindings } = c as { address: string; bindings: { kafka: KafkaBinding } }
      const { partitions, topicConfiguration } = bindings.kafka
      return [address, partitions, topicConfiguration['cleanup.policy'].join(',')]
    })
    expect(described).toEqual(specs.map((s) => [s.name, s.partitions, s.cleanup]))
  })

  it('has valid JSON Schemas of draft-07, one for every event type', () => {
    const files = readdirSync(join(FOLDER, 'schemas'))
    for (const file of files) {
      const schema = json(`schemas/${file}`)
      expect(schema.$schema).toBe('http://json-schema.org/draft-07/schema#')
      const ajv = new Ajv({ strict: true, strictTuples: false, allowUnionTypes: true })
      expect(() => ajv.compile(schema), file).not.toThrow()
    }
    for (const { type } of declarations.flatMap((d) => d.events)) {
      expect(files).toContain(`${type}.schema.json`)
    }
  })
})

type KafkaBinding = { partitions: number; topicConfiguration: { 'cleanup.policy': string[] } }

describe('docs/contracts/asyncapi.json', () => {
  it('is an AsyncAPI 3.0 document without an error or a warning', async () => {
    const { document, diagnostics } = await fromFile(
      new Parser(),
      join(FOLDER, 'asyncapi.json'),
    ).parse()
    // 3.0 is what was asked for; that there is a 3.1 is no fault.
    expect(diagnostics.filter((d) => d.code !== 'asyncapi-latest-version')).toEqual([])
    expect(document!.version()).toBe('3.0.0')
    const event = document!.allMessages().find((m) => m.name() === declarations[0].events[0].type)!
    expect(event.payload()!.json()).toHaveProperty('schema.properties.data.properties')
    const operations = document!.operations().all()
    const roles = new Set(operations.flatMap((o) => o.tags().all()).map((t) => t.name()))
    expect([...roles].sort()).toEqual(['console', 'processor', 'producers', 'twin'])
  })
})

describe('a domain that nobody wrote a contract for', () => {
  const kettle: Declaration = {
    ...declarations[0],
    domain: 'kettle',
    label: { zh: '水壶', en: 'Kettles' },
    events: [
      {
        name: 'boil',
        type: 'city.kettle.boil.v1',
        periodic: false,
        label: { zh: '沸腾', en: 'boiling' },
        schema: Type.Object({ litres: Type.Number() }),
        fields: { litres: { label: { zh: '水量', en: 'Water' }, unit: 'L' } },
      },
    ],
  }
  const files = contractFiles(contractChannels([...declarations, kettle], 12), '1.0.0')

  it('gets its channel, operations and schemas', () => {
    const { channels, operations } = JSON.parse(files.get('asyncapi.json')!)
    expect(Object.keys(channels.kettle.messages)).toEqual([
      'city.kettle.boil.v1',
      'city.run-started.v1',
      'city.tick.v1',
    ])
    expect(Object.keys(operations)).toContain('producers.send.kettle')
    const schema = JSON.parse(files.get('schemas/city.kettle.boil.v1.schema.json')!)
    expect(schema.properties.data.properties.litres).toEqual({
      type: 'number',
      description: 'Water · 水量, unit L',
    })
  })
})

describe('the generated parts of a page', () => {
  const page = 'a\n<!-- generated: one -->\nold\n<!-- end -->\nb\n'

  it('are replaced, and nothing else', () => {
    const filled = fillPage('page', page, new Map([['one', 'new $1']]))
    expect(filled).toBe('a\n<!-- generated: one -->\n\nnew $1\n\n<!-- end -->\nb\n')
    expect(fillPage('page', filled, new Map([['one', 'new $1']]))).toBe(filled)
  })

  it('are refused when the page lacks one or has another', () => {
    expect(() => fillPage('page', page, new Map([['two', '']]))).toThrow(
      /page: generated parts one, expected two/,
    )
  })

  it('write an expression as a person would', () => {
    expect(exprText({ if: [{ not: { field: 'a' } }, { mul: [{ field: 'b' }, 2] }, 'x'] })).toBe(
      '(if not a then (b × 2) else "x")',
    )
  })
})
