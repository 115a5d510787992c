// Names what was removed, doubled, altered or added in one topic-partition: its records against those that the same seeds give.
import { hash } from 'node:crypto'
import type { LogRecord, NewRecord } from '../../infra/event-log/event-log.ts'
import { isoTime } from '../../infra/time.ts'
import type { Verdict } from '../oracle/lane.ts'
import type { Place } from '../place.ts'

type Json = Record<string, unknown>

/** A simulated record names itself at its beginning, half an event too. */
const ID = /^\{"specversion":"1\.0","id":"([^"]+)"/
const ID_BYTES = 200

/** A record that the simulation does not give; matched at the end with one that it gives and that is missing. */
type Stranger = {
  offset: bigint
  key: string | null
  value: Buffer | null
  verdict: Verdict
  after: number
}

export interface Tracer {
  /** Every record of this run, with what the oracle says of it. */
  record(record: LogRecord, verdict: Verdict): void
  /** What is not as the seeds give it, in the order of the log. */
  places(): Place[]
}

export type TracerOptions = {
  topic: string
  partition: number
  /** What the seeds give, in order. */
  expected: Iterable<NewRecord[]>
  /** Copies right behind their originals count as doubled, not as retried. */
  strict: boolean
  /** Records after this tick (ms) may still be on their way; null = nothing more will come. */
  upToTick: number | null
}

/** Keeps the expected records of the topic-partition in memory. */
export function createTracer(options: TracerOptions): Tracer {
  const { topic, partition } = options
  const expected = [...options.expected].flat()
  const positions = new Map<string, number[]>()
  const byId = new Map<string, number[]>()
  expected.forEach((record, i) => {
    push(positions, fingerprint(record), i)
    push(byId, ID.exec(record.value!.toString('latin1', 0, ID_BYTES))![1], i)
  })
  /** Offset at which an expected record was found, null = not found. */
  const found: (bigint | null)[] = expected.map(() => null)
  const strangers: Stranger[] = []
  const places: Place[] = []
  const history: { name: string; offset: bigint; place: number }[] = []
  let copies: number[] = []
  let reached = -1

  function record(input: LogRecord, verdict: Verdict): void {
    const name = fingerprint(input)
    const list = positions.get(name)
    const place = list?.find((i) => found[i] === null)
    if (!list) {
      endCopies()
      // Another run's record changes nothing of ours and is counted as foreign.
      if (verdict.is === 'dead-letter' && verdict.reason === 'foreign-run') return
      const { offset, key } = input
      const value = input.value && Buffer.from(input.value)
      strangers.push({ offset, key: key?.toString() ?? null, value, verdict, after: reached })
      return
    }
    if (place === undefined) copies.push(history.length)
    else {
      endCopies()
      found[place] = input.offset
      if (place < reached) {
        const detail = `stands after what comes later; expected right after ${whereOf(place)}`
        places.push({ ...about(place), kind: 'moved', offset: input.offset, detail })
      } else reached = place
    }
    history.push({ name, offset: input.offset, place: place ?? list.at(-1)! })
  }

  /** A row of copies is harmless when it repeats what stands right before it, once or several times. */
  function endCopies(): void {
    if (copies.length === 0) return
    const repeats = (period: number) =>
      copies.every((i) => history[i].name === history[i - period]?.name)
    const isRetry = copies.some((_, i) => repeats(i + 1))
    for (const i of copies) {
      const { place, offset } = history[i]
      const behind = isRetry ? ', right behind it as a retried append leaves it' : ''
      const detail = `same bytes as offset ${found[place]}${behind}`
      const kind = isRetry && !options.strict ? 'retried' : 'doubled'
      places.push({ ...about(place), kind, offset, detail })
    }
    copies = []
  }

  function named(): Place[] {
    endCopies()
    const missing = new Set<number>()
    const end = lastToCome()
    found.forEach((offset, i) => {
      if (offset === null && i <= end) missing.add(i)
    })
    const missingOf = new Map<string, number[]>()
    for (const i of missing) push(missingOf, expected[i].key?.toString() ?? '', i)
    for (const stranger of strangers) nameStranger(stranger, missing, missingOf)
    for (const i of missing) {
      const kind = expected[i].key === null ? 'tick-missing' : 'missing'
      places.push({
        ...about(i),
        kind,
        offset: before(i),
        detail: `expected right after ${whereOf(i)}`,
      })
    }
    places.sort((a, b) => Number((a.offset ?? 0n) - (b.offset ?? 0n)))
    return places
  }

  function nameStranger(
    stranger: Stranger,
    missing: Set<number>,
    missingOf: Map<string, number[]>,
  ): void {
    const { offset, value, key, verdict } = stranger
    const got = parsed(value)
    const twins = byId.get(idOf(got)) ?? []
    if (twins.length > 0) {
      const lost = twins.find((i) => missing.delete(i))
      // Beside its twin a dead letter is accounted for and changes no reading.
      if (lost === undefined && verdict.is === 'dead-letter') return
      const twin = lost ?? twins[0]
      const other = difference(parsed(expected[twin].value) ?? {}, got!)
      const what = other.join('; ') || 'other key or spelling'
      const detail = lost === undefined ? `other bytes than offset ${found[twin]}: ${what}` : what
      places.push({
        ...about(twin),
        kind: lost === undefined ? 'doubled' : 'altered',
        offset,
        detail,
      })
      return
    }
    // What cannot be read any more still has its key: the nearest missing event of that asset.
    const distance = (i: number) => Math.abs(i - stranger.after)
    const unread = (missingOf.get(key ?? '') ?? [])
      .filter((i) => missing.has(i))
      .sort((a, b) => distance(a) - distance(b))[0]
    if (verdict.is === 'dead-letter' && unread !== undefined) {
      missing.delete(unread)
      const detail = `cannot be read (${verdict.reason}: ${verdict.detail})`
      places.push({ ...about(unread), kind: 'altered', offset, detail })
      return
    }
    // Any other dead letter is accounted for and changes no reading.
    if (verdict.is === 'dead-letter') return
    const seq = typeof got?.seq === 'number' ? got.seq : null
    places.push({
      kind: 'stranger',
      topic,
      partition,
      offset,
      district: textOf(got?.district),
      time: typeof got?.time === 'string' ? Date.parse(got.time) : null,
      asset: textOf(got?.subject) ?? key,
      seq,
      detail: `${verdict.is}; the seeds give no such record`,
    })
  }

  /** Index of the last expected record that must have come. */
  function lastToCome(): number {
    if (options.upToTick === null) return expected.length - 1
    const text = `"time":"${isoTime(options.upToTick)}"`
    return expected.findLastIndex((e) => e.key === null && e.value!.includes(text))
  }

  function about(i: number): Omit<Place, 'kind' | 'offset' | 'detail'> {
    const value = parsed(expected[i].value) ?? {}
    return {
      topic,
      partition,
      district: textOf(value.district),
      time: typeof value.time === 'string' ? Date.parse(value.time) : null,
      asset: textOf(value.subject) ?? expected[i].key?.toString() ?? null,
      seq: typeof value.seq === 'number' ? value.seq : null,
    }
  }

  /** Offset of the last expected record before i that was found. */
  function before(i: number): bigint | null {
    for (let j = i - 1; j >= 0; j--) if (found[j] !== null) return found[j]
    return null
  }

  function whereOf(i: number): string {
    const offset = before(i)
    return offset === null ? 'nothing of the run' : `offset ${offset}`
  }

  return { record, places: named }
}

