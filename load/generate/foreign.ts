// Bytes and keys for other people's pipelines: longer values, flat JSON, hot keys. What is sent so is no city's stream any more.
import type { NewRecord } from '../../infra/event-log/event-log.ts'
import { stream } from '../../infra/random.ts'
import { partitionOf } from '../plan/murmur2.ts'
import { Zipf } from '../plan/zipf.ts'

export type ForeignOptions = {
  /** Bytes that each value has at least. */
  pad?: number
  flat?: boolean
  /** Exponent of Zipf's law over the keys. */
  skew?: number
  partitions: number
  seed: number
  /** Which worker: each draws for itself. */
  worker: number
}

export type ForeignShape = {
  shape(record: NewRecord, partition: number): { record: NewRecord; partition: number }
  /** Where the id begins in every value. */
  idAt: number
}

/** Different keys under a skew: more than a consumer's cache of hot ones. */
const KEYS = 10_000
const FLAT_OPENING = '{"id":"'
const WHOLE_OPENING = '{"specversion":"1.0","id":"'
const PAD_OPENING = ',"pad":"'
const CLOSE = 0x7d

/** Null where nothing is asked for. */
export function foreignShape(options: ForeignOptions): ForeignShape | null {
  const { pad = 0, flat = false, skew, partitions, seed, worker } = options
  if (pad === 0 && !flat && skew === undefined) return null
  const words = stream(seed, `load-worker-${worker}`, 'skew')
  const zipf = skew === undefined ? null : new Zipf(KEYS, skew)
  return {
    idAt: flat ? FLAT_OPENING.length : WHOLE_OPENING.length,
    shape({ key, value, ...rest }, own) {
      const shaped = padded(flat ? flattened(value!) : value!, pad)
      if (!zipf) return { record: { ...rest, key, value: shaped }, partition: own }
      const hot = Buffer.from(`key-${String(zipf.draw(words)).padStart(5, '0')}`)
      return {
        record: { ...rest, key: hot, value: shaped },
        partition: partitionOf(hot, partitions),
      }
    },
  }
}

/** `id`, type, subject and time, then the fields of `data` beside them. */
function flattened(value: Buffer): Buffer {
  const { id, type, subject, time, seq, district, data } = JSON.parse(value.toString())
  return Buffer.from(JSON.stringify({ id, type, subject, time, seq, district, ...data }))
}

/** One more member at the end; a value that is long enough stays as it is. */
function padded(value: Buffer, bytes: number): Buffer {
  const missing = bytes - value.length - PAD_OPENING.length - 1
  if (value.length >= bytes || value.at(-1) !== CLOSE) return value
  const fill = 'x'.repeat(Math.max(0, missing))
  return Buffer.concat([value.subarray(0, -1), Buffer.from(`${PAD_OPENING}${fill}"}`)])
}
