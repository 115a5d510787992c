// Reads `map`: bytes from anybody become a task's frame, or what is wrong with them.
import type { LogRecord } from '../../infra/event-log/event-log.ts'
import { isoTime } from '../../infra/time.ts'
import { STATE_STALE } from '../../producers/contract/declaration.ts'
import type { Descriptor } from '../../producers/contract/records.ts'
import type { Catalogue } from '../../seeds/contract.ts'
import { decodeFrame, type Frame, type Sent, sentOf } from './frame.ts'
import { taskKey } from './keys.ts'
import { outOfBounds, type Read, type RecordFault, type RunFacts, taskFault } from './run-facts.ts'

/** No wall clock shows more, and no date could be made of it. */
const MAX_WALL_MS = 8.64e15

export type TaskFrame = {
  domain: string
  partition: number
  catalogue: string
  /** Null where the frame shows no event. */
  sent: Sent | null
  frame: Frame
}

/** Shape, key and headers only: `frameFault` knows the run. `partition` is that of the topic. */
export function readFrame(partition: number, record: LogRecord): Read<TaskFrame> {
  const { key, value, headers } = record
  if (value === null) return { fault: { reason: 'null', detail: 'got nothing, expected a frame' } }
  const frame = decodeFrame(value)
  if (typeof frame === 'string') return { fault: { reason: 'schema', detail: frame } }
  const task = key && taskKey.parse(key.toString())
  if (task?.partition !== partition) {
    return { fault: { reason: 'key', detail: `expected <domain>|${partition}` } }
  }
  const sent = sentOf(headers)
  if (sent && !(sent.oldest >= 0 && sent.oldest <= sent.newest && sent.newest < MAX_WALL_MS)) {
    return { fault: outOfBounds('header sent', `${sent.oldest}, ${sent.newest}`, 'oldest, newest') }
  }
  const catalogue = headers?.find(([name]) => name === 'catalogue')?.[1]?.toString() ?? ''
  return { value: { ...task, catalogue, sent, frame } }
}

/** Why a frame of this epoch is none that the run can have, or null. */
export function frameFault(
  facts: RunFacts,
  catalogue: Catalogue,
  { declarations }: Pick<Descriptor, 'declarations'>,
  got: TaskFrame,
): RecordFault | null {
  const { domain, partition, frame } = got
  const place = taskFault(facts, domain, partition)
  if (place) return place
  if (got.catalogue !== facts.catalogue) {
    return outOfBounds('header catalogue', got.catalogue, facts.catalogue)
  }
  const { offset, time, number, state } = frame
  if (!(Number.isSafeInteger(offset) && offset >= 0)) {
    return outOfBounds('offset', offset, 'that of a record')
  }
  if (!(time >= facts.start && time <= facts.end)) {
    return outOfBounds('time', time, `${isoTime(facts.start)} to ${isoTime(facts.end)} in ms`)
  }
  const { from, to } = catalogue.ranges[domain]
  const states = declarations[domain].layer.states.length
  for (let i = 0; i < number.length; i++) {
    const n = number[i]
    if (n < from || n >= to || catalogue.cell[n] % facts.partitions !== partition) {
      return outOfBounds(`number[${i}]`, n, `an asset of ${domain}/${partition}`)
    }
    if (state[i] > states && state[i] !== STATE_STALE) {
      return outOfBounds(`state[${i}]`, state[i], `at most ${states}, or ${STATE_STALE}`)
    }
  }
  return null
}
