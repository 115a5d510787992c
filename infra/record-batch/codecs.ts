// What record batches are packed with: all of Kafka's codecs, read without trust in what they hold; written, those that Node has.
import { promisify } from 'node:util'
import {
  constants,
  gunzip,
  gunzipSync,
  gzip,
  gzipSync,
  zstdCompress,
  zstdCompressSync,
  zstdDecompress,
  zstdDecompressSync,
} from 'node:zlib'
import { readLz4Frames } from './lz4-frame.ts'

/** A batch of ours is at most 1 MB before it is packed; what would become larger than this is not a batch but an attack. */
const MOST_BYTES = 64 * 1024 * 1024
/** A fetch holds dozens of small batches: a trip to a thread costs each more than the work. */
const SYNC_BYTES = 64 * 1024
const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd']
/** Java's snappy streams: this, two versions, then blocks with their lengths before them. */
const SNAPPY_STREAM = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0])
const SNAPPY_STREAM_HEADER = 16

/** Batches are small and many: the fastest level wins. */
const ZSTD = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

const gzipAsync = promisify(gzip)
const zstdCompressAsync = promisify(zstdCompress)
const gunzipAsync = promisify(gunzip)
const zstdDecompressAsync = promisify(zstdDecompress)

/** Of the codec's number in a batch's attributes. */
export function codecName(codec: number): string {
  return CODECS[codec] ?? `codec ${codec}`
}

/** What batches of ours are packed with. */
export type Compression = 'none' | 'gzip' | 'zstd'

/** The packed bytes, and the codec's number for the batch's attributes. */
export async function pack(
  compression: Exclude<Compression, 'none'>,
  bytes: Buffer,
): Promise<{ codec: number; bytes: Buffer }> {
  const codec = CODECS.indexOf(compression)
  const isSmall = bytes.length <= SYNC_BYTES
  if (compression === 'gzip')
    return { codec, bytes: isSmall ? gzipSync(bytes) : await gzipAsync(bytes) }
  return {
    codec,
    bytes: isSmall ? zstdCompressSync(bytes, ZSTD) : await zstdCompressAsync(bytes, ZSTD),
  }
}

/** Rejects on damage, on a codec that nobody knows, and when there is more than `limit` bytes in it. */
export async function unpack(codec: number, bytes: Buffer, limit = MOST_BYTES): Promise<Buffer> {
  const bounded = { maxOutputLength: limit }
  const isSmall = bytes.length <= SYNC_BYTES
  switch (CODECS[codec]) {
    case 'none':
      return bytes
    case 'gzip':
      return isSmall ? gunzipSync(bytes, bounded) : gunzipAsync(bytes, bounded)
    case 'zstd':
      return isSmall ? zstdDecompressSync(bytes, bounded) : zstdDecompressAsync(bytes, bounded)
    case 'lz4':
      return readLz4Frames(bytes, limit)
    case 'snappy':
      return readSnappy(bytes, limit)
    default:
      throw new Error(`codec ${codec}, expected one of ${CODECS.join(', ')}`)
  }
}

/** A stream as Java writes it, or one plain block as others do. */
async function readSnappy(bytes: Buffer, limit: number): Promise<Buffer> {
  // Loaded only where somebody uses it.
  const { snappyUncompressor } = await import('hysnappy')
  const uncompress = snappyUncompressor()
  let left = limit
  const block = (packed: Buffer) => {
    const length = snappyLength(packed)
    left -= length
    if (left < 0) throw new Error(`snappy: more than ${limit} bytes`)
    return length === 0 ? Buffer.alloc(0) : Buffer.from(uncompress(packed, length))
  }
  if (!bytes.subarray(0, SNAPPY_STREAM.length).equals(SNAPPY_STREAM)) return block(bytes)
  const blocks: Buffer[] = []
  for (let at = SNAPPY_STREAM_HEADER; at < bytes.length; ) {
    const size = at + 4 <= bytes.length ? bytes.readInt32BE(at) : -1
    at += 4
    if (size < 0 || at + size > bytes.length) throw new Error('snappy: a block that is not whole')
    blocks.push(block(bytes.subarray(at, at + size)))
    at += size
  }
  return Buffer.concat(blocks)
}

/** The length of a block's content stands at its beginning. */
function snappyLength(packed: Buffer): number {
  let length = 0
  for (let i = 0; i < 5; i++) {
    if (i >= packed.length) break
    length += (packed[i] & 0x7f) * 2 ** (7 * i)
    if (packed[i] < 0x80) return length
  }
  throw new Error('snappy: no length at the beginning of a block')
}
