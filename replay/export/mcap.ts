// A recording as an MCAP file, for Foxglove and what else plays logs: each message is a record's value in its own bytes.
import { zstdCompressSync } from 'node:zlib'
import { McapWriter } from '@mcap/core'
import { version } from '../../infra/version.ts'
import { eventSchema } from '../../producers/contract/schemas.ts'
import type { DurableFile } from '../recording/durable-file.ts'
import type { RecordedRecord } from '../recording/line.ts'
import { eventTimeOf } from '../recording/member-index.ts'
import type { ExportSink } from './export.ts'
import type { ExportFolder } from './export-folder.ts'
import type { DescribedEvents, EventTable } from './tables/event-table.ts'

const FILE = 'recording.mcap'
const CHUNK_BYTES = 1024 * 1024
const NS_PER_MS = 1_000_000n
const NO_SCHEMA = 0
const OPEN_OBJECT = 0x7b
/** MCAP counts in 32 bits. */
const SEQUENCES = 0xffff_ffffn

export class McapSink implements ExportSink {
  readonly #folder: ExportFolder
  readonly #file: DurableFile
  readonly #writer: McapWriter
  readonly #events: DescribedEvents
  readonly #schemas = new Map<string, number>()
  readonly #channels = new Map<string, number>()
  #messages = 0
  #tombstones = 0
  #keys = 0
  #withHeaders = 0

  private constructor(folder: ExportFolder, file: DurableFile, events: DescribedEvents) {
    this.#folder = folder
    this.#file = file
    this.#events = events
    this.#writer = new McapWriter({
      writable: {
        write: (bytes) => file.append([Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)]),
        position: () => BigInt(file.bytes),
      },
      chunkSize: CHUNK_BYTES,
      compressChunk: (data) => ({ compression: 'zstd', compressedData: zstdCompressSync(data) }),
    })
  }

  static async open(folder: ExportFolder, events: DescribedEvents): Promise<McapSink> {
    const sink = new McapSink(folder, await folder.begin(FILE), events)
    await sink.#writer.start({ profile: '', library: `huacheng ${version}` })
    return sink
  }

  add(record: RecordedRecord): Promise<void> | null {
    const { value, key, headers = [] } = record
    if (headers.length > 0) this.#withHeaders++
    if (value === null) {
      this.#tombstones++
      return null
    }
    return this.#message(record, value, key)
  }

  async finish(): Promise<string[]> {
    await this.#writer.end()
    await this.#folder.end(this.#file, this.#messages)
    const lost: [number, string][] = [
      [this.#keys, 'keys of records that are no events, for which a message has no place'],
      [this.#withHeaders, 'records’ headers, for which a message has no place'],
      [this.#tombstones, 'records without a value, which are no messages'],
    ]
    return lost.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)
  }

  async #message(record: RecordedRecord, value: Buffer, key: Buffer | null): Promise<void> {
    const table = this.#events.rowOf(record)?.table ?? null
    if (!table && key !== null) this.#keys++
    const logTime = inNanoseconds(record.timestamp)
    const time = eventTimeOf(value)
    await this.#writer.addMessage({
      channelId: await this.#channelOf(record, value, table),
      sequence: Number(record.offset & SEQUENCES),
      logTime,
      publishTime: time === null ? logTime : inNanoseconds(time),
      data: value,
    })
    this.#messages++
  }

  /** One of each topic-partition and type of event: a channel has one schema. */
  async #channelOf(
    { topic, partition, key }: RecordedRecord,
    value: Buffer,
    table: EventTable | null,
  ): Promise<number> {
    const isJson = table !== null || isObject(value)
    const kind = table ? `/${table.event.name}` : key === null ? '/unkeyed' : ''
    const name = `${topic}/${partition}${kind}`
    const messageEncoding = isJson ? 'json' : 'application/octet-stream'
    const known = this.#channels.get(`${messageEncoding} ${name}`)
    if (known !== undefined) return known
    const id = await this.#writer.registerChannel({
      schemaId: table ? await this.#schemaOf(table) : NO_SCHEMA,
      topic: name,
      messageEncoding,
      metadata: new Map([
        ['topic', topic],
        ['partition', String(partition)],
      ]),
    })
    this.#channels.set(`${messageEncoding} ${name}`, id)
    return id
  }

  async #schemaOf({ event, domain }: EventTable): Promise<number> {
    const known = this.#schemas.get(event.type)
    if (known !== undefined) return known
    const schema = eventSchema(this.#events.declarations[domain], event)
    const id = await this.#writer.registerSchema({
      name: event.type,
      encoding: 'jsonschema',
      data: Buffer.from(JSON.stringify(schema)),
    })
    this.#schemas.set(event.type, id)
    return id
  }
}

/** Since 1970; a record that says no time has 0. */
const inNanoseconds = (ms: number): bigint => BigInt(Math.max(0, Math.round(ms))) * NS_PER_MS

function isObject(value: Buffer): boolean {
  if (value[0] !== OPEN_OBJECT) return false
  try {
    JSON.parse(value.toString())
    return true
  } catch {
    return false
  }
}
