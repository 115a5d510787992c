// A sidecar's bytes: pages, packed, and a footer that says of which recording they are. Whatever does not fit is left aside.
import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import Type from 'typebox'
import { Problem, problemText } from '../../infra/problem.ts'
import type { CheckedReader } from '../../infra/text/checked-json.ts'
import { type Codec, unpackMember } from '../recording/codec.ts'
import type { Track } from '../recording/manifest.ts'
import { entryLine } from '../recording/member-index.ts'
import { openPlain, readAt } from '../recording/plain-file.ts'
import type { Recording } from '../recording/recording.ts'

export const MAX_FOOTER_BYTES = 16 * 1024 * 1024
const CHUNK_BYTES = 1024 * 1024
const MAGIC_BYTES = 4
/** Behind the footer: its CRC-32 and its length, and what kind of sidecar it is. */
const TAIL_BYTES = 8 + MAGIC_BYTES

/** What each footer has. */
export const FOOTER_FIELDS = {
  version: Type.Integer(),
  codec: Type.Enum(['gz', 'zst']),
  /** Of what was recorded, `contentOf`. */
  content: Type.String(),
  /** Of everything before the footer. */
  sha256: Type.String(),
}
export type SidecarFooter = { version: number; codec: Codec; content: string; sha256: string }

export type SidecarKind<F extends SidecarFooter> = {
  file: string
  /** Four bytes. */
  magic: Buffer
  /** Raised whenever what stands in it, or what it means, is another. */
  version: number
  read: CheckedReader<F>
  /** Of which it says something. */
  tracks: readonly Track[]
}

export type OpenedSidecar<F> = { handle: FileHandle; footer: F }

/** Other members, other content: by what manifest and indexes say of the tracks. */
export function contentOf(recording: Recording, tracks: readonly Track[]): string {
  const hash = createHash('sha256')
  const { created, segments } = recording.manifest
  const isOfThem = (file: string) => tracks.some((track) => file.startsWith(`${track}-`))
  hash.update(JSON.stringify([created, segments.filter(({ file }) => isOfThem(file))]))
  for (const track of tracks) {
    for (const { entry } of recording.members(track)) hash.update(entryLine(entry))
  }
  return hash.digest('hex')
}

export function footerBytes(footer: SidecarFooter, magic: Buffer): Buffer {
  const text = Buffer.from(`${JSON.stringify(footer)}\n`)
  const tail = Buffer.alloc(8)
  tail.writeUInt32LE(crc32(text), 0)
  tail.writeUInt32LE(text.length, 4)
  return Buffer.concat([text, tail, magic])
}

/** In words why there is none that could be used; whoever gets one closes its handle. */
export async function openSidecar<F extends SidecarFooter>(
  recording: Recording,
  kind: SidecarKind<F>,
): Promise<OpenedSidecar<F> | string> {
  let handle: FileHandle
  try {
    handle = await openPlain(join(recording.folder, kind.file))
  } catch {
    return 'there is none'
  }
  let isUsed = false
  try {
    const footer = await checkedFooter(handle, kind, contentOf(recording, kind.tracks))
    isUsed = typeof footer !== 'string'
    return typeof footer === 'string' ? footer : { handle, footer }
  } catch (error) {
    return (error as Error).message
  } finally {
    if (!isUsed) await handle.close()
  }
}

async function checkedFooter<F extends SidecarFooter>(
  handle: FileHandle,
  { file, magic, version, read: readFooter }: SidecarKind<F>,
  content: string,
): Promise<F | string> {
  const { size } = await handle.stat()
  const tail = await readAt(handle, file, Math.max(0, size - TAIL_BYTES), TAIL_BYTES)
  if (tail.length < TAIL_BYTES || !tail.subarray(8).equals(magic)) return 'it has no end'
  const length = tail.readUInt32LE(4)
  const bodyBytes = size - TAIL_BYTES - length
  if (length > MAX_FOOTER_BYTES || bodyBytes < 0) return 'it is damaged'
  const text = await readAt(handle, file, bodyBytes, length)
  if (crc32(text) !== tail.readUInt32LE(0)) return 'it is damaged'
  const read = readFooter(text)
  if (read.fault) return `it is damaged: ${read.fault.detail}`
  const footer = read.value
  if (footer.version !== version) return `it has version ${footer.version}, expected ${version}`
  if (footer.content !== content) return 'it is of another recording'
  return (await hashOf(handle, file, bodyBytes)) === footer.sha256 ? footer : 'it is damaged'
}

async function hashOf(handle: FileHandle, file: string, bytes: number): Promise<string> {
  const hash = createHash('sha256')
  for (let at = 0; at < bytes; at += CHUNK_BYTES) {
    hash.update(await readAt(handle, file, at, Math.min(CHUNK_BYTES, bytes - at)))
  }
  return hash.digest('hex')
}

/** The text of a page; throws a Problem that names the place. */
export async function readPage(
  { handle, footer }: OpenedSidecar<SidecarFooter>,
  file: string,
  at: number,
  bytes: number,
): Promise<Buffer> {
  const text = await unpackMember(footer.codec, await readAt(handle, file, at, bytes))
  if (typeof text !== 'string') return text
  throw new Problem(problemText(`${file} at byte ${at}`, text, 'a whole page'))
}
