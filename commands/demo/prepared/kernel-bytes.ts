// A kernel's saved state as it is kept, in memory and in a prepared cue alike: packed fast rather than small.
import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'

const LEVEL = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }
const packed = promisify(zstdCompress)

export const packedKernel = (saved: Uint8Array): Promise<Buffer> => packed(saved, LEVEL)
export const unpackedKernel: (bytes: Buffer) => Promise<Buffer> = promisify(zstdDecompress)
