// When a row of copies is what a retried append leaves, and when somebody wrote it.
import { describe, expect, it } from 'vitest'
import { PlaceList } from '../../../audit/place.ts'
import { Copies } from '../../../audit/resimulate/copies.ts'
import { ExpectedRecords } from '../../../audit/resimulate/expected-records.ts'

const LETTERS = ['a', 'b', 'c', 'd']

/** Kinds of the places that a log of these letters gives; the second time a letter comes it is a copy. */
function kindsOf(log: string, strict = false) {
  const records = LETTERS.map((letter, i) => {
    const event = { specversion: '1.0', id: `${letter}:1`, subject: letter, seq: i + 1 }
    return { key: Buffer.from(letter), value: Buffer.from(JSON.stringify(event)), timestamp: 0 }
  })
  const expected = new ExpectedRecords(records)
  const places = new PlaceList('city.lamp', 0)
  const copies = new Copies(expected, places, strict)
  const seen = new Set<string>()
  for (const [offset, letter] of [...log].entries()) {
    const i = LETTERS.indexOf(letter)
    if (seen.has(letter)) copies.copy(letter, BigInt(offset), i)
    else {
      expected.find(i, BigInt(offset))
      copies.original(letter, BigInt(offset), i)
    }
    seen.add(letter)
  }
  copies.end()
  return places.places.map(({ kind, asset, offset }) => `${kind} ${asset} ${offset}`)
}

describe('copies', () => {
  it('right behind their originals are a retried append, once or several times', () => {
    expect(kindsOf('abab')).toEqual(['retried a 2', 'retried b 3'])
    expect(kindsOf('aaab')).toEqual(['retried a 1', 'retried a 2'])
    expect(kindsOf('abcbcd')).toEqual(['retried b 3', 'retried c 4'])
  })

  it('somewhere else, in another order or incomplete, were written by somebody', () => {
    expect(kindsOf('abca')).toEqual(['doubled a 3'])
    expect(kindsOf('abba')).toEqual(['doubled b 2', 'doubled a 3'])
  })

  it('are doubled where no append was ever retried', () => {
    expect(kindsOf('abab', true)).toEqual(['doubled a 2', 'doubled b 3'])
  })
})
