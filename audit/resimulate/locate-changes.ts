// Names what was removed, doubled, altered or added in one topic-partition: its records against those that the same seeds give.
import type { LogRecord, NewRecord } from '../../infra/event-log/event-log.ts'
import type { Verdict } from '../oracle/lane.ts'
import { type AuditPlace, PlaceList } from '../place.ts'
import { Copies } from './copies.ts'
import {
  aboutFields,
  ExpectedRecords,
  fieldsIn,
  fingerprint,
  idOf,
  type JsonFields,
} from './expected-records.ts'
import { MissingRecords } from './missing-records.ts'

/** A record that the simulation does not give; matched at the end with one that it gives and that is missing. */
type UnexpectedRecord = {
  offset: bigint
  key: string | null
  value: Buffer | null
  verdict: Verdict
  /** The last expected record that stands before it. */
  after: number
}

export type ChangeLocatorOptions = {
  topic: string
  partition: number
  /** What the seeds give, in order. */
  expected: Iterable<NewRecord[]>
  /** Copies right behind their originals count as doubled, not as retried. */
  strict: boolean
  /** Records after this tick (ms) may still be on their way; null = nothing more will come. */
  upToTick: number | null
}

export class ChangeLocator {
  readonly #expected: ExpectedRecords
  readonly #upToTick: number | null
  readonly #found: PlaceList
  readonly #copies: Copies
  readonly #unexpected: UnexpectedRecord[] = []
  /** The furthest expected record that was found. */
  #reached = -1

  constructor({ topic, partition, expected, strict, upToTick }: ChangeLocatorOptions) {
    this.#expected = new ExpectedRecords([...expected].flat())
    this.#upToTick = upToTick
    this.#found = new PlaceList(topic, partition)
    this.#copies = new Copies(this.#expected, this.#found, strict)
  }

  /** Every record of this run, with what the oracle says of it. */
  record(record: LogRecord, verdict: Verdict): void {
    const name = fingerprint(record)
    const same = this.#expected.withBytes(name)
    const i = same.find((s) => this.#expected.offsetOf(s) === null)
    if (same.length === 0) this.#keepUnexpected(record, verdict)
    else if (i === undefined) this.#copies.copy(name, record.offset, same.at(-1)!)
    else this.#find(i, name, record.offset)
  }

  /** What is not as the seeds give it, in the order of the log; once, when every record has been given. */
  places(): AuditPlace[] {
    this.#copies.end()
    const missing = new MissingRecords(this.#expected, this.#upToTick)
    for (const record of this.#unexpected) this.#nameUnexpected(record, missing)
    for (const i of missing.left) {
      this.#found.add({
        ...this.#expected.about(i),
        kind: this.#expected.keyOf(i) === null ? 'tick-missing' : 'missing',
        offset: this.#expected.before(i),
        detail: `expected right after ${this.#expected.whereOf(i)}`,
      })
    }
    return this.#found.places.sort((a, b) => Number((a.offset ?? 0n) - (b.offset ?? 0n)))
  }

  #keepUnexpected({ offset, key, value }: LogRecord, verdict: Verdict): void {
    this.#copies.end()
    // Another run's record changes nothing of ours and is counted as foreign.
    if (verdict.is === 'dead-letter' && verdict.reason === 'foreign-run') return
    const kept = { key: key?.toString() ?? null, value: value && Buffer.from(value) }
    this.#unexpected.push({ offset, ...kept, verdict, after: this.#reached })
  }

  #find(i: number, name: string, offset: bigint): void {
    this.#copies.original(name, offset, i)
    this.#expected.find(i, offset)
    if (i > this.#reached) {
      this.#reached = i
      return
    }
    const where = this.#expected.whereOf(i)
    const detail = `stands after what comes later; expected right after ${where}`
    this.#found.add({ ...this.#expected.about(i), kind: 'moved', offset, detail })
  }

  #nameUnexpected(record: UnexpectedRecord, missing: MissingRecords): void {
    const { offset, value, key, verdict } = record
    const got = fieldsIn(value)
    const twins = this.#expected.withId(idOf(got))
    if (got && twins.length > 0) {
      this.#nameTwin(record, got, twins, missing)
      return
    }
    // What cannot be read any more still has its key: the nearest missing event of that asset.
    // Any other dead letter is accounted for and changes no reading.
    if (verdict.is === 'dead-letter') {
      const i = missing.takeNearest(key, record.after)
      if (i === undefined) return
      const detail = `cannot be read (${verdict.reason}: ${verdict.detail})`
      this.#found.add({ ...this.#expected.about(i), kind: 'altered', offset, detail })
      return
    }
    const detail = `${verdict.is}; the seeds give no such record`
    this.#found.add({ ...aboutFields(got, key), kind: 'unexpected', offset, detail })
  }

  /** It has the name of expected records: one of them altered where one is missing, else a second one of that name. */
  #nameTwin(
    { offset, verdict }: UnexpectedRecord,
    got: JsonFields,
    twins: number[],
    missing: MissingRecords,
  ): void {
    const lost = missing.takeOne(twins)
    // Beside its twin a dead letter is accounted for and changes no reading.
    if (lost === undefined && verdict.is === 'dead-letter') return
    const twin = lost ?? twins[0]
    const what =
      differences(this.#expected.fieldsOf(twin), got).join('; ') || 'other key or spelling'
    const isAltered = lost !== undefined
    this.#found.add({
      ...this.#expected.about(twin),
      kind: isAltered ? 'altered' : 'doubled',
      offset,
      detail: isAltered
        ? what
        : `other bytes than offset ${this.#expected.offsetOf(twin)}: ${what}`,
    })
  }
}

/** `data.loadPct 41.2, expected 44.3`, one per field that differs. */
function differences(expected: JsonFields, got: JsonFields, path = ''): string[] {
  const out: string[] = []
  for (const name of new Set([...Object.keys(expected), ...Object.keys(got)])) {
    const a = expected[name]
    const b = got[name]
    if (JSON.stringify(a) === JSON.stringify(b)) continue
    const isDeep = [a, b].every((x) => typeof x === 'object' && x !== null && !Array.isArray(x))
    if (isDeep) out.push(...differences(a as JsonFields, b as JsonFields, `${path}${name}.`))
    else out.push(`${path}${name} ${JSON.stringify(b)}, expected ${JSON.stringify(a)}`)
  }
  return out
}
