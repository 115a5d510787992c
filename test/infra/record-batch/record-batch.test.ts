// Record batches as brokers store them, written by Java's console producer, by kcat (librdkafka) and by transactions: files of
// real segments in test/fixtures/record-batches.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { crc32c } from '../../../infra/record-batch/crc32c.ts'
import type { AbortedTransaction } from '../../../infra/record-batch/record-batch.ts'
import { readAll } from './read-all.ts'

const FOLDER = join(import.meta.dirname, '../../fixtures/record-batches')
const segment = (name: string) => readFileSync(join(FOLDER, `${name}.bin`))
const LINES = Array.from({ length: 300 }, (_, i) => [
  `key-${i + 1}`,
  `{"n":${i + 1},"text":"the same words again and again"}`,
])

/** Batches one by one. */
function batchesOf(bytes: Buffer): Buffer[] {
  const batches: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = at + 12 + bytes.readInt32BE(at + 8)
    batches.push(bytes.subarray(at, end))
    at = end
  }
  return batches
}

/** The same batch further on: a broker writes the first offset, and no checksum covers it. */
function movedTo(base: number, batch: Buffer): Buffer {
  const copy = Buffer.from(batch)
  copy.writeBigInt64BE(BigInt(base), 0)
  return copy
}

/** A copy with another codec number or other bytes, its checksum made right again. */
function changed(batch: Buffer, change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(batch)
  change(copy)
  copy.writeUInt32BE(crc32c(copy.subarray(21)), 17)
  return copy
}

describe('crc32c', () => {
  it('gives the known check value', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
    expect(crc32c(Buffer.alloc(0))).toBe(0)
    expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa)
  })

  it('is the same of every length, wherever in memory the bytes lie', () => {
    /** Bit by bit, as the polynomial says. */
    const slow = (bytes: Uint8Array) => {
      let crc = 0xffff_ffff
      for (const byte of bytes) {
        crc ^= byte
        for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0)
      }
      return ~crc >>> 0
    }
    const bytes = Uint8Array.from({ length: 100 }, (_, i) => i * 151 + (i >> 3))
    for (let from = 0; from < 9; from++) {
      for (let to = from; to <= bytes.length; to++) {
        const part = bytes.subarray(from, to)
        expect(crc32c(part), `${from} to ${to}`).toBe(slow(part))
      }
    }
  })
})

describe('batches of other writers', () => {
  it.each([
    'java-gzip',
    'java-snappy',
    'java-lz4',
    'java-zstd',
    'kcat-gzip',
    'kcat-snappy',
    'kcat-lz4',
    'kcat-zstd',
  ])('are read: %s', async (name) => {
    const bytes = segment(name)
    const codec = ['none', 'gzip', 'snappy', 'lz4', 'zstd'].indexOf(name.split('-')[1])
    expect(batchesOf(bytes).map((b) => b.readInt16BE(21) & 7)).toContain(codec)
    const { records, next } = await readAll(bytes, 0n)
    expect(records.map((r) => [String(r.key), String(r.value)])).toEqual(LINES)
    expect(records.map((r) => Number(r.offset))).toEqual(LINES.map((_, i) => i))
    expect(next).toBe(300n)
    expect(records.filter((r) => r.damage !== undefined)).toEqual([])
    for (const { timestamp } of records) expect(new Date(timestamp).getUTCFullYear()).toBe(2026)
  })

  it('are read from the middle of one on, and a batch that the fetch cut off is left for the next', async () => {
    const bytes = segment('java-zstd')
    const { records } = await readAll(bytes, 297n)
    expect(records.map((r) => Number(r.offset))).toEqual([297, 298, 299])
    const cut = movedTo(300, bytes).subarray(0, 100)
    const found = await readAll(Buffer.concat([bytes, cut]), 0n)
    expect(found.next).toBe(300n)
    expect(found.records).toHaveLength(300)
  })
})

describe('transactions', () => {
  /** As a broker reports it: who aborted, from where on. Worked out from the batches by hand. */
  function abortedIn(bytes: Buffer): AbortedTransaction[] {
    const data = batchesOf(bytes).filter((b) => (b.readInt16BE(21) & 0x30) === 0x10)
    const first = (text: string) => data.find((b) => b.includes(text))!
    return ['void-a1', 'void-c1'].map((text) => ({
      producerId: String(first(text).readBigInt64BE(43)),
      firstOffset: String(first(text).readBigInt64BE(0)),
    }))
  }

  it('give what was committed and what was never in one, and a position behind the markers', async () => {
    const bytes = segment('transactions')
    const { records, next } = await readAll(bytes, 0n, abortedIn(bytes))
    expect(records.map((r) => String(r.value))).toEqual([
      'plain-0',
      'kept-b1',
      'plain-1',
      'plain-2',
      'kept-a5',
      'plain-3',
    ])
    expect(next).toBe(15n)
  })

  it('are known as aborted also where reading begins in their middle, two at a time', async () => {
    const bytes = segment('transactions')
    const aborted = abortedIn(bytes)
    for (let from = 0n; from < 15n; from++) {
      const whole = await readAll(bytes, 0n, aborted)
      const { records } = await readAll(bytes, from, aborted)
      expect(records).toEqual(whole.records.filter((r) => r.offset >= from))
    }
  })
})

