// Where control records come from: the recording's index, page by page, or its whole track where there is no index.
import { type LentRecords, lentRecords } from '../../infra/memory/store.ts'
import { Problem, problemText } from '../../infra/problem.ts'
import { ByteCache } from '../recording/byte-cache.ts'
import { unpackMember } from '../recording/codec.ts'
import type { RecordedRecord } from '../recording/line.ts'
import { readAt } from '../recording/plain-file.ts'
import type { Recording } from '../recording/recording.ts'
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

type LinePlace = { page: ControlPage; line: number }

function indexed({ handle, footer, table }: OpenedIndex): ControlSource {
  const cache = new ByteCache<ControlPage>(MOST_PAGE_BYTES)
  const page = (number: number): Promise<ControlPage> => {
    const [at, bytes] = footer.pages[number]
    return cache.get(number, UNPACKED * bytes, async () => {
      const where = `${INDEX_FILE} at byte ${at}`
      const text = await unpackMember(footer.codec, await readAt(handle, INDEX_FILE, at, bytes))
      if (typeof text === 'string') throw new Problem(problemText(where, text, 'a whole page'))
      return new ControlPage(text, where)
    })
  }
  const places = async (rows: readonly number[]): Promise<LinePlace[]> => {
    const numbers = [...new Set(rows.map((row) => table.at('page', row)))]
    const read = await Promise.all(numbers.map(page))
    const pages = new Map(numbers.map((number, i) => [number, read[i]]))
    return rows.map((row) => ({
      page: pages.get(table.at('page', row))!,
      line: table.at('line', row),
    }))
  }
  return {
    table,
    without: null,
    read: async (rows) => (await places(rows)).map(({ page, line }) => page.record(line)),
    async lend(rows, most) {
      const placed = await places(rows)
      const offset = ({ page, line }: LinePlace) => page.offset(line)
      const lent = inOrder(placed, offset).slice(-most)
      return {
        length: lent.length,
        offset: (i) => offset(lent[i]),
        key: (i) => lent[i].page.key(lent[i].line),
        at: (i) => lent[i].page.record(lent[i].line),
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
  const isInOrder = items.every((item, i) => i === 0 || offset(items[i - 1]) < offset(item))
  return isInOrder ? items : items.sort((a, b) => offset(a) - offset(b))
}

/** What stays must not hold on to the text of its whole member. */
function own(record: RecordedRecord): RecordedRecord {
  const { key, value } = record
  return { ...record, key: key && Buffer.from(key), value: value && Buffer.from(value) }
}
