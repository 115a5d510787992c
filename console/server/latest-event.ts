// Finds an asset's newest event in the log: a look back of at most 20,000 records in its one topic-partition.
import type { Clock } from '../../infra/clock.ts'
import type { EventLog, LogRecord } from '../../infra/event-log.ts'
import type { Topics } from '../../producers/contract/topics.ts'
import type { AssetView } from '../messages.ts'
import type { Run } from './run.ts'

const RECORDS_BACK = 20_000
const DEADLINE_MS = 3_000
/** Look-ups run one at a time; more waiting ones than this are refused rather than queued. */
const MAX_WAITING = 20

export type Latest = Pick<AssetView, 'latest' | 'note'>
export type LatestEvents = ReturnType<typeof createLatestEvents>

export function createLatestEvents(context: { log: EventLog; clock: Clock; topics: Topics }) {
  const { log, clock, topics } = context
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0

  /** Reads [from, to) and hands over each record; false when the deadline came first. */
  async function scan(
    topic: string,
    partition: number,
    from: bigint,
    to: bigint,
    see: (record: LogRecord) => void,
  ): Promise<boolean> {
    let finish: (complete: boolean) => void = () => {}
    const finished = new Promise<boolean>((resolve) => {
      finish = resolve
    })
    const cancel = clock.schedule(DEADLINE_MS, () => finish(false))
    const tail = await log.tail({
      topic,
      partitions: [partition],
      from: { offset: from },
      batch({ records }) {
        for (const record of records) if (record.offset < to) see(record)
        if (records.length > 0 && records[records.length - 1].offset >= to - 1n) finish(true)
      },
    })
    tail.done.catch(() => finish(false))
    const complete = await finished
    cancel()
    await tail.close()
    return complete
  }

  async function search(run: Run, number: number): Promise<Latest> {
    const { catalogue, descriptor } = run
    const topic = topics.domain(catalogue.domains[catalogue.domain[number]])
    const partition = catalogue.cell[number] % descriptor.partitions
    const place = `${topic}/${partition}`
    const offsets = (await log.offsets(topic)).find((o) => o.partition === partition)
    if (!offsets) return { latest: null, note: `${place}: no such partition` }
    const { earliest, latest: to } = offsets
    const back = to - BigInt(RECORDS_BACK)
    const from = back > earliest ? back : earliest
    if (from >= to) return { latest: null, note: `${place}: empty` }

    const key = Buffer.from(catalogue.ids[number])
    const source = `/huacheng/${descriptor.run}/`
    let found: AssetView['latest'] = null
    let damaged = 0
    const complete = await scan(topic, partition, from, to, (record) => {
      if (record.value === null || !record.key?.equals(key)) return
      const text = record.value.toString('utf8')
      const value = parsed(text)
      if (value === null) damaged++
      else if (String(value.source).startsWith(source)) {
        found = { topic, partition, offset: String(record.offset), value, text }
        damaged = 0
      }
    })
    const seen = `${to - from} records back, to offset ${from}`
    const notes = [
      ...(complete ? [] : [`${place}: reading took longer than ${DEADLINE_MS / 1000} s`]),
      ...(found ? [] : [`${place}: no event of this asset in this run within ${seen}`]),
      ...(damaged > 0
        ? [`${place}: ${damaged} newer damaged record(s), see the dead letters`]
        : []),
    ]
    return { latest: found, note: notes.length > 0 ? notes.join('; ') : null }
  }

  return {
    /** Never rejects for what it did not find: the note says why. */
    async find(run: Run, number: number): Promise<Latest> {
      if (waiting >= MAX_WAITING)
        return { latest: null, note: 'look-up: too many at once; try again' }
      waiting++
      const mine = last.then(() => search(run, number))
      last = mine.catch(() => {}) // the caller below gets the error; the queue goes on
      try {
        return await mine
      } finally {
        waiting--
      }
    },
  }
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null // a damaged record; the processor has put it into the dead letters
  }
}
