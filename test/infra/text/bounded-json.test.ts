// What anybody may send: a value, or a reason; never an exception, however deep or broken.
import { describe, expect, it } from 'vitest'
import { below, stream } from '../../../infra/random.ts'
import { parseBoundedJson } from '../../../infra/text/bounded-json.ts'

const limits = { maxBytes: 100_000 }
const reasonOf = (text: string | Buffer | null, more = {}) =>
  parseBoundedJson(typeof text === 'string' ? Buffer.from(text) : text, { ...limits, ...more })
    .fault?.reason

describe('bounded JSON', () => {
  it('reads plain values', () => {
    expect(parseBoundedJson(Buffer.from('{"a":[1,"花城"]}'), limits)).toEqual({
      value: { a: [1, '花城'] },
    })
    expect(parseBoundedJson(Buffer.from('null'), limits)).toEqual({ value: null })
  })

  it('names what is wrong', () => {
    expect(reasonOf(null)).toBe('null')
    expect(reasonOf('hello')).toBe('not-json')
    expect(reasonOf('')).toBe('not-json')
    expect(reasonOf(Buffer.from([0x22, 0xff, 0x22]))).toBe('not-utf8')
    expect(reasonOf('[1]', { maxBytes: 2 })).toBe('too-large')
    expect(reasonOf('[1]', { maxBytes: 3 })).toBeUndefined()
  })

  it('bounds the levels, whether the nesting ever closes or not', () => {
    const nested = (n: number) => `${'['.repeat(n)}${']'.repeat(n)}`
    expect(reasonOf(nested(64))).toBeUndefined()
    expect(reasonOf(nested(65))).toBe('too-deep')
    expect(reasonOf(`{"op":${'['.repeat(5_000)}`)).toBe('too-deep')
    expect(reasonOf('{"a":'.repeat(5_000))).toBe('too-deep')
    expect(reasonOf('[[1]]', { maxDepth: 1 })).toBe('too-deep')
  })

  it('takes brackets in strings for text, behind every kind of quote', () => {
    expect(reasonOf(JSON.stringify(['['.repeat(200), '"[['.repeat(100), '\\'.repeat(99)]))).toBe(
      undefined,
    )
  })

  it('never throws and never lets more levels through, whatever the bytes are', () => {
    const words = stream(1, 'bounded-json', 'test')
    const alphabet = '[]{}",:\\\\"1a \u00e9'
    for (let i = 0; i < 5_000; i++) {
      const length = below(words, 0, 40)
      let text = ''
      for (let k = 0; k < length; k++) text += alphabet[below(words, 0, alphabet.length)]
      const result = parseBoundedJson(Buffer.from(text), { maxBytes: 100, maxDepth: 3 })
      if (!result.fault) expect(levels(result.value)).toBeLessThanOrEqual(3)
    }
  })
})

function levels(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(levels))
}