function fingerprint({ key, value }: NewRecord): string {
  const bytes = Buffer.concat([key ?? NO_KEY, NO_KEY, value ?? NO_KEY])
  return hash('sha1', bytes, 'base64')
}

const NO_KEY = Buffer.from([0])

function parsed(value: Buffer | null): Json | null {
  try {
    const json: unknown = JSON.parse(value?.toString() ?? '')
    return typeof json === 'object' && !Array.isArray(json) ? (json as Json | null) : null
  } catch {
    return null // A half event, say: it has no fields to compare.
  }
}

/** `subject:seq` of an event, the id of a tick or marker. */
function idOf(value: Json | null): string {
  if (typeof value?.subject === 'string') return `${value.subject}:${String(value.seq)}`
  return textOf(value?.id) ?? ''
}

function push(map: Map<string, number[]>, name: string, i: number): void {
  const list = map.get(name)
  if (list) list.push(i)
  else map.set(name, [i])
}

function textOf(x: unknown): string | null {
  return typeof x === 'string' ? x : null
}

/** `data.loadPct 41.2, expected 44.3`, one per field that differs. */
function difference(expected: Json, got: Json, path = ''): string[] {
  const out: string[] = []
  for (const name of new Set([...Object.keys(expected), ...Object.keys(got)])) {
    const a = expected[name]
    const b = got[name]
    if (JSON.stringify(a) === JSON.stringify(b)) continue
    const isDeep = [a, b].every((x) => typeof x === 'object' && x !== null && !Array.isArray(x))
    if (isDeep) out.push(...difference(a as Json, b as Json, `${path}${name}.`))
    else out.push(`${path}${name} ${JSON.stringify(b)}, expected ${JSON.stringify(a)}`)
  }
  return out
}
