// A kernel's saved state as it is kept, in memory and in a prepared cue alike: packed fast rather than small, behind its length.
import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'

const LEVEL = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }
const LENGTH_BYTES = 4
/** zlib takes no smaller pieces. */
const LEAST_BYTES = 64
const packed = promisify(zstdCompress)
const unpacked: (bytes: Buffer, options: { chunkSize: number }) => Promise<Buffer> =
  promisify(zstdDecompress)

export async function packedKernel(saved: Uint8Array): Promise<Buffer> {
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt32LE(saved.length)
  return Buffer.concat([length, await packed(saved, LEVEL)])
}

export const unpackedKernel = (bytes: Buffer): Promise<Buffer> =>
  unpackedTo(bytes.readUInt32LE(), bytes.subarray(LENGTH_BYTES))

/** Into one piece of memory: tens of megabytes in node's own pieces of 16 kB would be put together again, for tenths of a second. */
export const unpackedTo = (length: number, bytes: Buffer): Promise<Buffer> =>
  unpacked(bytes, { chunkSize: Math.max(LEAST_BYTES, length) })
