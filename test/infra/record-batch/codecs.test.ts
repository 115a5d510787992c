// Codecs are read with a bound: a small batch must not become a gigabyte.
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { snappyCompress } from 'hysnappy'
import { describe, expect, it } from 'vitest'
import { unpack } from '../../../infra/record-batch/codecs.ts'

const GZIP = 1
const SNAPPY = 2
const LZ4 = 3
const ZSTD = 4
const LIMIT = 100_000
const zeros = Buffer.alloc(10 * LIMIT)

/** A frame of 64 kB blocks, each one literal and a match of it as long as a block: what LZ4 makes of zeros. */
function lz4Zeros(blocks: number): Buffer {
  const length = 65_536 - 1 - 4 - 15
  const block = [0x1f, 0, 1, 0, ...Array(Math.floor(length / 255)).fill(255), length % 255]
  const size = Buffer.alloc(4)
  size.writeUInt32LE(block.length)
  const head = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82])
  const body = Array.from({ length: blocks }, () => Buffer.concat([size, Buffer.from(block)]))
  return Buffer.concat([head, ...body, Buffer.alloc(4)])
}

describe('unpack', () => {
  it.each([
    ['gzip', GZIP, gzipSync(zeros)],
    ['zstd', ZSTD, zstdCompressSync(zeros)],
    ['snappy', SNAPPY, Buffer.from(snappyCompress(zeros))],
    ['lz4', LZ4, lz4Zeros(16)],
  ])('refuses %s that holds more than the limit', async (_, codec, packed) => {
    await expect(unpack(codec, packed, LIMIT)).rejects.toThrow(/larger than|more than 100000 bytes/)
    const all = await unpack(codec, packed, 2 * zeros.length)
    expect(all.length).toBeGreaterThanOrEqual(zeros.length)
    expect(all.every((byte) => byte === 0)).toBe(true)
  })

  it('reads plain snappy blocks and streams of several', async () => {
    const text = Buffer.from('snappy '.repeat(5000))
    const packed = Buffer.from(snappyCompress(text))
    expect((await unpack(SNAPPY, packed)).equals(text)).toBe(true)
    const size = Buffer.alloc(4)
    size.writeInt32BE(packed.length)
    const head = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1])
    const stream = Buffer.concat([head, size, packed, size, packed])
    expect((await unpack(SNAPPY, stream)).equals(Buffer.concat([text, text]))).toBe(true)
    await expect(unpack(SNAPPY, stream.subarray(0, -1))).rejects.toThrow(/not whole/)
    await expect(unpack(SNAPPY, Buffer.from([0xff, 0xff]))).rejects.toThrow(/no length/)
  })

  it('reads LZ4 with matches over blocks, stored blocks, checksums and frames behind each other', async () => {
    const head = [0x04, 0x22, 0x4d, 0x18]
    // Linked blocks with checksums: "abcd" stored, then four literals and a match of 8 that begins in the first block.
    const linked = Buffer.from([
      ...[...head, 0x54, 0x40, 0x00, 4, 0, 0, 0x80, 0x61, 0x62, 0x63, 0x64, 1, 2, 3, 4],
      ...[7, 0, 0, 0, 0x44, 0x65, 0x66, 0x67, 0x68, 8, 0, 1, 2, 3, 4, 0, 0, 0, 0, 9, 9, 9, 9],
    ])
    expect(String(await unpack(LZ4, linked))).toBe('abcdefghabcdefgh')
    expect(String(await unpack(LZ4, Buffer.concat([linked, linked])))).toBe('abcdefgh'.repeat(4))
    // The same with independent blocks: the match would reach behind its own block's beginning.
    const independent = Buffer.from(linked)
    independent[4] = 0x74
    await expect(unpack(LZ4, independent)).rejects.toThrow(/before the beginning/)
    await expect(unpack(LZ4, linked.subarray(0, -1))).rejects.toThrow(/in the middle/)
    await expect(unpack(LZ4, Buffer.from('hello'))).rejects.toThrow(/no frame/)
  })
})
