// Reads somebody's readings: from a topic of theirs, from a recording of it, or from a file of JSON lines.
import type { EventLog } from '../../infra/event-log/event-log.ts'
import { readRange } from '../../infra/event-log/log-range.ts'
import { parseBoundedJson } from '../../infra/text/bounded-json.ts'
import { GivenReadings } from '../../load/grade/given.ts'
import { type ReadingMapping, readMapped } from '../../load/grade/mapping.ts'
import { TRACKS } from '../../replay/recording/manifest.ts'
import type { Recording } from '../../replay/recording/recording.ts'
import { openLines } from '../audit/line-file.ts'

const MAX_BYTES = 1024 * 1024

type Given = { value: Buffer | null; key: Buffer | null; timestamp: number | null; where: string }

class GivenReader {
  readonly given = new GivenReadings()
  readonly #mapping: ReadingMapping
  readonly #windowMs: number

  constructor(mapping: ReadingMapping, windowMs: number) {
    this.#mapping = mapping
    this.#windowMs = windowMs
  }

  take({ value, key, timestamp, where }: Given): void {
    // A tombstone takes nothing back here: windows are final.
    if (value === null) return
    const parsed = parseBoundedJson(value, { maxBytes: MAX_BYTES })
    if (parsed.fault) {
      this.given.refuse(where, parsed.fault.detail)
      return
    }
    const record = { value: parsed.value, key: key?.toString() ?? null, timestamp }
    const reading = readMapped(this.#mapping, record, this.#windowMs)
    if (typeof reading === 'string') this.given.refuse(where, reading)
    else if (reading) this.given.take(reading)
  }
}

/** What the topic holds now, partition by partition: records of one cell are expected in one of them. */
export async function readingsOnTopic(
  log: EventLog,
  topic: string,
  mapping: ReadingMapping,
  windowMs: number,
): Promise<GivenReadings> {
  const reader = new GivenReader(mapping, windowMs)
  for (const { partition } of await log.offsets(topic)) {
    for await (const records of readRange(log, { topic, partition })) {
      for (const record of records) {
        reader.take({ ...record, where: `${topic}/${partition}/${record.offset}` })
      }
    }
  }
  return reader.given
}

export async function readingsInRecording(
  recording: Recording,
  topic: string,
  mapping: ReadingMapping,
  windowMs: number,
): Promise<GivenReadings> {
  const reader = new GivenReader(mapping, windowMs)
  for (const track of TRACKS) {
    for await (const records of recording.records(track)) {
      for (const record of records) {
        if (record.topic !== topic) continue
        reader.take({ ...record, where: `${topic}/${record.partition}/${record.offset}` })
      }
    }
  }
  return reader.given
}

/** Every line is a record's value. */
export async function readingsInFile(
  path: string,
  mapping: ReadingMapping,
  windowMs: number,
): Promise<GivenReadings> {
  const reader = new GivenReader(mapping, windowMs)
  const file = await openLines(path)
  try {
    for (const { bytes, line } of file.lines()) {
      if (bytes.length === 0) continue
      reader.take({ value: bytes, key: null, timestamp: null, where: `${path}:${line}` })
    }
  } finally {
    file.close()
  }
  return reader.given
}
