// The file of a prepared cue: kernel and log, packed, under a seal, with a head that says whose they are. Written as a whole or not at all.
import { createHash } from 'node:crypto'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { promisify } from 'node:util'
import { constants, zstdCompress } from 'node:zlib'
import type { Clock } from '../../../infra/clock.ts'
import { Problem, problemText } from '../../../infra/problem.ts'
import { isoTime } from '../../../infra/time.ts'
import { unpackedTo } from './kernel-bytes.ts'

/** Its last digit is the version of this format. */
const MAGIC = Buffer.from('huacheng cue 2\n')
const SEAL_BYTES = 32
const LENGTH_BYTES = 4
const BODY_AT = MAGIC.length + SEAL_BYTES
/** Hashed in one go: about a hundredth of a second. */
const PIECE_BYTES = 4 * 1024 * 1024
const LEVEL = { params: { [constants.ZSTD_c_compressionLevel]: 3 } }

const packed = promisify(zstdCompress)

/** Whose it is: `key` stands for everything that determines it, `at` = sim ms. */
export type CueOwner = { key: string; at: number }

/** `kernel` packed with zstd; `log` as it is. */
export type CueBytes = { kernel: Buffer; log: Buffer }

/** Bytes in the file, and of the log when it is unpacked. */
type CueHead = CueOwner & { kernelBytes: number; logBytes: number; unpackedLogBytes: number }

/** Resolves with its size; nothing of it is left where it cannot be written. */
export async function writeCue(
  path: string,
  owner: CueOwner,
  { kernel, log }: CueBytes,
): Promise<number> {
  const packedLog = await packed(log, LEVEL)
  const lengths = {
    kernelBytes: kernel.length,
    logBytes: packedLog.length,
    unpackedLogBytes: log.length,
  }
  const head = Buffer.from(JSON.stringify({ ...owner, ...lengths } satisfies CueHead))
  const length = Buffer.alloc(LENGTH_BYTES)
  length.writeUInt32LE(head.length)
  const body = [length, head, kernel, packedLog]
  const seal = createHash('sha256')
  for (const piece of body) seal.update(piece)
  const pieces = [MAGIC, seal.digest(), ...body]
  const part = `${path}.${process.pid}.part`
  try {
    const file = await open(part, 'w')
    try {
      for (const piece of pieces) await file.writeFile(piece)
    } finally {
      await file.close()
    }
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
  return pieces.reduce((sum, piece) => sum + piece.length, 0)
}

/** A Problem for one that is not there, damaged, or another's. Others get a turn now and then. */
export async function readCue(path: string, owner: CueOwner, clock: Clock): Promise<CueBytes> {
  const where = `the prepared cue ${isoTime(owner.at)}`
  const refuse = (got: string, expected: string): never => {
    throw new Problem(problemText(where, got, expected, 'it is prepared again'))
  }
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) =>
    refuse(`no file that can be read (${error.code})`, 'the file that was written'),
  )
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
    refuse('a file of another format', `${JSON.stringify(String(MAGIC))} at its beginning`)
  }
  const body = bytes.subarray(BODY_AT)
  if (!(await sealOf(body, clock)).equals(bytes.subarray(MAGIC.length, BODY_AT))) {
    refuse(`damaged bytes (${bytes.length} of them)`, 'all of the bytes that were written')
  }
  const headAt = LENGTH_BYTES + body.readUInt32LE()
  const head = JSON.parse(body.toString('utf8', LENGTH_BYTES, headAt)) as CueHead
  if (head.key !== owner.key || head.at !== owner.at) {
    refuse(`one of ${head.key} at ${isoTime(head.at)}`, `one of ${owner.key}`)
  }
  const logAt = headAt + head.kernelBytes
  // Not views: the kernel would keep the log's bytes in memory.
  const kernel = Buffer.from(body.subarray(headAt, logAt))
  const packedLog = body.subarray(logAt, logAt + head.logBytes)
  return { kernel, log: await unpackedTo(head.unpackedLogBytes, packedLog) }
}

async function sealOf(bytes: Buffer, clock: Clock): Promise<Buffer> {
  const seal = createHash('sha256')
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    seal.update(bytes.subarray(at, at + PIECE_BYTES))
    await clock.turn()
  }
  return seal.digest()
}
