// Carries out the faults of one topic-partition: drops, doubles, cuts and holds back records, and counts each.
import type { NewRecord } from '../../../infra/event-log/event-log.ts'
import type { Injected } from '../../contract/records.ts'
import type { Injection } from '../faults.ts'

export class InjectedFaults {
  /** As a tick says it: since run-started, and what is held back now. */
  readonly counts: Injected = { drop: 0, duplicate: 0, late: 0, corrupt: 0, held: 0 }
  #held: { due: number; record: NewRecord }[] = []

  /** What is to be written now of an event of sim time `time` under this fault. */
  apply(fault: Injection, record: NewRecord, time: number): NewRecord[] {
    switch (fault.kind) {
      case 'drop':
        this.counts.drop++
        return []
      case 'duplicate':
        this.counts.duplicate++
        return [record, record]
      case 'corrupt':
        this.counts.corrupt++
        return [{ ...record, value: record.value!.subarray(0, record.value!.length >> 1) }]
      default:
        // late and gateway-outage: counted now, written when due.
        this.counts.late++
        this.counts.held++
        this.#held.push({ due: Math.max(fault.until, time), record })
        return []
    }
  }

  /** What was held back until `time`, in order of its due time. */
  release(time: number): NewRecord[] {
    if (this.#held.length === 0) return []
    const due = this.#held.filter((h) => h.due <= time)
    if (due.length === 0) return []
    this.#held = this.#held.filter((h) => h.due > time)
    this.counts.held = this.#held.length
    due.sort((a, b) => a.due - b.due) // stable: equal dues keep the order in which they were held
    return due.map((h) => h.record)
  }
}
