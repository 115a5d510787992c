// A place in the log where an audit found something: enough to go there and look.

export type AuditPlaceKind =
  /** Of one event or tick, named by re-simulation or by its sequence number. */
  | 'missing'
  | 'doubled'
  /** A copy right behind its original: what a retried append leaves. */
  | 'retried'
  | 'altered'
  | 'moved'
  /** A record that the seeds do not give. */
  | 'unexpected'
  | 'tick-missing'
  /** Of a tick interval. */
  | 'count'
  | 'chain'
  | 'no-start'
  /** Of what the processor and the truth published. */
  | 'cell'
  | 'final-missing'
  | 'truth'
  | 'partial'
  | 'ledger'
  | 'rejected'

export type AuditPlace = {
  kind: AuditPlaceKind
  topic: string
  partition: number
  /** Where it lies, or where it should have come; null when that is not known. */
  offset: bigint | null
  district: string | null
  /** Sim time, ms. */
  time: number | null
  asset: string | null
  seq: number | null
  detail: string
}

type PlaceFields = Pick<AuditPlace, 'kind' | 'detail'> & Partial<AuditPlace>

/** Places of one topic-partition; what is not known of one is null. */
export class PlaceList {
  readonly places: AuditPlace[] = []
  readonly #at: Pick<AuditPlace, 'topic' | 'partition'>
  readonly #most: number

  /** Keeps the first `most`. */
  constructor(topic: string, partition: number, most = Number.POSITIVE_INFINITY) {
    this.#at = { topic, partition }
    this.#most = most
  }

  get isFull(): boolean {
    return this.places.length >= this.#most
  }

  add(place: PlaceFields): void {
    if (this.isFull) return
    const unknown = { offset: null, district: null, time: null, asset: null, seq: null }
    this.places.push({ ...this.#at, ...unknown, ...place })
  }
}
