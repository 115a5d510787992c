// Where control records come from: the recording's index, page by page, or its whole track where there is no index.
import { Problem, problemText } from '../../infra/problem.ts'
import { ByteCache } from '../recording/byte-cache.ts'
import { unpackMember } from '../recording/codec.ts'
import type { RecordedRecord } from '../recording/line.ts'
import { readAt } from '../recording/plain-file.ts'
import type { Recording } from '../recording/recording.ts'
import { eachRecord } from '../recording/segment-reader.ts'
import { ControlReader } from './control-reader.ts'
import { ControlTable } from './control-table.ts'
import { INDEX_FILE, type OpenedIndex, openIndex } from './index-file.ts'

/** Pages in memory: half a day of readings and what is read with them. */
const MOST_PAGE_BYTES = 96 * 1024 * 1024
/** What text and records take, by the bytes of the file. */
const UNPACKED = 12

export type ControlSource = {
  table: ControlTable
  /** Why the index is not used; null where it is. */
  without: string | null
  /** Those of the rows, in their order. */
  read(rows: readonly number[]): Promise<RecordedRecord[]>
}

/** It can be read until the recording is closed. */
export async function openControlSource(recording: Recording): Promise<ControlSource> {
  const opened = await openIndex(recording)
  if (typeof opened === 'string') return scanned(recording, opened)
  recording.closesToo(() => opened.handle.close())
  return indexed(opened)
}

function indexed({ handle, footer, table }: OpenedIndex): ControlSource {
  const cache = new ByteCache<RecordedRecord[]>(MOST_PAGE_BYTES)
  const page = (number: number): Promise<RecordedRecord[]> => {
    const [at, bytes] = footer.pages[number]
    return cache.get(number, UNPACKED * bytes, async () => {
      const where = `${INDEX_FILE} at byte ${at}`
      const text = await unpackMember(footer.codec, await readAt(handle, INDEX_FILE, at, bytes))
      if (typeof text === 'string') throw new Problem(problemText(where, text, 'a whole page'))
      const records: RecordedRecord[] = []
      const problem = eachRecord(text, (record) => records.push(record))
      if (problem !== null) throw new Problem(`${where}: ${problem}`)
      return records
    })
  }
  return {
    table,
    without: null,
    async read(rows) {
      const numbers = [...new Set(rows.map((row) => table.at('page', row)))]
      const read = await Promise.all(numbers.map(page))
      const pages = new Map(numbers.map((number, i) => [number, read[i]]))
      return rows.map((row) => pages.get(table.at('page', row))![table.at('line', row)])
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
  }
}

/** What stays must not hold on to the text of its whole member. */
function own(record: RecordedRecord): RecordedRecord {
  const { key, value } = record
  return { ...record, key: key && Buffer.from(key), value: value && Buffer.from(value) }
}
