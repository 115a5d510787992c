// Members: pieces of a segment that are compressed each by itself, so that any one is read without those before it. Each says
// at its beginning how long it is, in places that gzip and zstd keep for such things: zcat and zstdcat read the file as it is.
import { promisify } from 'node:util'
import { constants, crc32, deflateRaw, gunzip, zstdCompress, zstdDecompress } from 'node:zlib'

export type Codec = 'gz' | 'zst'
export const CODECS: readonly Codec[] = ['gz', 'zst']

/** Text of one member at most: a record of 16 MB in base64, and what stood before it. */
export const MAX_TEXT_BYTES = 24 * 1024 * 1024
/** A member is sealed once it has so much text: its last record may go beyond, no other begins there. */
export const MEMBER_TEXT_BYTES = 1024 * 1024
/** In one that an earlier version wrote a record of each topic-partition may begin there. */
export const MOST_LINES_BYTES = 2 * MEMBER_TEXT_BYTES
/** As much with what a codec adds to text that cannot be compressed. */
const MAX_MEMBER_BYTES = MAX_TEXT_BYTES + 64 * 1024

/** Bytes at a member's beginning that say how long it is. */
export const MEMBER_HEAD_BYTES = 20

/** Fastest: the disk is never what a recorder waits for, and the next levels save a tenth. */
const GZIP_LEVEL = 1
const ZSTD_LEVEL = 3
const GZIP_TRAILER_BYTES = 8
/** Packing makes so much less of it at most, usually. */
const USUAL_PACKING = 16
const ROOM_BYTES = 16 * 1024
const MOST_CHUNK_BYTES = MEMBER_TEXT_BYTES + MEMBER_TEXT_BYTES / 2
/** gzip's own header with a field of our own (RFC 1952, 2.3.1.1): "HC", 4 bytes: the member's length. */
const GZIP_HEAD = Buffer.from([
  31, 139, 8, 4, 0, 0, 0, 0, 4, 255, 8, 0, 0x48, 0x43, 4, 0, 0, 0, 0, 0,
])
/** A zstd frame that readers skip (RFC 8878, 3.1.2): 8 bytes, "HC01" and the length of it and of the frame behind it. */
const ZSTD_HEAD = Buffer.from([
  0x5a, 0x2a, 0x4d, 0x18, 12, 0, 0, 0, 0x48, 0x43, 48, 49, 0, 0, 0, 0, 0, 0, 0, 0,
])
const LENGTH_AT = 16

const deflate = promisify(deflateRaw)
const inflate = promisify(gunzip)
const packZstd = promisify(zstdCompress)
const unpackZstd = promisify(zstdDecompress)

/** One member, off the main thread; `text` must not change before it resolves. */
export async function packMember(codec: Codec, text: Buffer): Promise<Buffer[]> {
  const isGzip = codec === 'gz'
  const body = isGzip
    ? await deflate(text, { level: GZIP_LEVEL })
    : await packZstd(text, {
        params: {
          [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL,
          [constants.ZSTD_c_checksumFlag]: 1,
        },
      })
  const head = Buffer.from(isGzip ? GZIP_HEAD : ZSTD_HEAD)
  const trailer = Buffer.alloc(isGzip ? GZIP_TRAILER_BYTES : 0)
  if (isGzip) {
    trailer.writeUInt32LE(crc32(text), 0)
    trailer.writeUInt32LE(text.length, 4)
  }
  head.writeUInt32LE(head.length + body.length + trailer.length, LENGTH_AT)
  return [head, body, trailer]
}

/** Bytes of the member that begins with `head`, or in words why none begins there. */
export function memberBytes(codec: Codec, head: Buffer): number | string {
  const expected = codec === 'gz' ? GZIP_HEAD : ZSTD_HEAD
  if (head.length < MEMBER_HEAD_BYTES)
    return `got ${head.length} bytes, expected the ${MEMBER_HEAD_BYTES} that begin a member`
  if (!head.subarray(0, LENGTH_AT).equals(expected.subarray(0, LENGTH_AT))) {
    return `got ${head.toString('hex', 0, LENGTH_AT)}, expected ${expected.toString('hex', 0, LENGTH_AT)}, a member's beginning`
  }
  const bytes = head.readUInt32LE(LENGTH_AT)
  if (bytes > MEMBER_HEAD_BYTES && bytes <= MAX_MEMBER_BYTES) return bytes
  return `got a member of ${bytes} bytes, expected at most ${MAX_MEMBER_BYTES}`
}

/** Room for its text, so that it is unpacked in one go: each piece would wait for its turn. Nothing rests on it. */
function likelyTextBytes(codec: Codec, member: Buffer): number {
  const claimed = codec === 'gz' && member.length >= 4 ? member.readUInt32LE(member.length - 4) : 0
  const likely = claimed > 0 ? claimed + ROOM_BYTES : USUAL_PACKING * member.length
  return Math.min(MOST_CHUNK_BYTES, Math.max(ROOM_BYTES, likely))
}

/** The text of a whole member, or in words what is wrong with it. */
export async function unpackMember(codec: Codec, member: Buffer): Promise<Buffer | string> {
  const limits = { maxOutputLength: MAX_TEXT_BYTES, chunkSize: likelyTextBytes(codec, member) }
  try {
    if (codec === 'gz') return await inflate(member, limits)
    return await unpackZstd(member.subarray(ZSTD_HEAD.length), limits)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const tooLong = code === 'ERR_BUFFER_TOO_LARGE'
    return tooLong
      ? `got more text than ${MAX_TEXT_BYTES} bytes in one member`
      : `got bytes that do not unpack (${message})`
  }
}
