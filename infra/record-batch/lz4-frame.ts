// Reads LZ4 frames (github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md), bounded, whatever the bytes are. The libraries that
// do it either run on past the end of damaged input or bring a binary for each platform.

const MAGIC = 0x184d2204
/** 0x184d2a50 to 0x184d2a5f: a length and that many bytes of somebody else's. */
const SKIPPABLE = 0x184d2a5
const VERSION = 0b01
const STORED = 0x8000_0000
const MIN_MATCH = 4
const LONG = 15
/** Largest block by the descriptor's size number. */
const BLOCK_BYTES = [0, 0, 0, 0, 64 * 1024, 256 * 1024, 1024 * 1024, 4 * 1024 * 1024]

/** The content of all frames; throws on damage, and when it would be more than `limit` bytes. Checksums are not compared. */
export function readLz4Frames(input: Buffer, limit: number): Buffer {
  const source: FrameInput = { input, at: 0 }
  const target: FrameOutput = { bytes: Buffer.allocUnsafe(0), length: 0, limit }
  while (source.at < input.length) {
    const magic = u32(source)
    if (magic >>> 4 === SKIPPABLE) take(source, u32(source))
    else if (magic === MAGIC) readFrame(source, target)
    else throw new Error(`LZ4: no frame at byte ${source.at - 4}`)
  }
  return target.bytes.subarray(0, target.length)
}

type FrameInput = { input: Buffer; at: number }
type FrameOutput = { bytes: Buffer; length: number; limit: number }

function readFrame(source: FrameInput, target: FrameOutput): void {
  const [flags, descriptor] = take(source, 2)
  if (flags >>> 6 !== VERSION) throw new Error(`LZ4: frame version ${flags >>> 6}, expected 1`)
  const blockBytes = BLOCK_BYTES[(descriptor >>> 4) & 0b111]
  if (blockBytes === 0) throw new Error('LZ4: a block size that the format does not know')
  const hasBlockChecksum = (flags & 0b1_0000) !== 0
  const isLinked = (flags & 0b10_0000) === 0
  const optional = (flags & 0b1000 ? 8 : 0) + (flags & 0b1 ? 4 : 0)
  take(source, optional + 1)
  const frameStart = target.length
  for (;;) {
    if (target.length > target.limit) throw new Error(`LZ4: more than ${target.limit} bytes`)
    const size = u32(source)
    if (size === 0) break
    const block = take(source, size & ~STORED)
    const start = target.length
    grow(target, Math.min(blockBytes, block.length * 255 + LONG))
    if (size & STORED) append(target, block, 0, block.length, start + blockBytes)
    else readBlock(block, target, isLinked ? frameStart : start, start + blockBytes)
    if (hasBlockChecksum) take(source, 4)
  }
  if (flags & 0b100) take(source, 4)
}

/** `from`: how far back a match may reach; `end`: where the block's content ends at the latest. */
function readBlock(block: Buffer, target: FrameOutput, from: number, end: number): void {
  let at = 0
  const lengthFrom = (nibble: number) => {
    let length = nibble
    for (let byte = 255; nibble === LONG && byte === 255; at++) {
      if (at >= block.length) throw new Error('LZ4: a length beyond the end of its block')
      byte = block[at]
      length += byte
    }
    return length
  }
  while (at < block.length) {
    const token = block[at++]
    const literals = lengthFrom(token >>> 4)
    if (at + literals > block.length) throw new Error('LZ4: literals beyond the end of their block')
    append(target, block, at, literals, end)
    at += literals
    if (at === block.length) return // the last sequence has no match
    if (at + 2 > block.length) throw new Error('LZ4: a match beyond the end of its block')
    const distance = block[at] | (block[at + 1] << 8)
    at += 2
    copyMatch(target, distance, lengthFrom(token & 0xf) + MIN_MATCH, from, end)
  }
}

function append(target: FrameOutput, from: Buffer, at: number, length: number, end: number): void {
  if (target.length + length > Math.min(end, target.bytes.length)) throw new Error(TOO_LONG)
  from.copy(target.bytes, target.length, at, at + length)
  target.length += length
}

function copyMatch(
  target: FrameOutput,
  distance: number,
  length: number,
  from: number,
  end: number,
): void {
  const { bytes } = target
  const start = target.length - distance
  if (distance === 0 || start < from) throw new Error('LZ4: a match before the beginning')
  if (target.length + length > Math.min(end, bytes.length)) throw new Error(TOO_LONG)
  if (distance >= length) bytes.copyWithin(target.length, start, start + length)
  else for (let i = 0; i < length; i++) bytes[target.length + i] = bytes[start + i]
  target.length += length
}

const TOO_LONG = 'LZ4: a block longer than its frame says'

/** Room for `more` bytes behind what is there. */
function grow(target: FrameOutput, more: number): void {
  const wanted = target.length + more
  if (wanted <= target.bytes.length) return
  const larger = Buffer.allocUnsafe(Math.max(wanted, 2 * target.bytes.length))
  target.bytes.copy(larger, 0, 0, target.length)
  target.bytes = larger
}

function u32(source: FrameInput): number {
  return take(source, 4).readUInt32LE(0)
}

function take(source: FrameInput, bytes: number): Buffer {
  const { input, at } = source
  if (at + bytes > input.length) throw new Error('LZ4: ends in the middle of a frame')
  source.at += bytes
  return input.subarray(at, at + bytes)
}
