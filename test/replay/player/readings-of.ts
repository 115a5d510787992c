// What stands on `kpi`, and commands to a replay.
import { randomUUID } from 'node:crypto'
import type { EventLog } from '../../../infra/event-log/event-log.ts'
import { readRange } from '../../../infra/event-log/log-range.ts'
import { kpiKeys } from '../../../processor/contract/keys.ts'
import type { AcceptedCommand, CommandResult } from '../../../producers/contract/records.ts'
import type { Topics } from '../../../producers/contract/topics.ts'
import { ControlBook } from '../../../replay/control/control-book.ts'
import type { Replay } from '../../../replay/player/replay.ts'
import type { Recording } from '../../../replay/recording/recording.ts'

const STABLE_MS = 1_200
const PATIENCE_MS = 60_000

export type Readings = { finals: Record<string, string>; open: Record<string, string> }

/** Newest value by key: finals of windows and days; and what is said of the open window, ledgers included. */
export async function readingsOf(log: EventLog, topics: Topics): Promise<Readings> {
  const finals = new Map<string, string>()
  const open = new Map<string, string>()
  for await (const records of readRange(log, { topic: topics.kpi, partition: 0 })) {
    for (const { key, value } of records) {
      const name = key!.toString()
      const kind = kpiKeys.parse(name)!.kind
      const isFinal = kind === 'window' || kind === 'day'
      if (value) (isFinal ? finals : open).set(name, value.toString())
    }
  }
  return { finals: byName(finals), open: byName(open) }
}

/** Finals as they were recorded. */
export async function recordedFinals(recording: Recording): Promise<Record<string, string>> {
  const book = await ControlBook.open(recording)
  const [from, to] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  const all = [
    ...(await book.between('window', from, to)),
    ...(await book.between('day', from, to)),
  ]
  return byName(new Map(all.map(({ record: { key, value } }) => [String(key), String(value)])))
}

/** What operators ordered, as it was accepted. */
export async function recordedCommands(recording: Recording): Promise<AcceptedCommand[]> {
  const book = await ControlBook.open(recording)
  const orders = await book.between('run', Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)
  return orders
    .map(({ record }) => JSON.parse(String(record.value)) as AcceptedCommand)
    .filter(({ effectiveAt }) => effectiveAt !== undefined)
}

const byName = (texts: Map<string, string>) =>
  Object.fromEntries([...texts].sort(([a], [b]) => (a < b ? -1 : 1)))

/** Once nothing is written any more. */
export async function settledReadings(log: EventLog, topics: Topics): Promise<Readings> {
  const end = Date.now() + PATIENCE_MS
  const written = async () => (await log.offsets(topics.kpi))[0].latest
  let last = await written()
  let since = Date.now()
  while (Date.now() - since < STABLE_MS) {
    if (Date.now() > end)
      throw new Error('readings are written for a minute, expected a world that stands')
    await new Promise((resolve) => setTimeout(resolve, 100))
    const next = await written()
    if (next !== last) since = Date.now()
    last = next
  }
  return readingsOf(log, topics)
}

/** What it came to at its end. */
export async function playedThrough(replay: Replay): Promise<Readings> {
  await Promise.race([replay.world.player.ended, replay.failed])
  await replay.world.settle()
  return readingsOf(replay.world.log, replay.run.book.topics)
}

/** Resolves with the answer. */
export async function order(
  log: EventLog,
  topics: Topics,
  name: string,
  args: object = {},
  target?: string,
): Promise<CommandResult> {
  const id = randomUUID()
  const answered = Promise.withResolvers<CommandResult>()
  const tail = await log.tail({
    topic: topics.commandResult,
    from: 'earliest',
    batch({ records }) {
      for (const { value } of records) {
        const result = JSON.parse(String(value)) as CommandResult
        if (result.id === id) answered.resolve(result)
      }
    },
  })
  const command = { id, name, ...(target && { target }), args, by: 'test' }
  const value = Buffer.from(JSON.stringify(command))
  await log.append(topics.command, 0, [{ key: Buffer.from(id), value, timestamp: Date.now() }])
  const result = await answered.promise
  tail.close().catch(() => {})
  return result
}

/** Keys under which the two differ: a few of thousands of readings say enough. */
export function differing(a: Record<string, string>, b: Record<string, string>): string[] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...names].filter((name) => a[name] !== b[name]).sort()
}
