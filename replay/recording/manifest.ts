// manifest.json: what a recording says of itself. Written by rename, so that there is always a whole one.
import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Type from 'typebox'
import { Problem } from '../../infra/problem.ts'
import { fileProblem } from '../../infra/program/system-error.ts'
import { createCheckedReader } from '../../infra/text/checked-json.ts'
import { readPlain } from './plain-file.ts'

export const MANIFEST_FILE = 'manifest.json'
export const RECORDING_FORMAT = 'huacheng-recording'
export const RECORDING_VERSION = 1

/** Of forty thousand topic-partitions. */
const MAX_MANIFEST_BYTES = 8 * 1024 * 1024
/** Names of our own making only: nothing in a manifest leads out of its folder. */
const SEGMENT_FILE = '^(events|control|state)-\\d{6}\\.jsonl\\.(gz|zst)$'

const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const moment = Type.Union([Type.Integer(), Type.Null()])
/** Offsets are 64-bit numbers, which JSON's readers round: they are written as text. */
const offset = Type.String({ pattern: '^\\d{1,19}$' })

const sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' })

const segmentSchema = Type.Object({
  file: Type.String({ pattern: SEGMENT_FILE }),
  bytes: count,
  sha256,
  events: count,
  minTs: moment,
  maxTs: moment,
  minTime: moment,
  maxTime: moment,
})

const laneSchema = Type.Object({
  topic: Type.String({ minLength: 1, maxLength: 249 }),
  partition: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
  events: count,
  firstOffset: offset,
  lastOffset: offset,
  /** Offsets between the first and the last that no recorded record has. */
  missing: count,
})

const simTime = Type.Integer()

/** Sim times in ms, at ticks. `from` on it can be replayed up to `to`; its events begin at `begin`, so that its readings are whole. */
const cutSchema = Type.Object({
  begin: simTime,
  from: simTime,
  /** Absent of what was recorded of a running city until somebody ended it: then it is where its ticks end. */
  to: Type.Optional(simTime),
  /** Of the run that began before; one that begins within the recording can be replayed from its start. */
  epoch: Type.Optional(count),
  /** The recording it was cut from, and what that was cut from in turn: the SHA-256 of its manifest.json; none = of a running city. */
  of: Type.Array(Type.Object({ created: Type.Integer(), manifest: sha256 }), { maxItems: 1_000 }),
})

const manifestSchema = Type.Object({
  format: Type.Literal(RECORDING_FORMAT),
  version: Type.Integer({ minimum: 1 }),
  /** What wrote it. */
  app: Type.Object({ version: Type.String(), node: Type.String() }),
  /** Wall-clock ms. */
  created: Type.Integer(),
  closed: Type.Boolean(),
  codec: Type.Enum(['gz', 'zst']),
  source: Type.Object({
    kind: Type.Enum(['kafka', 'memory', 'import', 'cut']),
    /** Of the topics' names; empty for topics of others. */
    prefix: Type.String(),
    cut: Type.Optional(cutSchema),
  }),
  /** Partitions by topic; a topic of which nothing was recorded stands here all the same. */
  topics: Type.Record(Type.String(), Type.Integer({ minimum: 1, maximum: 1_000_000 })),
  /** By topic, what of it was not meant to be recorded; counts as missing among its offsets. */
  leftOut: Type.Optional(Type.Record(Type.String(), Type.String({ maxLength: 200 }))),
  lanes: Type.Array(laneSchema),
  /** Whole segments; while it is not closed one more may have been begun. */
  segments: Type.Array(segmentSchema),
})

export type RecordingManifest = Type.Static<typeof manifestSchema>
export type SegmentNote = Type.Static<typeof segmentSchema>
export type CutNote = Type.Static<typeof cutSchema>
export type LaneNote = Type.Static<typeof laneSchema>

const read = createCheckedReader<RecordingManifest>(manifestSchema, {
  maxBytes: MAX_MANIFEST_BYTES,
})

/** Throws a Problem that names the file where there is none, or none that fits. */
export async function readManifest(folder: string): Promise<RecordingManifest> {
  const path = join(folder, MANIFEST_FILE)
  const bytes = await readPlain(path, MAX_MANIFEST_BYTES)
  const checked = read(bytes)
  if (checked.fault) {
    throw new Problem(`${path}: ${checked.fault.detail}, expected the manifest of a recording`)
  }
  const { value } = checked
  if (value.version > RECORDING_VERSION) {
    throw new Problem(
      `${path}: got version ${value.version}, expected at most ${RECORDING_VERSION}; a newer huacheng wrote it`,
    )
  }
  return value
}

export async function writeManifest(folder: string, manifest: RecordingManifest): Promise<void> {
  const path = join(folder, MANIFEST_FILE)
  const draft = `${path}.new`
  try {
    await writeFile(draft, `${JSON.stringify(manifest, null, 2)}\n`, { flush: true })
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw fileProblem(error, path)
  }
}

/**
 * What is read together lies together: `events` of the city or of anybody, `state` = what a task restores itself from,
 * `control` = everything else, so that a recording is opened without its events being read.
 */
export const TRACKS = ['events', 'control', 'state'] as const
export type Track = (typeof TRACKS)[number]

export const segmentName = (
  track: Track,
  number: number,
  codec: RecordingManifest['codec'],
): string => `${track}-${String(number).padStart(6, '0')}.jsonl.${codec}`

export const indexName = (segment: string): string => segment.replace(/\.jsonl\.\w+$/, '.idx')
