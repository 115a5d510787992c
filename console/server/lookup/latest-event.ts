// Finds an asset's newest event in the log, and what is under way there: a reverse scan of at most 20,000 records in its one topic-partition.
import type { Topics } from '../../../producers/contract/topics.ts'
import type { AssetView } from '../../messages.ts'
import type { ShownRun } from '../state/run.ts'
import { OpenItems } from './open-items.ts'
import { parsedObject, type ReverseScan } from './reverse-scan.ts'

export type Latest = Pick<AssetView, 'latest' | 'note' | 'items'>
export type LatestEvents = ReturnType<typeof createLatestEvents>

export function createLatestEvents({
  reverseScan,
  topics,
}: {
  reverseScan: ReverseScan
  topics: Topics
}) {
  async function search(run: ShownRun, number: number): Promise<Latest> {
    const { catalogue, descriptor } = run
    const topic = topics.domain(catalogue.domains[catalogue.domain[number]])
    const partition = catalogue.cell[number] % descriptor.partitions
    const place = `${topic}/${partition}`
    const key = Buffer.from(catalogue.ids[number])
    const source = `/huacheng/${descriptor.run}/`
    let found: AssetView['latest'] = null
    let damaged = 0
    const declared = descriptor.declarations[catalogue.domains[catalogue.domain[number]]]
    const items = declared?.items ? new OpenItems(declared, declared.items) : null
    const { range, problem } = await reverseScan.read(topic, partition, (record) => {
      if (record.value === null || !record.key?.equals(key)) return
      const value = parsedObject(record.value)
      if (value === null) damaged++
      else if (String(value.source).startsWith(source)) {
        const text = record.value.toString('utf8')
        found = { topic, partition, offset: String(record.offset), value, text }
        damaged = 0
        items?.see(value)
      }
    })
    if (!range) return { latest: null, note: problem, items: null }
    const seen = `${range.to - range.from} records back, to offset ${range.from}`
    const notes = [
      ...(problem ? [problem] : []),
      ...(found ? [] : [`${place}: no event of this asset in this run within ${seen}`]),
      ...(damaged > 0
        ? [`${place}: ${damaged} newer damaged record(s), see the dead letters`]
        : []),
    ]
    const note = notes.length > 0 ? notes.join('; ') : null
    return { latest: found, note, items: items?.all() ?? null }
  }

  return {
    /** Never rejects for what it did not find: the note says why. */
    async find(run: ShownRun, number: number): Promise<Latest> {
      const found = await reverseScan.queued(() => search(run, number))
      return found ?? { latest: null, note: 'look-up: too many at once; try again', items: null }
    },
  }
}
