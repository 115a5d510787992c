// Writes the index of a recording's control track as its records come by: copies of those that a replay has a use for, in
// pages of what is read together, and a table of when each is due.
import type { Codec } from '../recording/codec.ts'
import { LineText, type RecordedRecord } from '../recording/line.ts'
import type { Recording } from '../recording/recording.ts'
import { SidecarWriter } from '../sidecar/sidecar-writer.ts'
import { type ControlKind, ControlReader } from './control-reader.ts'
import { ControlTable } from './control-table.ts'
import { CONTROL_INDEX, INDEX_FORMAT } from './index-file.ts'

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
  readonly #sidecar
  readonly #reader: ControlReader
  readonly #table = new ControlTable()
  readonly #open = new Map<string, OpenPage>()
  readonly #pages: PageNote[] = []

  /** `prefix`: of the city's topics. */
  constructor(folder: string, codec: Codec, prefix: string) {
    this.#sidecar = new SidecarWriter(folder, CONTROL_INDEX, codec)
    this.#reader = new ControlReader(prefix)
  }

  /** Takes the track's records in their order; answers with what to wait for before the next one, where there is something. */
  add(record: RecordedRecord): Promise<void> | null {
    const note = this.#reader.read(record)
    if (!note || this.#sidecar.hasFailed) return null
    const group = groupOf(note.kind)
    const page = this.#open.get(group) ?? this.#newPage(group)
    const key = note.kind === 'day' ? record.key!.toString('latin1') : ''
    this.#table.add(note, { page: page.number, line: page.records }, key)
    page.text.add(record)
    page.records++
    return page.text.bytes < PAGE_BYTES ? null : this.#seal(group, page)
  }

  abandon(): Promise<void> {
    return this.#sidecar.abandon()
  }

  /** Puts it beside the recording that it is of; throws where it cannot be written, and leaves none. */
  async finish(recording: Recording): Promise<void> {
    for (const [group, page] of this.#open) this.#seal(group, page)
    const tables: number[] = []
    for (let from = 0; from < this.#table.rows; from += TABLE_ROWS) {
      const to = Math.min(from + TABLE_ROWS, this.#table.rows)
      this.#sidecar.add(this.#table.bytes(from, to), ([, bytes]) => tables.push(bytes))
    }
    const fields = () => ({ format: INDEX_FORMAT, pages: this.#pages, tables }) as const
    await this.#sidecar.finish(recording, fields)
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
    return this.#sidecar.add(text.view, ([at, bytes]) => {
      this.#pages[number] = [at, bytes, records]
    })
  }
}
