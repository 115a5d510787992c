// Where control records come from: the recording's index, page by page, or its whole track where there is no index.
import { type LentRecords, lentRecords } from '../../infra/memory/store.ts'
import { ByteCache } from '../recording/byte-cache.ts'
import type { RecordedRecord } from '../recording/line.ts'
import type { Recording } from '../recording/recording.ts'
import { readPage } from '../sidecar/sidecar-file.ts'
import { ControlPage } from './control-page.ts'
import { ControlReader } from './control-reader.ts'
import { ControlTable } from './control-table.ts'
import { INDEX_FILE, type OpenedIndex, openIndex } from './index-file.ts'

/** Pages in memory: some days of readings and what is read with them. */
const MOST_PAGE_BYTES = 96 * 1024 * 1024
/** What text takes, by the bytes of the file. */
const UNPACKED = 12

export type ControlSource = {
  table: ControlTable
  /** Why the index is not used; null where it is. */
  without: string | null
  /** Those of the rows, in their order. */
  read(rows: readonly number[]): Promise<RecordedRecord[]>
  /** Of one topic-partition the last, at most so many, in the order of their offsets; each is made when somebody asks for it. */
  lend(rows: readonly number[], most: number): Promise<LentRecords>
}

/** It can be read until the recording is closed. */
export async function openControlSource(recording: Recording): Promise<ControlSource> {
  const opened = await openIndex(recording)
  if (typeof opened === 'string') return scanned(recording, opened)
  recording.closesToo(() => opened.handle.close())
  return indexed(opened)
}

function indexed(opened: OpenedIndex): ControlSource {
  const { footer, table } = opened
  const cache = new ByteCache<ControlPage>(MOST_PAGE_BYTES)
  const page = (number: number): Promise<ControlPage> => {
    const [at, bytes] = footer.pages[number]
    return cache.get(number, UNPACKED * bytes, async () => {
      const where = `${INDEX_FILE} at byte ${at}`
      return new ControlPage(await readPage(opened, INDEX_FILE, at, bytes), where)
    })
  }
  const [pageOf, lineOf] = [table.column('page'), table.column('line')]
  /** By their numbers, those in which the rows lie. */
  const pagesOf = async (rows: readonly number[]): Promise<Map<number, ControlPage>> => {
    const numbers = new Set<number>()
    for (const row of rows) numbers.add(pageOf[row])
    const read = await Promise.all([...numbers].map(page))
    return new Map([...numbers].map((number, i) => [number, read[i]]))
  }
  return {
    table,
    without: null,
    async read(rows) {
      const pages = await pagesOf(rows)
      return rows.map((row) => pages.get(pageOf[row])!.record(lineOf[row]))
    },
    async lend(rows, most) {
      const pages = await pagesOf(rows)
      const offset = (row: number) => pages.get(pageOf[row])!.offset(lineOf[row])
      const lent = inOrder([...rows], offset).slice(-most)
      return {
        length: lent.length,
        offset: (i) => offset(lent[i]),
        key: (i) => pages.get(pageOf[lent[i]])!.key(lineOf[lent[i]]),
        at: (i) => pages.get(pageOf[lent[i]])!.record(lineOf[lent[i]]),
      }
    },
  }
}

/** Reads the track once, and keeps what is of use. */
async function scanned(recording: Recording, without: string): Promise<ControlSource> {
  const reader = new ControlReader(recording.manifest.source.prefix)
  const table = new ControlTable()
  const kept: RecordedRecord[] = []
  for await (const records of recording.records('control')) {
    for (const record of records) {
      const note = reader.read(record)
      if (!note) continue
      const key = note.kind === 'day' ? record.key!.toString('latin1') : ''
      table.add(note, { page: 0, line: kept.length }, key)
      kept.push(own(record))
    }
  }
  return {
    ...{ table, without },
    read: async (rows) => rows.map((row) => kept[row]),
    async lend(rows, most) {
      const records = rows.map((row) => kept[row])
      return lentRecords(inOrder(records, ({ offset }) => Number(offset)).slice(-most))
    },
  }
}

/** They were recorded so, but for a cut, which has what went before by its kind. */
function inOrder<T>(items: T[], offset: (item: T) => number): T[] {
  let [isInOrder, last] = [true, Number.NEGATIVE_INFINITY]
  for (const item of items) {
    const at = offset(item)
    if (at <= last) isInOrder = false
    last = at
  }
  return isInOrder ? items : items.sort((a, b) => offset(a) - offset(b))
}

/** What stays must not hold on to the text of its whole member. */
function own(record: RecordedRecord): RecordedRecord {
  const { key, value } = record
  return { ...record, key: key && Buffer.from(key), value: value && Buffer.from(value) }
}
