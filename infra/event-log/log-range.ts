// Reads a stretch of one topic-partition that is already there, and ends: for restores, resumes and audits.
import type { Clock } from '../clock.ts'
import type { EventLog, LogRecord, TailFrom, TopicPartition } from './event-log.ts'

export type Range = TopicPartition & {
  /** First offset wanted; default the earliest that is there. */
  from?: bigint
  /** First offset not wanted; default the end at the time of the call. */
  to?: bigint
  /** Also hands over what was appended meanwhile, until there is nothing more: compaction may have put it in place of what was there. */
  andNewer?: boolean
  /** With a clock it looks again now and then: a topic that was deleted and made anew never reaches the end. */
  clock?: Clock
}

const LOOK_AGAIN_MS = 1000

/**
 * The records of [from, to) in order, a batch at a time; the next batch is read when the caller asks for it. What
 * retention has taken, and offsets that no record has, are skipped. Rejects when the reader cannot go on.
 */
export async function* readRange(log: EventLog, range: Range): AsyncGenerator<LogRecord[]> {
  const { topic, partition, clock } = range
  const boundsNow = async () => (await log.offsets(topic)).find((o) => o.partition === partition)
  const bounds = await boundsNow()
  if (!bounds) return
  // Not Math.max and Math.min: offsets are bigint.
  const start = later(range.from ?? bounds.earliest, bounds.earliest)
  let last = range.to !== undefined && range.to < bounds.latest ? range.to : bounds.latest
  if (start >= last) return
  let given = Promise.withResolvers<LogRecord[] | null>()
  let asked = Promise.withResolvers<void>()
  let isOver = false
  let hasEnded = false
  const end = () => {
    hasEnded = true
    given.resolve(null)
  }
  const from: TailFrom = { offset: start }
  const tail = await log.tail({
    topic,
    partitions: [partition],
    from,
    async batch({ records, next }) {
      if (isOver) return
      const wanted = range.andNewer ? records : records.filter((r) => r.offset < last)
      if (wanted.length > 0) {
        given.resolve(wanted)
        await asked.promise
        asked = Promise.withResolvers()
      }
      const isAtEnd = () => next >= last
      if (range.andNewer && isAtEnd()) last = (await boundsNow())?.latest ?? last
      if (isAtEnd()) end()
    },
    outOfRange(_, earliest) {
      if (earliest >= last) end()
    },
  })
  let cancelLook = () => {}
  function lookAgain(): void {
    cancelLook =
      clock?.schedule(LOOK_AGAIN_MS, async () => {
        const now = await boundsNow().catch(() => bounds) // an outage says nothing of the topic
        if (isOver) return
        if (!now || now.latest < last) end()
        else lookAgain()
      }) ?? cancelLook
  }
  lookAgain()
  try {
    for (;;) {
      const records = await Promise.race([given.promise, tail.done.then(() => null)])
      if (records === null) return
      given = Promise.withResolvers()
      if (hasEnded) given.resolve(null)
      yield records
      asked.resolve()
    }
  } finally {
    isOver = true
    cancelLook()
    asked.resolve()
    await tail.close()
  }
}

function later(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
