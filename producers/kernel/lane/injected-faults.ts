// Carries out the faults of one topic-partition: drops, doubles, cuts and holds back records, and counts each.
import type { NewRecord } from '../../../infra/event-log/event-log.ts'
import type { StateWalk } from '../../../infra/state/state-walk.ts'
import type { Injected } from '../../contract/records.ts'
import type { Gateways, Injection } from '../faults.ts'

type HeldRecord = { fault: Injection; time: number; record: NewRecord }

const NO_GATEWAYS: Gateways = { heldUntil: () => 0 }

export class InjectedFaults {
  /** As a tick says it: since run-started, and what is held back now. */
  readonly counts: Injected = { drop: 0, duplicate: 0, late: 0, corrupt: 0, held: 0 }
  #held: HeldRecord[] = []
  readonly #gateways: Gateways

  constructor(gateways = NO_GATEWAYS) {
    this.#gateways = gateways
  }

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
        this.#held.push({ fault, time, record })
        return []
    }
  }

  /** What was held back until `time`, in order of its due time. */
  release(time: number): NewRecord[] {
    if (this.#held.length === 0) return []
    const due: { at: number; record: NewRecord }[] = []
    const held = this.#held.filter(({ fault, time: since, record }) => {
      const at = Math.max(this.#dueAt(fault, since), since)
      if (at <= time) due.push({ at, record })
      return at > time
    })
    if (due.length === 0) return []
    this.#held = held
    this.counts.held = held.length
    due.sort((a, b) => a.at - b.at) // stable: equal dues keep the order in which they were held
    return due.map(({ record }) => record)
  }

  state(walk: StateWalk): void {
    Object.assign(this.counts, walk.plain(this.counts))
    this.#held = walk.plain(this.#held)
  }

  /** Who stops an outage brings the burst forward. */
  #dueAt({ until, behind }: Injection, since: number): number {
    return behind === undefined ? until : this.#gateways.heldUntil(since, behind)
  }
}
