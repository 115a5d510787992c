// What a mapping may say, and what is said to one that makes no sense.
import { describe, expect, test } from 'vitest'
import { compileSource, type LineFields } from '../../../replay/import/mapping/sources.ts'
import { compileTime } from '../../../replay/import/mapping/times.ts'
import { folderOf, imported, RAW_CSV, RAW_JSONL } from './imported.ts'

const row =
  (fields: Record<string, unknown>): LineFields =>
  (path) =>
    fields[path]

describe('a source', () => {
  test.each([
    [{ from: 'a' }, 5, 5],
    [{ from: 'a', as: 'text' as const }, 5, '5'],
    [{ from: 'a', as: 'integer' as const }, '007', 7],
    [{ from: 'a', as: 'number' as const, times: 3.6, round: 1 }, '2.5', 9],
    [{ from: 'a', minus: 'b' }, 9, 7],
    [{ from: 'a', minus: 'b', as: 'integer' as const }, '9', 7],
    [{ from: 'a', values: { on: true, off: false } }, 'off', false],
    [{ from: 'a', values: { '1': 'open' } }, 1, 'open'],
    [{ from: 'a', after: ':', lower: true }, 'urn:x:AB-1', 'ab-1'],
    [{ from: 'a', as: 'boolean' as const }, 'true', true],
    [{ from: 'a', optional: true }, '', undefined],
    [{ join: [{ fixed: 'lot-' }, { from: 'a' }, { from: 'c', optional: true }] }, 5, 'lot-5'],
  ])('%j of %j', (source, a, expected) => {
    expect(compileSource(source)(row({ a, b: 2 }))).toBe(expected)
  })

  test.each([
    [{ from: 'a' }, null, 'got nothing at a, expected a value'],
    [{ from: 'a' }, [1], 'got a list at a'],
    [{ from: 'a', as: 'integer' as const }, '7.5', 'got "7.5" at a, expected a whole number'],
    [{ from: 'a', as: 'number' as const }, '0x10', 'got "0x10" at a, expected a number'],
    [{ from: 'a', as: 'number' as const }, '1e999', 'expected a number'],
    [{ from: 'a', as: 'number' as const }, '１２', 'expected a number'],
    [{ from: 'a', as: 'boolean' as const }, 'yes', 'expected true or false'],
    [{ from: 'a', values: { on: true } }, 'ON', 'got "ON" at a, expected one of on'],
    [{ from: 'a', values: { on: true } }, 'constructor', 'expected one of on'],
    [{ from: 'a', after: ':' }, 'x', 'expected text with ":" in it'],
    [{ from: 'a', minus: 'c' }, 5, 'got nothing at c, expected a number'],
    [{ from: 'a', times: 2 }, '5', 'expected a number ("as" reads one from text)'],
  ])('%j never guesses what %j may be', (source, a, message) => {
    expect(() => compileSource(source)(row({ a, b: 2 }))).toThrow(message)
  })
})

describe('a time', () => {
  const at = (format: string, a: unknown, offset?: string) =>
    new Date(
      compileTime({ of: { from: 'a' }, format: format as 'iso', offset })(row({ a })),
    ).toISOString()
  test.each([
    ['iso', '2025-06-18T16:00:00+08:00', '2025-06-18T08:00:00.000Z'],
    ['iso', '2025-06-18T16:00:00.123456789+0800', '2025-06-18T08:00:00.123Z'],
    ['iso', '2025-06-18 08:00Z', '2025-06-18T08:00:00.000Z'],
    ['s', '1750233600', '2025-06-18T08:00:00.000Z'],
    ['s', 1750233600.25, '2025-06-18T08:00:00.250Z'],
    ['ms', 1750233600001, '2025-06-18T08:00:00.001Z'],
    ['local', '2025-06-18 16:00:00', '2025-06-18T08:00:00.000Z'],
    ['service-day', '20250618 25:10:00', '2025-06-18T17:10:00.000Z'],
    ['service-day', '2025-06-18 6:05:00', '2025-06-17T22:05:00.000Z'],
  ])('%s %j', (format, text, expected) => {
    expect(at(format, text, '+08:00')).toBe(expected)
  })
  test.each([
    ['iso', '2025-06-18T16:00:00', 'an instant with its zone'],
    ['iso', '2025-02-30T16:00:00Z', 'an instant with its zone'],
    ['iso', '2025-06-18T24:00:00Z', 'an instant with its zone'],
    ['iso', '2025-06-18T16:00:00+19:00', 'an instant with its zone'],
    ['s', '1750233600000', 'seconds since 1970'],
    ['ms', 'today', 'milliseconds since 1970'],
    ['local', '2025-06-18T16:00:00Z', 'without a zone'],
    ['service-day', '2025-06-18 48:00:00', 'up to 47:59:59'],
    ['iso', true, 'an instant'],
  ])('%s is not read from %j', (format, text, expected) => {
    expect(() => at(format, text, '+08:00')).toThrow(expected)
  })
})

