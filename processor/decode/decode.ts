// Value bytes → checked event, tick or run-started. The one place that reads JSON: a faster reader may replace it.
import { isAscii, isUtf8 } from 'node:buffer'
import type { LogRecord } from '../../infra/event-log/event-log.ts'
import { problemText } from '../../infra/problem.ts'
import { isoTime } from '../../infra/time.ts'
import {
  type Injected,
  RUN_STARTED_TYPE,
  type RunStarted,
  TICK_TYPE,
  type Tick,
} from '../../producers/contract/records.ts'
import { tickTimeProblem } from '../../producers/contract/ticks.ts'
import type { DeadLetterReason } from '../contract/types.ts'
import type { EventData } from '../program/compile.ts'
import type { DomainProgram } from '../program/program.ts'
import { instantOf } from './instant.ts'
import { describeProblem, show } from './schema-problem.ts'

/** An event may have this many bytes (design.md §7); ticks and markers are far smaller. */
const MAX_EVENT_BYTES = 256 * 1024

export type Decoded = {
  kind: 'event' | 'tick' | 'run-started' | 'rejected'
  /** ms. */
  time: number
  /** Of an event: index in the declaration, catalogue number, local index, sequence number. */
  event: number
  number: number
  local: number
  seq: number
  data: EventData
  tick: Tick['data'] | null
  runStarted: RunStarted['data'] | null
  reason: DeadLetterReason
  detail: string
}

export type Decode = (record: LogRecord, epoch: number) => Decoded

type Json = Record<string, unknown>

const NO_DATA: EventData = {}
const INJECTED: (keyof Injected)[] = ['drop', 'duplicate', 'late', 'corrupt', 'held']
const CHAIN = /^[0-9a-f]{64}$/
const SOURCE = /^\/huacheng\/([^/]+)\/([^/]+)$/

