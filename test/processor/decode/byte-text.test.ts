// Text that is compared by words is the text that is compared byte by byte, whatever bytes lie there.
import { expect, it } from 'vitest'
import { below, stream } from '../../../infra/random.ts'
import { hashAt, isSameText, Literal, Memory } from '../../../processor/decode/byte-text.ts'

const TEXTS = ['', 'a', '","', '1234567', '12345678', '123456789', '","source":"/x/y"', '停车场']
/** Words of them are no numbers, are zero with either sign, or have bits that a comparison of numbers would pass over. */
const STRANGE = [0x00, 0x7f, 0x80, 0xf0, 0xff]

it('finds a text where it stands and nowhere else, up to the end of the memory', () => {
  for (const text of TEXTS) {
    const bytes = Buffer.from(text)
    const literal = new Literal(text)
    expect(literal.length).toBe(bytes.length)
    const memory = new Memory()
    const around = new Uint8Array(3 + bytes.length)
    around.set(bytes, 3)
    expect(memory.enter(around.subarray(3))).toBe(3)
    expect(literal.isAt(memory, 3), text).toBe(true)
    expect(literal.isAt(memory, 4), `${text} beyond the end`).toBe(false)
    for (let i = 0; i < bytes.length; i++) {
      for (const other of [bytes[i] ^ 1, bytes[i] ^ 0x80, ...STRANGE]) {
        if (other === bytes[i]) continue
        around[3 + i] = other
        expect(literal.isAt(memory, 3), `${text}, byte ${i} is ${other}`).toBe(false)
      }
      around[3 + i] = bytes[i]
    }
  }
})

it('says of any two places what their bytes say', () => {
  const words = stream(5, 'byte-text', 'test')
  const ids = new Uint8Array(400)
  for (let i = 0; i < ids.length; i++) ids[i] = 0x30 + below(words, 0, 3)
  const plain = new DataView(ids.buffer)
  let same = 0
  for (let n = 0; n < 20_000; n++) {
    const length = below(words, 0, 30)
    const from = below(words, 0, ids.length - length)
    const other = Uint8Array.from(ids.subarray(from, from + length))
    if (length > 0 && n % 2) other[below(words, 0, length)] = below(words, 0, 256)
    const isEqual = Buffer.compare(other, ids.subarray(from, from + length)) === 0
    expect(isSameText(plain, from, new DataView(other.buffer), 0, length)).toBe(isEqual)
    if (isEqual) same++
  }
  expect(same).toBeGreaterThan(10_000)
})

it('spreads ids that differ in a few digits over the lowest bits of their numbers', () => {
  const places = new Set<number>()
  for (let i = 0; i < 30_000; i++) {
    const id = new TextEncoder().encode(`5g-44010${i % 12}-${String(i).padStart(5, '0')}`)
    places.add(hashAt(new DataView(id.buffer), 0, id.length) & 0xffff)
  }
  // 65,536 × (1 − e^(−30,000 / 65,536)) = 24,070 for numbers by chance.
  expect(places.size).toBeGreaterThan(23_700)
})
