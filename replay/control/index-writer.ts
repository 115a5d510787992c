// Writes the index of a recording's control track as its records come by: copies of those that a replay has a use for, in
// pages of what is read together, and a table of when each is due.
import { createHash } from 'node:crypto'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Codec, packMember } from '../recording/codec.ts'
import { DurableFile } from '../recording/durable-file.ts'
import { LineText, type RecordedRecord } from '../recording/line.ts'
import type { Recording } from '../recording/recording.ts'
import { type ControlKind, ControlReader } from './control-reader.ts'
import { ControlTable } from './control-table.ts'
import { contentOf, footerBytes, INDEX_FILE, INDEX_FORMAT, INDEX_VERSION } from './index-file.ts'

/** Of a page's text: a seek reads a few of them, and seldom all of one. */
const PAGE_BYTES = 256 * 1024
const TABLE_ROWS = 100_000

/** What is read together: all of what was said up to a time, the windows before it, or everything that is rare. */
const groupOf = (kind: ControlKind): string =>
  kind === 'truth' || kind === 'partial'
    ? 'sums'
    : kind === 'window' || kind === 'day' || kind === 'twin'
      ? kind
      : 'rare'

type OpenPage = { number: number; text: LineText; records: number }
type PageNote = [at: number, bytes: number, records: number]

export class ControlIndexWriter {
  readonly #folder: string
  readonly #codec: Codec
  readonly #reader: ControlReader
  readonly #table = new ControlTable()
  readonly #open = new Map<string, OpenPage>()
  readonly #pages: PageNote[] = []
  readonly #hash = createHash('sha256')
  #file: DurableFile | null = null
  /** Settles when what was sealed is in the file; never rejects: a recording goes on without its index. */
  #writing: Promise<void> = Promise.resolve()
  #problem: unknown = null

  /** `prefix`: of the city's topics. */
  constructor(folder: string, codec: Codec, prefix: string) {
    this.#folder = folder
    this.#codec = codec
    this.#reader = new ControlReader(prefix)
  }

  /** Takes the track's records in their order; answers with what to wait for before the next one, where there is something. */
  add(record: RecordedRecord): Promise<void> | null {
    const note = this.#reader.read(record)
    if (!note || this.#problem) return null
    const group = groupOf(note.kind)
    const page = this.#open.get(group) ?? this.#newPage(group)
    const key = note.kind === 'day' ? record.key!.toString('latin1') : ''
    this.#table.add(note, { page: page.number, line: page.records }, key)
    page.text.add(record)
    page.records++
    return page.text.bytes < PAGE_BYTES ? null : this.#seal(group, page)
  }

  /** Puts it beside the recording that it is of; throws where it cannot be written, and leaves none. */
  async finish(recording: Recording): Promise<void> {
    for (const [group, page] of this.#open) this.#seal(group, page)
    await this.#writing
    try {
      if (this.#problem) throw this.#problem
      const tables: number[] = []
      for (let from = 0; from < this.#table.rows; from += TABLE_ROWS) {
        const to = Math.min(from + TABLE_ROWS, this.#table.rows)
        tables.push(await this.#append(this.#table.bytes(from, to)))
      }
      const file = await this.#opened()
      const footer = footerBytes({
        ...{ format: INDEX_FORMAT, version: INDEX_VERSION, codec: this.#codec },
        content: contentOf(recording),
        ...{ pages: this.#pages, tables, sha256: this.#hash.digest('hex') },
      })
      await file.append([footer])
      await file.close()
      await rename(this.#draft, join(this.#folder, INDEX_FILE))
    } catch (error) {
      await rm(this.#draft, { force: true })
      throw error
    }
  }

  get #draft(): string {
    return join(this.#folder, `${INDEX_FILE}.new`)
  }

  #newPage(group: string): OpenPage {
    const text = new LineText(PAGE_BYTES + 64 * 1024)
    const page = { number: this.#pages.length, text, records: 0 }
    this.#pages.push([0, 0, 0])
    this.#open.set(group, page)
    return page
  }

  #seal(group: string, { number, text, records }: OpenPage): Promise<void> {
    this.#open.delete(group)
    this.#writing = this.#writing.then(async () => {
      if (this.#problem) return
      try {
        const at = this.#file?.bytes ?? 0
        const bytes = await this.#append(text.view)
        this.#pages[number] = [at, bytes, records]
      } catch (error) {
        this.#problem = error
      }
    })
    return this.#writing
  }

  /** Packed; resolves with how many bytes it takes. */
  async #append(text: Buffer): Promise<number> {
    const file = await this.#opened()
    const parts = await packMember(this.#codec, text)
    await file.append(parts)
    for (const part of parts) this.#hash.update(part)
    return parts.reduce((sum, { length }) => sum + length, 0)
  }

  async #opened(): Promise<DurableFile> {
    if (this.#file) return this.#file
    await rm(this.#draft, { force: true })
    this.#file = await DurableFile.create(this.#draft)
    return this.#file
  }
}
