// What is written is what is read: round trips of every shape of record, and kafkajs' own writer beside ours.
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import type { NewRecord } from '../../../infra/event-log/event-log.ts'
import { stream, uniform } from '../../../infra/random.ts'
import { crc32c } from '../../../infra/record-batch/crc32c.ts'
import { encodeBatch } from '../../../infra/record-batch/encode-batch.ts'
import { readAll } from './read-all.ts'

const AT = 1_781_776_800_000
const bytes = (text: string) => Buffer.from(text)

/** Without what only a log gives. */
async function roundTrip(
  records: NewRecord[],
  ...[compression = 'none']: ('none' | 'gzip' | 'zstd')[]
) {
  const { records: read, next } = await readAll(await encodeBatch(records, compression), 0n)
  expect(next).toBe(BigInt(records.length))
  expect(read.map((r) => r.offset)).toEqual(records.map((_, i) => BigInt(i)))
  return read.map(({ offset: _, ...record }) => record)
}

/** Every shape a record can have, by chance. */
function strangeRecords(seed: number, count: number): NewRecord[] {
  const words = stream(seed, 'records', 'encode-batch')
  const random = () => uniform(words, 0)
  const field = (most: number) =>
    random() < 0.15
      ? null
      : Buffer.from(Array.from({ length: Math.floor(random() * most) }, () => random() * 256))
  return Array.from({ length: count }, () => {
    const record: NewRecord = {
      key: field(70),
      value: field(random() < 0.05 ? 20_000 : 400),
      timestamp: AT + Math.floor((random() - 0.5) * (random() < 0.1 ? 1e13 : 1e5)),
    }
    if (random() < 0.3) {
      const names = ['traceparent', 'ce_type', '名字', '', 'ce_type']
      const headers = names.slice(0, 1 + Math.floor(random() * names.length))
      record.headers = headers.map((name): [string, Buffer | null] => [name, field(40)])
    }
    return record
  })
}

describe('readBatches', () => {
  it('gives each record the offset that it says, where compaction took others away', async () => {
    const four = Array.from({ length: 4 }, () => ({
      key: bytes('k'),
      value: bytes('v'),
      timestamp: AT,
    }))
    const batch = await encodeBatch(four, 'none')
    const places = [61, 70, 79, 88].map((at) => at + 3)
    expect(places.map((at) => batch[at])).toEqual([0, 2, 4, 6])
    const at = async (deltas: number[]) => {
      const copy = Buffer.from(batch)
      copy.writeBigInt64BE(1000n, 0)
      copy.writeInt32BE(9, 23)
      deltas.forEach((delta, i) => {
        copy[places[i]] = 2 * delta
      })
      copy.writeUInt32BE(crc32c(copy.subarray(21)), 17)
      return (await readAll(copy, 0n)).records
    }
    for (const deltas of [
      [0, 1, 2, 3],
      [2, 3, 7, 8],
      [0, 5, 6, 9],
      [4, 5, 5, 6],
    ]) {
      const offsets = (await at(deltas)).map(({ offset }) => Number(offset) - 1000)
      expect(offsets).toEqual(deltas)
    }
    const [outside] = await at([0, 1, 2, 10])
    expect(outside.damage).toMatch(/offset 1010 outside of its batch/)
  })
})

describe('encodeBatch', () => {
  it.each(['none', 'gzip', 'zstd'] as const)('writes what readBatches reads: %s', async (codec) => {
    for (let seed = 1; seed <= 20; seed++) {
      const records = strangeRecords(seed, 1 + seed * 9)
      expect(await roundTrip(records, codec)).toEqual(records)
    }
  })

  it('keeps null apart from empty, and headers of one name in their order, without a value too', async () => {
    const records: NewRecord[] = [
      { key: null, value: null, timestamp: AT },
      { key: bytes(''), value: bytes(''), timestamp: AT },
      {
        key: bytes('k'),
        value: bytes('v'),
        timestamp: AT - 5,
        headers: [
          ['b', null],
          ['a', bytes('')],
          ['b', bytes('2')],
        ],
      },
    ]
    expect(await roundTrip(records)).toEqual(records)
  })

  it('says the first and the newest time, and a checksum over the rest', async () => {
    const times = [AT, AT - 1000, AT + 70_000, AT + 5]
    const batch = await encodeBatch(
      times.map((timestamp) => ({ key: null, value: bytes('x'), timestamp })),
      'zstd',
    )
    expect(Number(batch.readBigInt64BE(27))).toBe(AT)
    expect(Number(batch.readBigInt64BE(35))).toBe(AT + 70_000)
    expect(batch.readInt16BE(21), "zstd's number").toBe(4)
    expect(batch.readUInt32BE(17)).toBe(crc32c(batch.subarray(21)))
    expect(batch.readInt32BE(8)).toBe(batch.length - 12)
  })

  it('takes records of a megabyte, and times from before 1970 or far away', async () => {
    const large = Buffer.alloc(1_000_000, 0x61)
    const records: NewRecord[] = [0, -1, 2 ** 45, 253_402_300_799_999].map((timestamp) => ({
      key: null,
      value: large,
      timestamp,
    }))
    expect(await roundTrip(records)).toEqual(records)
  })

  it('refuses what is no batch', async () => {
    await expect(encodeBatch([], 'none')).rejects.toThrow('no record, expected at least one')
  })

  it('writes the records of a batch as kafkajs does', async () => {
    const load = createRequire(import.meta.url)
    const Record = load('kafkajs/src/protocol/recordBatch/record/v0')
    const { RecordBatch } = load('kafkajs/src/protocol/recordBatch/v0')
    // It takes the smallest time for the first; a header's name stands once, with a value.
    const records: NewRecord[] = Array.from({ length: 300 }, (_, i) => ({
      key: i % 7 === 0 ? null : bytes(`key-${i}`),
      value: i % 11 === 0 ? null : bytes('{"state":"on-air"}'.repeat(i % 40)),
      timestamp: AT + i * i,
      headers: i % 3 === 0 ? [['traceparent', bytes(`00-${i}`)]] : undefined,
    }))
    const theirs = await RecordBatch({
      records: records.map(({ key, value, timestamp, headers = [] }, i) =>
        Record({
          ...{ key, value, offsetDelta: i, timestampDelta: timestamp - AT },
          headers: Object.fromEntries(headers),
        }),
      ),
      ...{ firstTimestamp: String(AT), maxTimestamp: String(AT + 299 * 299) },
      lastOffsetDelta: records.length - 1,
    })
    const from = 57 // before it: the sequence, which nobody reads where there is no producer's number
    const ours = await encodeBatch(records, 'none')
    expect(ours.subarray(from)).toEqual(theirs.buffer.subarray(from))
    expect(ours.subarray(21, 51)).toEqual(theirs.buffer.subarray(21, 51))
  })
})
