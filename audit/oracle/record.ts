// The oracle's own reading of a record of a domain topic: bytes → event, tick, marker, or why it is none of ours (design.md §4, §7).
import type { LogRecord } from '../../infra/event-log/event-log.ts'
import type { Declaration } from '../../producers/contract/declaration.ts'
import type { Injected } from '../../producers/contract/records.ts'
import { type Schema, schemaProblem } from './schema.ts'
import { isOnGrid, type OracleTick } from './ticks.ts'

export type RefusedAs =
  | 'null'
  | 'not-json'
  | 'schema'
  | 'unknown-asset'
  | 'too-large'
  | 'encoding'
  | 'foreign-run'

export type OracleEvent = {
  subject: string
  seq: number
  /** ms. */
  time: number
  /** Name in the declaration: `status`, `entry` ... */
  name: string
  district: string
  data: Record<string, unknown>
}

export type ReadRecord =
  | { is: 'event'; event: OracleEvent }
  | { is: 'tick'; tick: OracleTick }
  | { is: 'run-started'; epoch: number; run: string }
  | { is: 'refused'; reason: RefusedAs; detail: string }

export type LaneOfRun = {
  run: string
  epoch: number
  domain: string
  partition: number
  /** Start and end of the run, ms: nothing happens at or after the end. */
  start: number
  end: number
  tickMs: number
  /** What the run's first record says of it. */
  seed: number
  scenarioDigest: string
  declaration: Declaration
  /** Where an asset of the domain lives; undefined = the city has no such asset. */
  assetOf(id: string): { partition: number; district: string } | undefined
}

/** An event may have this many bytes. */
const MAX_BYTES = 256 * 1024
const SOURCE = /^\/huacheng\/([^/]+)\/([^/]+)$/
const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
const CHAIN = /^[0-9a-f]{64}$/
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

type Json = Record<string, unknown>

/** Reads records of one topic-partition of one run; pure, knows nothing of the records before. */
export class RecordReader {
  readonly #lane: LaneOfRun
  /** Of events, by type. */
  readonly #names: Map<string, string>
  readonly #schemas: Map<string, Schema>

  constructor(lane: LaneOfRun) {
    const { events } = lane.declaration
    this.#lane = lane
    this.#names = new Map(events.map((e) => [e.type, e.name]))
    this.#schemas = new Map(events.map((e) => [e.type, e.schema as Schema]))
  }

