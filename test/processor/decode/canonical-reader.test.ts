// Events read from their bytes are what they are as JSON, and every event of our producers is read so; anything else is left alone.
import { describe, expect, it } from 'vitest'
import { AssetIds } from '../../../processor/decode/asset-ids.ts'
import { Memory } from '../../../processor/decode/byte-text.ts'
import { CanonicalReader } from '../../../processor/decode/canonical-reader.ts'
import { Decoded } from '../../../processor/decode/decoded.ts'
import { MISMATCH, type PlainSchema, valueReader } from '../../../processor/decode/value-readers.ts'
import { compileRun } from '../../../processor/program/program.ts'
import { CITY, eventValue, lampCatalogue, lampDescriptor, lampId, START } from '../lamp.ts'
import { compareReaders, lanesOfSmallCity } from './differential.ts'

const SPOILT = 20_000

describe('events read from their bytes', () => {
  it('are all events that the producers write, of every domain, and the same as read as JSON', () => {
    for (const lane of lanesOfSmallCity()) {
      const { events, canonical, differences } = compareReaders([lane], 0, 1)
      expect(differences).toEqual([])
      expect(canonical, lane.program.domain).toBe(events)
    }
  })

  it('are the same as read as JSON when they are spoilt', () => {
    const lanes = lanesOfSmallCity()
    const { compared, canonical, events, differences } = compareReaders(lanes, SPOILT, 3)
    expect(differences).toEqual([])
    expect(compared).toBeGreaterThanOrEqual(SPOILT)
    // Some are right and not canonical, more are not right at all: the comparison has met all kinds.
    expect(canonical).toBeGreaterThan(0)
    expect(events).toBeGreaterThan(canonical)
    expect(compared).toBeGreaterThan(2 * events)
  })

  it('keep their numbers over midnight', () => {
    const program = compileRun(lampDescriptor(), lampCatalogue(8), CITY).get('lamp')!
    const out = new Decoded()
    const reader = new CanonicalReader(program, 0, out)
    const key = Buffer.from(lampId(0))
    for (const time of [START, START + 1, START - 86_400_000, START - 3 * 86_400_000 + 59_999]) {
      expect(reader.read(Buffer.from(eventValue({ lamp: 0, seq: 7, time })), key)).toBe(true)
      expect([out.time, out.seq, out.number, out.kind]).toEqual([time, 7, 0, 'event'])
    }
    const late = Buffer.from(eventValue({ lamp: 0, seq: 7, time: program.end }))
    expect(reader.read(late, key), 'nothing happens at the end').toBe(false)
  })

  it('end where the record ends, whatever lies behind it in the same memory', () => {
    const program = compileRun(lampDescriptor(), lampCatalogue(8), CITY).get('lamp')!
    const reader = new CanonicalReader(program, 0, new Decoded())
    const event = eventValue({ lamp: 0, seq: 7, time: START })
    const memory = Buffer.from(`xyz${event}${event}`)
    const key = Buffer.from(lampId(0))
    const end = 3 + event.length
    expect(reader.read(memory.subarray(3, end), key)).toBe(true)
    for (let cut = 0; cut < event.length; cut++) {
      expect(reader.read(memory.subarray(3, 3 + cut), key), `cut at ${cut}`).toBe(false)
    }
    for (const more of [1, 2, event.length]) {
      expect(reader.read(memory.subarray(3, end + more), key), `${more} more`).toBe(false)
    }
  })
})

describe('valueReader', () => {
  const read = (schema: PlainSchema, text: string) => {
    const reader = valueReader(schema)!
    const memory = new Memory()
    const at = memory.enter(Buffer.from(`${text},`))
    return reader.read(memory, at) === at + text.length ? reader.value : MISMATCH
  }

  it('reads numbers as JSON.parse does', () => {
    for (const text of [
      '0',
      '7',
      '-7',
      '0.1',
      '2.675',
      '-0.05',
      '123456789012345',
      '99.9',
      '0.3',
    ]) {
      expect(read({ type: 'number' }, text), text).toBe(JSON.parse(text))
    }
    for (let i = 0; i < 20_000; i++) {
      const text = JSON.stringify(((i * 7919) % 1_000_003) / 10 ** (i % 7))
      if (!text.includes('e')) expect(read({ type: 'number' }, text)).toBe(JSON.parse(text))
    }
  })

  it.each([
    '-0',
    '01',
    '1.',
    '.5',
    '1e3',
    '+1',
    '-',
    '',
    '0x1',
    '1234567890123456',
    '0.1234567890123456',
  ])('leaves a number alone that is written otherwise: %s', (text) => {
    expect(read({ type: 'number' }, text)).toBe(MISMATCH)
  })

  it('keeps to the schema', () => {
    expect(read({ type: 'integer' }, '1.0')).toBe(MISMATCH)
    expect(read({ type: 'integer', minimum: 0 }, '-1')).toBe(MISMATCH)
    expect(read({ type: 'number', maximum: 100 }, '100.1')).toBe(MISMATCH)
    expect(read({ type: 'number', maximum: 100 }, '100')).toBe(100)
    expect(read({ type: 'string', minLength: 1 }, '""')).toBe(MISMATCH)
    expect(read({ type: 'string', pattern: '^[a-z]+$' }, '"ab1"')).toBe(MISMATCH)
    expect(read({ type: 'string', pattern: '^[a-z]+$' }, '"ab"')).toBe('ab')
    expect(read({ type: 'string', enum: ['on', 'out'] }, '"ou"')).toBe(MISMATCH)
    expect(read({ type: 'string', enum: ['on', 'out'] }, '"out"')).toBe('out')
    expect(read({ type: 'boolean' }, 'true')).toBe(true)
    expect(read({ type: 'boolean' }, 'TRUE')).toBe(MISMATCH)
    expect(read({ type: 'array', items: { type: 'integer' } }, '[1,2]')).toBe(undefined)
    expect(read({ type: 'array', items: { type: 'integer' } }, '[1,"2"]')).toBe(MISMATCH)
  })

  it('takes no schema that says more than it knows', () => {
    const unknown = [
      { type: 'integer', multipleOf: 5 },
      { type: 'string', format: 'date' },
      { type: 'array', items: { type: 'integer' }, maxItems: 3 },
      { type: 'object', properties: { a: { type: 'integer' } }, required: [] },
      { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'], minProperties: 1 },
      { type: 'object', properties: { a: { oneOf: [] } }, required: ['a'] },
    ] as PlainSchema[]
    for (const schema of unknown) expect(valueReader(schema), JSON.stringify(schema)).toBeNull()
  })
})

describe('AssetIds', () => {
  it('find each id and no other', () => {
    const ids = Array.from({ length: 5000 }, (_, i) => `5g-4401${i % 12}-${i}`)
    const table = new AssetIds(ids)
    ids.forEach((id, i) => {
      expect(table.find(Buffer.from(id))).toBe(i)
    })
    for (const other of ['', '5g', '5g-44010-', 'x'.repeat(300), '5g-44010-5000', '5g-44010-0 ']) {
      expect(table.find(Buffer.from(other)), other).toBe(MISMATCH)
    }
  })

  it('leave out ids that JSON writes otherwise', () => {
    const table = new AssetIds(['a"b', '停车', 'plain'])
    expect(table.find(Buffer.from('a"b'))).toBe(MISMATCH)
    expect(table.find(Buffer.from('停车'))).toBe(MISMATCH)
    expect(table.find(Buffer.from('plain'))).toBe(2)
  })
})
