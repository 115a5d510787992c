// Several rows of mapped lines, each in the order of its times, as one; of lines with one time the earlier row's come first.
import { MinHeap } from '../../infra/heap.ts'
import type { MappedLine } from './source-file.ts'

/** So many are handed on together. */
const BATCH = 1_000

type MergedRow = { rest: AsyncIterator<MappedLine[]>; lines: MappedLine[]; at: number }

/** Holds one piece of each row at a time. */
export async function* merged(rows: AsyncIterable<MappedLine[]>[]): AsyncGenerator<MappedLine[]> {
  const heap = new MinHeap(rows.length)
  const cursors = rows.map((row): MergedRow => {
    return { rest: row[Symbol.asyncIterator](), lines: [], at: 0 }
  })
  try {
    for (const [number, cursor] of cursors.entries()) {
      if (await advance(cursor)) heap.push(cursor.lines[0].time, number)
    }
    let batch: MappedLine[] = []
    while (heap.size > 0) {
      const cursor = cursors[heap.number()]
      batch.push(cursor.lines[cursor.at++])
      const goesOn = cursor.at < cursor.lines.length || (await advance(cursor))
      if (goesOn) heap.replaceTop(cursor.lines[cursor.at].time)
      else heap.pop()
      if (batch.length < BATCH) continue
      yield batch
      batch = []
    }
    if (batch.length > 0) yield batch
  } finally {
    await Promise.all(cursors.map(({ rest }) => rest.return?.()))
  }
}

/** Whether there is another line. */
async function advance(cursor: MergedRow): Promise<boolean> {
  for (;;) {
    const next = await cursor.rest.next()
    if (next.done) return false
    if (next.value.length === 0) continue
    cursor.lines = next.value
    cursor.at = 0
    return true
  }
}