  read({ value, key, damage }: LogRecord): ReadRecord {
    if (damage !== undefined) return refused('encoding', damage)
    if (value === null) return refused('null', 'no value')
    if (value.length > MAX_BYTES) return refused('too-large', `${value.length} bytes`)
    let json: unknown
    try {
      json = JSON.parse(utf8.decode(value))
    } catch (error) {
      return refused('not-json', (error as Error).message)
    }
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      return refused('schema', 'not an object')
    }
    const e = json as Json
    if (e.type === 'city.tick.v1') return this.#readTick(e, key)
    if (e.type === 'city.run-started.v1') return this.#readMarker(e, key)
    return this.#readEvent(e, key)
  }

  #readEvent(e: Json, key: Buffer | null): ReadRecord {
    const other = this.#wrongSource(e.source, this.#lane.domain)
    if (other) return other
    const name = this.#names.get(e.type as string)
    if (e.specversion !== '1.0' || name === undefined) return refused('schema', '/type')
    const { subject, seq, id, district, data } = e
    if (typeof subject !== 'string' || key?.toString() !== subject) return refused('schema', 'key')
    if (!isCount(seq) || seq < 1) return refused('schema', '/seq')
    if (id !== `${subject}:${seq}`) return refused('schema', '/id')
    const time = instant(e.time)
    if (time === null || time >= this.#lane.end) return refused('schema', `/time ${String(e.time)}`)
    if (typeof district !== 'string') return refused('schema', '/district')
    if (e.cause !== undefined && typeof e.cause !== 'string') return refused('schema', '/cause')
    const problem = schemaProblem(this.#schemas.get(e.type as string)!, data)
    if (problem !== null) return refused('schema', problem)
    const asset = this.#lane.assetOf(subject)
    if (asset?.partition !== this.#lane.partition) return refused('unknown-asset', subject)
    if (asset.district !== district) return refused('schema', `/district ${district}`)
    return { is: 'event', event: { subject, seq, time, name, district, data: data as Json } }
  }

  #readTick(e: Json, key: Buffer | null): ReadRecord {
    const wrong = this.#wrongEnvelope(e, key, this.#lane.run)
    if (wrong) return wrong
    const data = e.data as Json
    if (data.epoch !== this.#lane.epoch) return refused('foreign-run', `/data/epoch ${data.epoch}`)
    const { count, chain, injected } = data as Json & { injected?: Json }
    const { drop, duplicate, late, corrupt, held } = injected ?? {}
    const counts = [count, drop, duplicate, late, corrupt, held]
    if (!counts.every(isCount)) return refused('schema', '/data: a count')
    if (typeof chain !== 'string' || !CHAIN.test(chain)) return refused('schema', '/data/chain')
    const counted = { drop, duplicate, late, corrupt, held } as Injected
    const time = instant(e.time)!
    if (!isOnGrid(this.#lane, time)) return refused('schema', `/time ${String(e.time)}`)
    return { is: 'tick', tick: { time, count: count as number, injected: counted, chain } }
  }

  #readMarker(e: Json, key: Buffer | null): ReadRecord {
    const match = typeof e.source === 'string' ? SOURCE.exec(e.source) : null
    const run = match?.[2] === 'producers' ? match[1] : this.#lane.run
    const wrong = this.#wrongEnvelope(e, key, run)
    if (wrong) return wrong
    const data = e.data as Json
    if (data.run !== run) return refused('schema', '/data/run')
    const { seed, scenarioDigest, start } = data
    const isWhole = typeof scenarioDigest === 'string' && CHAIN.test(scenarioDigest)
    if (!isCount(seed) || !isWhole || start !== e.time) return refused('schema', '/data')
    if (run === this.#lane.run && data.epoch === this.#lane.epoch) {
      const isOurs = seed === this.#lane.seed && scenarioDigest === this.#lane.scenarioDigest
      if (!isOurs || instant(start) !== this.#lane.start)
        return refused('schema', 'another run’s data')
    }
    return { is: 'run-started', epoch: data.epoch as number, run }
  }

  /** What is wrong with a tick or marker apart from its own fields; null when nothing is. */
  #wrongEnvelope(e: Json, key: Buffer | null, run: string): ReadRecord | null {
    const other = this.#wrongSource(e.source, 'producers', run)
    if (other) return other
    const data = e.data as Json | null
    const right =
      e.specversion === '1.0' &&
      key === null &&
      typeof e.id === 'string' &&
      instant(e.time) !== null &&
      typeof data === 'object' &&
      data !== null &&
      isCount(data.epoch) &&
      data.partition === this.#lane.partition
    return right ? null : refused('schema', 'envelope')
  }

  #wrongSource(got: unknown, who: string, run = this.#lane.run): ReadRecord | null {
    if (got === `/huacheng/${run}/${who}`) return null
    const match = typeof got === 'string' ? SOURCE.exec(got) : null
    const isForeign = match !== null && match[1] !== this.#lane.run
    return refused(isForeign ? 'foreign-run' : 'schema', `/source ${String(got)}`)
  }
}

function refused(reason: RefusedAs, detail: string): ReadRecord {
  return { is: 'refused', reason, detail }
}

function isCount(x: unknown): x is number {
  return Number.isSafeInteger(x) && (x as number) >= 0
}

/** UTC with milliseconds and of a date that exists, 1970 or later. */
function instant(text: unknown): number | null {
  if (typeof text !== 'string' || !UTC.test(text)) return null
  const ms = Date.parse(text)
  return ms >= 0 && new Date(ms).toISOString() === text ? ms : null
}
