// A place in the log where an audit found something: enough to go there and look.

export type PlaceKind =
  /** Of one event or tick, named by re-simulation or by its sequence number. */
  | 'missing'
  | 'doubled'
  /** A copy right behind its original: what a retried append leaves. */
  | 'retried'
  | 'altered'
  | 'moved'
  | 'stranger'
  | 'tick-missing'
  /** Of a tick interval. */
  | 'count'
  | 'chain'
  | 'tick'
  | 'no-start'
  /** Of what the processor and the truth told. */
  | 'cell'
  | 'final-missing'
  | 'truth'
  | 'partial'
  | 'ledger'
  | 'rejected'

export type Place = {
  kind: PlaceKind
  topic: string
  partition: number
  /** Where it lies, or where it should have come; null when that cannot be told. */
  offset: bigint | null
  district: string | null
  /** Sim time, ms. */
  time: number | null
  asset: string | null
  seq: number | null
  detail: string
}