/** The returned object is reused by the next call: read it before. */
export function createDecode(program: DomainProgram, partition: number): Decode {
  const source = `/huacheng/${program.run}/${program.domain}`
  const producers = `/huacheng/${program.run}/producers`
  const types = program.events.map((e) => e.type)
  const { catalogue, assets } = program
  const out: Decoded = {
    kind: 'rejected',
    time: 0,
    event: 0,
    number: 0,
    local: 0,
    seq: 0,
    data: NO_DATA,
    tick: null,
    runStarted: null,
    reason: 'schema',
    detail: '',
  }

  function reject(reason: DeadLetterReason, detail: string): Decoded {
    out.kind = 'rejected'
    out.reason = reason
    out.detail = detail
    return out
  }

  function wrong(where: string, got: unknown, expected: string): Decoded {
    return reject('schema', problemText(where, show(got), expected))
  }

  /** Foreign when the source is well-formed and names another run; else not a source at all. */
  function wrongSource(got: unknown, expected: string): Decoded {
    const match = typeof got === 'string' ? SOURCE.exec(got) : null
    if (match && match[1] !== program.run) {
      return reject('foreign-run', problemText('/source', show(got), `run ${program.run}`))
    }
    return wrong('/source', got, `"${expected}"`)
  }

  function decode(record: LogRecord, epoch: number): Decoded {
    const { value, key, damage } = record
    if (damage !== undefined) return reject('encoding', damage)
    if (value === null) return reject('null', problemText('value', 'null', 'a JSON object'))
    if (value.length > MAX_EVENT_BYTES) {
      const got = `${value.length} bytes`
      return reject('too-large', problemText('value', got, `at most ${MAX_EVENT_BYTES}`))
    }
    const json = parse(value)
    if (json === undefined)
      return reject('not-json', problemText('value', 'no JSON', 'a JSON object'))
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      return wrong('/', json, 'an object')
    }
    const e = json as Json
    if (e.type === TICK_TYPE) return decodeTick(e, key, epoch)
    if (e.type === RUN_STARTED_TYPE) return decodeRunStarted(e, key, epoch)
    return decodeEvent(e, key)
  }

  function decodeEvent(e: Json, key: Buffer | null): Decoded {
    if (e.source !== source) return wrongSource(e.source, source)
    if (e.specversion !== '1.0') return wrong('/specversion', e.specversion, '"1.0"')
    const event = types.indexOf(e.type as string)
    if (event < 0) return wrong('/type', e.type, types.join(' or '))
    const { subject, seq, id, time, district, data, cause } = e
    if (typeof subject !== 'string') return wrong('/subject', subject, 'an asset id')
    if (!sameText(key, subject)) {
      return wrong('key', key === null ? null : key.toString(), `the subject ${show(subject)}`)
    }
    if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 1) {
      return wrong('/seq', seq, 'a whole number ≥ 1')
    }
    if (typeof id !== 'string' || !isId(id, subject, seq)) {
      return wrong('/id', id, `"<subject>:<seq>"`)
    }
    const ms = typeof time === 'string' ? instantOf(time) : Number.NaN
    if (Number.isNaN(ms)) return wrong('/time', time, 'ISO 8601 UTC with milliseconds')
    // Nothing happens after the end, and windows there would stay open for ever.
    if (ms >= program.end)
      return wrong('/time', time, `a time before ${isoTime(program.end)}, the run's end`)
    if (typeof district !== 'string') return wrong('/district', district, 'a district code')
    if (cause !== undefined && typeof cause !== 'string') return wrong('/cause', cause, 'a string')
    const eventProgram = program.events[event]
    if (!eventProgram.check(data)) {
      return reject('schema', describeProblem(eventProgram.schema, data, eventProgram.errors(data)))
    }
    const number = catalogue.numberOf(subject)
    if (number < assets.from || number >= assets.to) {
      const expected = `an asset of ${program.domain}`
      return reject('unknown-asset', problemText('/subject', show(subject), expected))
    }
    if (assets.partitionOf[number - assets.from] !== partition) {
      const home = assets.partitionOf[number - assets.from]
      const got = `${show(subject)} of partition ${home}`
      return reject('unknown-asset', problemText('/subject', got, `partition ${partition}`))
    }
    const code = program.scopes[catalogue.district[number]]
    if (district !== code) return wrong('/district', district, `"${code}"`)
    out.kind = 'event'
    out.event = event
    out.time = ms
    out.number = number
    out.local = assets.localOf[number - assets.from]
    out.seq = seq
    out.data = data as EventData
    return out
  }

  /** Envelope of ticks and markers; null when it is right. */
  function wrongMarker(e: Json, key: Buffer | null): Decoded | null {
    if (e.source !== producers) return wrongSource(e.source, producers)
    if (e.specversion !== '1.0') return wrong('/specversion', e.specversion, '"1.0"')
    if (key !== null) return wrong('key', key.toString(), 'null')
    if (typeof e.id !== 'string') return wrong('/id', e.id, 'a string')
    out.time = typeof e.time === 'string' ? instantOf(e.time) : Number.NaN
    if (Number.isNaN(out.time)) return wrong('/time', e.time, 'ISO 8601 UTC with milliseconds')
    const data = e.data as Json | null
    if (typeof data !== 'object' || data === null) return wrong('/data', data, 'an object')
    if (!isCount(data.epoch)) return wrong('/data/epoch', data.epoch, 'a whole number ≥ 0')
    return data.partition === partition
      ? null
      : wrong('/data/partition', data.partition, `${partition}`)
  }

  function decodeTick(e: Json, key: Buffer | null, epoch: number): Decoded {
    const problem = wrongMarker(e, key)
    if (problem) return problem
    const data = e.data as Tick['data']
    if (data.epoch !== epoch) {
      return reject('foreign-run', problemText('/data/epoch', `${data.epoch}`, `${epoch}`))
    }
    const misplaced = tickTimeProblem(program, out.time)
    if (misplaced !== null) return wrong('/time', e.time, misplaced)
    if (!isCount(data.count)) return wrong('/data/count', data.count, 'a whole number ≥ 0')
    if (typeof data.chain !== 'string' || !CHAIN.test(data.chain)) {
      return wrong('/data/chain', data.chain, '64 hex digits')
    }
    for (const name of INJECTED) {
      const count = data.injected?.[name]
      if (!isCount(count)) return wrong(`/data/injected/${name}`, count, 'a whole number ≥ 0')
    }
    out.kind = 'tick'
    out.tick = data
    return out
  }

  function decodeRunStarted(e: Json, key: Buffer | null, epoch: number): Decoded {
    // Another run's marker is checked like ours: by its epoch the task tells a newer run from a foreign one.
    const match = typeof e.source === 'string' ? SOURCE.exec(e.source) : null
    const run = match?.[2] === 'producers' ? match[1] : program.run
    const problem = wrongMarker(run === program.run ? e : { ...e, source: producers }, key)
    if (problem) return problem
    const data = e.data as RunStarted['data']
    if (data.run !== run) return wrong('/data/run', data.run, `"${run}"`)
    if (!isCount(data.seed)) return wrong('/data/seed', data.seed, 'a whole number ≥ 0')
    const { scenarioDigest: digest, start } = data
    if (typeof digest !== 'string' || !CHAIN.test(digest)) {
      return wrong('/data/scenarioDigest', digest, '64 hex digits')
    }
    if (start !== e.time) return wrong('/data/start', start, `${show(e.time)} as /time`)
    if (run === program.run && data.epoch === epoch) {
      if (out.time !== program.start) return wrong('/time', e.time, `"${isoTime(program.start)}"`)
      if (data.seed !== program.seed) return wrong('/data/seed', data.seed, `${program.seed}`)
      if (digest !== program.scenarioDigest) {
        return wrong('/data/scenarioDigest', digest, `"${program.scenarioDigest}"`)
      }
    }
    out.kind = 'run-started'
    out.runStarted = data
    return out
  }

  return decode
}

/** `undefined` when the bytes are not UTF-8 JSON. */
function parse(value: Buffer): unknown {
  try {
    if (isAscii(value)) return JSON.parse(value.toString('latin1'))
    if (isUtf8(value)) return JSON.parse(value.toString('utf8'))
  } catch {
    // Not JSON: the caller turns that into a dead letter.
  }
  return undefined
}

function isCount(x: unknown): x is number {
  return typeof x === 'number' && Number.isSafeInteger(x) && x >= 0
}

// Byte by byte is faster than making a string, and asset ids are ASCII.
function sameText(key: Buffer | null, text: string): boolean {
  if (key === null || key.length !== text.length) return false
  for (let i = 0; i < text.length; i++) if (key[i] !== text.charCodeAt(i)) return false
  return true
}

function isId(id: string, subject: string, seq: number): boolean {
  const at = subject.length
  if (id.charCodeAt(at) !== 58 || !id.startsWith(subject)) return false
  return id.length - at <= 16 && id.slice(at + 1) === String(seq)
}
