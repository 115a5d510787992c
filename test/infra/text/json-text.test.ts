// JSON that people write: a key that stands twice is named, and nesting without end is no stack.
import { describe, expect, it } from 'vitest'
import { duplicateKeys, parseJsonText } from '../../../infra/text/json-text.ts'

const faultsOf = (text: string) => {
  const { faults } = parseJsonText(Buffer.from(text))
  return faults?.map(
    ({ at, got, expected }) => `${at ? `${at}: ` : ''}${got}, expected ${expected}`,
  )
}

describe('JSON text', () => {
  it('reads a value', () => {
    expect(parseJsonText(Buffer.from('{"a":[{"b":1},{"b":2}]}'))).toEqual({
      value: { a: [{ b: 1 }, { b: 2 }] },
    })
  })

  it('names every key that stands twice, by path and line', () => {
    const text = `{
  "seed": 1, "title": {"zh": "\\"{", "\\u007ah": "b"},
  "planned": {"a.b": {"x": 1,
    "x": 2}},
  "list": [{"k": 1}, {"k": 1, "k": [{"k": 1}]}],
  "seed": 2
}`
    expect(duplicateKeys(text)).toEqual([
      { path: 'title.zh', line: 2 },
      { path: 'planned["a.b"].x', line: 4 },
      { path: 'list[1].k', line: 5 },
      { path: 'seed', line: 6 },
    ])
    expect(faultsOf(text)?.at(-1)).toBe(
      'seed: the key twice, again in line 6, expected each key once',
    )
  })

  it('takes equal values and equal keys of different objects for what they are', () => {
    expect(faultsOf('{"a":"a","b":{"a":"b","b":"a"},"c":["a","a"]}')).toBeUndefined()
  })

  it('says where it is no JSON, without repeating the text', () => {
    expect(faultsOf('{"a":1,\n}')?.[0]).toMatch(/line 2 column 1\), expected valid JSON$/)
    expect(faultsOf('\u001b[2Jhello')?.[0]).toBe("Unexpected token '\u001b', expected valid JSON")
    expect(faultsOf('')).toEqual(['an empty file, expected valid JSON'])
  })

  it.each(['['.repeat(5_000) + ']'.repeat(5_000), '{"a":'.repeat(5_000), '['.repeat(1_000_000)])(
    'refuses nesting without end',
    (text) => {
      expect(faultsOf(text)).toEqual([
        'more than 64 levels of arrays and objects, expected at most so many',
      ])
    },
  )
})
