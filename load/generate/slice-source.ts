// One worker's part of the city, slice by slice: what its kernel makes, all lanes in one order, without losing that of any lane.
import type { NewRecord } from '../../infra/event-log/event-log.ts'
import type { Kernel, KernelOutput } from '../../producers/kernel/kernel.ts'

export type SlicedRecord = {
  domain: string
  partition: number
  record: NewRecord
  /** Sim ms. */
  time: number
  /** Ticks and markers are none. */
  isEvent: boolean
}

export type SimSlice = Pick<KernelOutput, 'truth' | 'incidents'> & {
  records: SlicedRecord[]
  events: number
  from: number
  to: number
}

/** So much is simulated between two looks at what is due: one or two milliseconds. */
const CHUNK_EVENTS = 150

/** Simulates up to `to`; `pause` lets what is due go out in between. */
export async function simulateSlice(
  kernel: Kernel,
  to: number,
  pause: () => Promise<void>,
): Promise<SimSlice> {
  const from = kernel.simulatedTo
  // The kernel stamps with sim time: which wall time a slice gets is not known yet.
  while (kernel.advance(to, (time) => time, CHUNK_EVENTS) < to) await pause()
  const { truth, incidents, lanes } = kernel.drain()
  const records: SlicedRecord[] = []
  for (const { domain, partition, records: own } of lanes) {
    let time = Number.NEGATIVE_INFINITY
    for (const record of own) {
      // What was held back stands later in its lane than its stamp says.
      time = Math.max(time, record.timestamp)
      records.push({ domain, partition, record, time, isEvent: record.key !== null })
    }
  }
  records.sort((a, b) => a.time - b.time)
  const events = records.reduce((n, { isEvent }) => n + Number(isEvent), 0)
  return { truth, incidents, records, events, from, to }
}