describe('a mapping', () => {
  const folder = folderOf({ 'a.jsonl': '{"t":1}', 'a.csv': 't\n1\n' })
  const event = {
    type: 'city.parking.status.v1',
    asset: { from: '/id' },
    district: { from: '/d' },
    data: { occupied: { from: '/o' }, capacity: { from: '/c' }, guided: { fixed: true } },
  }
  const typed = { match: 'a.jsonl', format: 'jsonl', time: RAW_JSONL.time, event }

  test.each<[unknown, string]>([
    [{ ...RAW_JSONL, formatt: 1 }, 'map: /files/0/formatt: a name that means nothing there'],
    [
      { ...RAW_JSONL, value: undefined },
      'map: files[0]: neither, expected one of "value" and "event"',
    ],
    [{ ...RAW_JSONL, event }, 'both "value" and "event"'],
    [{ ...RAW_JSONL, topic: undefined }, 'no "topic"'],
    [{ ...typed, topic: 'x' }, 'a type has its own'],
    [{ ...typed, event: { ...event, type: 'city.parking.status.v9' } }, 'one of city.'],
    [{ ...typed, event: { ...event, data: { occupied: { from: '/o' } } } }, 'no capacity, guided'],
    [
      { ...typed, event: { ...event, data: { ...event.data, ocupied: { fixed: 1 } } } },
      '"ocupied", expected the fields of city.parking.status.v1: occupied, capacity, guided',
    ],
    [{ ...RAW_JSONL, key: { from: 'k' } }, 'JSON Pointers such as'],
    [{ ...RAW_JSONL, key: {} }, '0 of "from", "fixed" and "join"'],
    [{ ...RAW_JSONL, key: { fixed: 'a', lower: true } }, 'changes to what is not read'],
    [
      { ...RAW_JSONL, key: { from: '/k', values: { a: 1 }, times: 2 } },
      '"values" with "as" or a sum',
    ],
    [{ ...RAW_JSONL, delimiter: ';' }, 'them of csv alone'],
    [{ ...RAW_CSV, delimiter: '"' }, 'one ASCII character, no quote'],
    [{ ...RAW_CSV, header: ['t', 't'] }, 'a name twice'],
    [{ ...RAW_CSV, header: ['x'] }, 'no "t", expected every column that is read'],
    [{ ...RAW_CSV, time: { of: { from: 't', times: 2 }, format: 'ms' } }, 'a sum with text of CSV'],
    [
      { ...RAW_CSV, time: { of: { from: 't' }, format: 'local' } },
      'time.offset: none, expected one',
    ],
    [
      { ...RAW_CSV, time: { of: { from: 't' }, format: 's', offset: '+08:00' } },
      'expected none with "s"',
    ],
    [{ ...RAW_CSV, partitions: 4 }, 'no "key" to put records into partitions by'],
    [{ ...RAW_CSV, partitions: 4, partition: 4 }, 'less than "partitions", 4'],
    [{ ...RAW_JSONL, topic: '../x' }, '/files/0/topic: must match pattern'],
  ])('%j is refused with its reason', async (rule, message) => {
    await expect(imported(folder, [rule])).rejects.toThrow(message)
  })

  test('hears of everything that is wrong with it at once, and of topics that disagree', async () => {
    const rules = [
      { ...RAW_JSONL, topic: 'x', partitions: 2 },
      { ...RAW_CSV, topic: 'x', key: { from: '' } },
    ]
    await expect(imported(folder, rules)).rejects.toThrow('/files/1/key/from')
    const both = [rules[0], { ...RAW_CSV, topic: 'x', header: ['a', 'a'] }]
    const error = await imported(folder, both).catch((it) => it)
    for (const text of ['several numbers of "partitions"', 'a name twice', 'no "t"'])
      expect(error.message).toContain(text)
  })
})