describe('damage', () => {
  const [first] = batchesOf(segment('java-lz4'))
  const count = 300
  const second = movedTo(count, first)

  it('is noticed by the checksum, at the last offset of its batch, and what follows is read', async () => {
    const flipped = Buffer.from(first)
    flipped[200] ^= 1
    const { records, next } = await readAll(Buffer.concat([flipped, second]), 0n)
    expect(records[0]).toMatchObject({ key: null, offset: BigInt(count - 1) })
    expect(records[0].damage).toMatch(/^checksum [0-9a-f]+, expected [0-9a-f]+$/)
    expect(records[0].value!.equals(flipped)).toBe(true)
    expect(records.slice(1).map((r) => Number(r.offset))).toEqual(
      Array.from({ length: 300 }, (_, i) => count + i),
    )
    expect(next).toBe(600n)
    const again = await readAll(Buffer.concat([flipped, second]), BigInt(count))
    expect(again.records).toHaveLength(300)
  })

  it.each<[string, (copy: Buffer) => void, RegExp]>([
    [
      'a codec that nobody knows',
      (b) => b.writeInt16BE(6, 21),
      /^codec 6: codec 6, expected one of none, gzip/,
    ],
    ['another codec than it says', (b) => b.writeInt16BE(4, 21), /^zstd: /],
    ['snappy that is none', (b) => b.writeInt16BE(2, 21), /^snappy: /],
    ['gzip that is none', (b) => b.writeInt16BE(1, 21), /^gzip: incorrect header/],
    ['packed bytes taken for plain ones', (b) => b.writeInt16BE(0, 21), /^none: /],
    ['LZ4 that ends too early', (b) => b.fill(0, b.length - 300), /^lz4: /],
    [
      'more records than there are',
      (b) => b.writeInt32BE(1_000_000_000, 57),
      /^lz4: a number without an end/,
    ],
  ])('is reported with its reason: %s', async (_, change, reason) => {
    const { records, next } = await readAll(changed(first, change), 0n)
    expect(records).toHaveLength(1)
    expect(records[0].damage).toMatch(reason)
    expect(next).toBe(BigInt(count))
  })

  it('of the header moves the position on, and never beyond the batch that follows', async () => {
    const format = Buffer.from(first)
    format[16] = 3
    expect((await readAll(format, 0n)).records[0].damage).toBe('record format 3, expected 2')
    const far = Buffer.from(first)
    far.writeInt32BE(9_000_000, 23)
    const { records: two, next: end } = await readAll(Buffer.concat([far, second]), 0n)
    expect(end).toBe(600n)
    expect(two[0].offset).toBe(299n)
    const endless = Buffer.from(first)
    endless.writeInt32BE(0x7fff_ffff, 8)
    const { records, next } = await readAll(endless, 7n)
    expect(next).toBe(8n)
    expect(records[0].damage).toMatch(/no whole batch/)
  })

  it('never throws and never stands still, whatever the bytes are', async () => {
    let seed = 12345
    const draw = (n: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
      return (seed >>> 8) % n
    }
    const names = ['java-gzip', 'java-snappy', 'java-lz4', 'java-zstd', 'kcat-snappy', 'kcat-lz4']
    const whole = names.map(segment)
    for (let i = 0; i < 3000; i++) {
      const bytes = Buffer.from(whole[draw(whole.length)])
      for (let n = 1 + draw(4); n > 0; n--) bytes[draw(bytes.length)] = draw(256)
      // Half of them with right checksums, or nothing behind it is ever reached.
      const end = Math.min(12 + bytes.readInt32BE(8), bytes.length)
      if (draw(2) === 0 && end > 61) bytes.writeUInt32BE(crc32c(bytes.subarray(21, end)), 17)
      const { records, next } = await readAll(bytes, 0n)
      expect(next).toBeGreaterThan(0n)
      expect(records.length).toBeLessThanOrEqual(100_000)
    }
  })
})
