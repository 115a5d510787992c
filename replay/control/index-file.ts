// control.index, beside a recording: pages and tables, packed, and a footer that says of which recording and which bytes. It
// says nothing that the recording does not say, so whatever does not fit is left aside.
import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import Type from 'typebox'
import { createCheckedReader } from '../../infra/text/checked-json.ts'
import { unpackMember } from '../recording/codec.ts'
import { entryLine } from '../recording/member-index.ts'
import { openPlain, readAt } from '../recording/plain-file.ts'
import type { Recording } from '../recording/recording.ts'
import { ControlTable } from './control-table.ts'

export const INDEX_FILE = 'control.index'
export const INDEX_FORMAT = 'huacheng-control-index'
/** Raised whenever what stands in it, or what it means, is another. */
export const INDEX_VERSION = 1

const MAGIC = Buffer.from('HCIX')
/** Behind the footer: its CRC-32 and its length. */
const TAIL_BYTES = 8 + MAGIC.length
const MAX_FOOTER_BYTES = 16 * 1024 * 1024
const CHUNK_BYTES = 1024 * 1024

const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const footerSchema = Type.Object({
  format: Type.Literal(INDEX_FORMAT),
  version: Type.Integer(),
  codec: Type.Enum(['gz', 'zst']),
  /** Of what was recorded, `contentOf`. */
  content: Type.String(),
  /** Where each begins, its bytes and its records. */
  pages: Type.Array(Type.Tuple([count, count, count])),
  /** Bytes of each; they follow the pages. */
  tables: Type.Array(count),
  /** Of everything before the footer. */
  sha256: Type.String(),
})
export type IndexFooter = Type.Static<typeof footerSchema>

const readFooter = createCheckedReader<IndexFooter>(footerSchema, { maxBytes: MAX_FOOTER_BYTES })

/** Other members, other content: by what manifest and indexes say of the control track. */
export function contentOf(recording: Recording): string {
  const hash = createHash('sha256')
  const { created, segments } = recording.manifest
  hash.update(JSON.stringify([created, segments.filter(({ file }) => file.startsWith('control-'))]))
  for (const { entry } of recording.members('control')) hash.update(entryLine(entry))
  return hash.digest('hex')
}

export function footerBytes(footer: IndexFooter): Buffer {
  const text = Buffer.from(`${JSON.stringify(footer)}\n`)
  const tail = Buffer.alloc(8)
  tail.writeUInt32LE(crc32(text), 0)
  tail.writeUInt32LE(text.length, 4)
  return Buffer.concat([text, tail, MAGIC])
}

export type OpenedIndex = { handle: FileHandle; footer: IndexFooter; table: ControlTable }

/** In words why there is none that could be used; whoever gets one closes its handle. */
export async function openIndex(recording: Recording): Promise<OpenedIndex | string> {
  const path = join(recording.folder, INDEX_FILE)
  let handle: FileHandle
  try {
    handle = await openPlain(path)
  } catch {
    return 'there is none'
  }
  let isUsed = false
  try {
    const found = await checkedIndex(handle, contentOf(recording))
    isUsed = typeof found !== 'string'
    return found
  } catch (error) {
    return (error as Error).message
  } finally {
    if (!isUsed) await handle.close()
  }
}

async function checkedIndex(handle: FileHandle, content: string): Promise<OpenedIndex | string> {
  const { size } = await handle.stat()
  const tail = await readAt(handle, INDEX_FILE, Math.max(0, size - TAIL_BYTES), TAIL_BYTES)
  if (tail.length < TAIL_BYTES || !tail.subarray(8).equals(MAGIC)) return 'it has no end'
  const length = tail.readUInt32LE(4)
  const bodyBytes = size - TAIL_BYTES - length
  if (length > MAX_FOOTER_BYTES || bodyBytes < 0) return 'it is damaged'
  const text = await readAt(handle, INDEX_FILE, bodyBytes, length)
  if (crc32(text) !== tail.readUInt32LE(0)) return 'it is damaged'
  const read = readFooter(text)
  if (read.fault) return `it is damaged: ${read.fault.detail}`
  const footer = read.value
  if (footer.version !== INDEX_VERSION) {
    return `it has version ${footer.version}, expected ${INDEX_VERSION}`
  }
  if (footer.content !== content) return 'it is of another recording'
  if ((await hashOf(handle, bodyBytes)) !== footer.sha256) return 'it is damaged'
  const table = await tableOf(handle, footer)
  return typeof table === 'string' ? table : { handle, footer, table }
}

async function hashOf(handle: FileHandle, bytes: number): Promise<string> {
  const hash = createHash('sha256')
  for (let at = 0; at < bytes; at += CHUNK_BYTES) {
    hash.update(await readAt(handle, INDEX_FILE, at, Math.min(CHUNK_BYTES, bytes - at)))
  }
  return hash.digest('hex')
}

async function tableOf(handle: FileHandle, footer: IndexFooter): Promise<ControlTable | string> {
  const { codec, pages, tables } = footer
  let at = pages.reduce((end, [from, bytes]) => Math.max(end, from + bytes), 0)
  const records = pages.map(([, , count]) => count)
  const table = new ControlTable()
  for (const bytes of tables) {
    const text = await unpackMember(codec, await readAt(handle, INDEX_FILE, at, bytes))
    if (typeof text === 'string') return text
    if (!table.addBytes(text, records)) return 'its table does not fit its pages'
    at += bytes
  }
  return table
}
