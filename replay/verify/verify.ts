// Proves a recording: its files against the manifest, its counts against its records, and every interval between two ticks
// against the chain that the city wrote.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { isDeepStrictEqual } from 'node:util'
import { Problem, problemText } from '../../infra/problem.ts'
import type { RecordedRecord } from '../recording/line.ts'
import type { LaneNote } from '../recording/manifest.ts'
import { TRACKS } from '../recording/manifest.ts'
import { eventTimeOf, MemberTimes } from '../recording/member-index.ts'
import type { PlacedMember, Recording } from '../recording/recording.ts'
import { type Broken, type Interval, LaneProof } from './lane-proof.ts'

export type LaneVerdict = {
  topic: string
  partition: number
  records: number
  /** Of the city, copies left out. */
  events: number
  repeated: number
  /** Sim time in which every event is the one that was hashed; neighbouring intervals are one. */
  proved: Interval[]
  broken: Broken[]
  disturbed: number
  /** Sim ms before its first tick and behind its last one, of which nothing can be proved. */
  edges: LaneProof['edges']
}

export type RecordingVerdict = {
  /** What is wrong with files, counts and offsets; empty = nothing. */
  problems: string[]
  lanes: LaneVerdict[]
}

export const isProved = ({ problems, lanes }: RecordingVerdict): boolean =>
  problems.length === 0 && lanes.every(({ broken }) => broken.length === 0)

type Lane = { records: number; first: bigint; last: bigint; proof: LaneProof }

/** Reads all of it once. */
export async function verifyRecording(recording: Recording): Promise<RecordingVerdict> {
  const { folder, manifest } = recording
  const problems: string[] = []
  for (const { file, sha256 } of manifest.segments) {
    const found = await sha256Of(join(folder, file))
    if (found !== sha256) problems.push(`${file}: got SHA-256 ${found}, expected ${sha256}`)
  }
  const lanes = new Map<string, Lane>()
  try {
    for (const track of TRACKS) {
      for (const member of recording.members(track)) {
        const records = await member.segment.read(member.entry)
        problems.push(...timesProblem(member, records))
        for (const record of records) take(lanes, record, problems)
      }
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    problems.push(error.message)
  }
  if (manifest.closed) problems.push(...countProblems(manifest.lanes, lanes))
  if (manifest.closed) problems.push(...(await unnamedSegments(recording)))
  return { problems, lanes: [...lanes].map(([name, lane]) => verdictOf(name, lane)) }
}

function take(
  lanes: Map<string, Lane>,
  record: Parameters<LaneProof['add']>[0],
  problems: string[],
): void {
  const { topic, partition, offset } = record
  const name = `${topic}/${partition}`
  let lane = lanes.get(name)
  if (!lane) {
    lane = { records: 0, first: offset, last: -1n, proof: new LaneProof() }
    lanes.set(name, lane)
  }
  if (offset <= lane.last)
    problems.push(`${name}: got offset ${offset} after ${lane.last}, expected a larger one`)
  lane.last = offset
  lane.records++
  lane.proof.add(record)
}

/** A recording that is whole has no segment behind those of its manifest. */
async function unnamedSegments({ folder, manifest }: Recording): Promise<string[]> {
  const named = new Set(manifest.segments.map(({ file }) => file))
  const isSegment = (file: string) => TRACKS.some((track) => file.startsWith(`${track}-`))
  const files = (await readdir(folder)).filter((file) => isSegment(file) && !file.endsWith('.idx'))
  return files
    .filter((file) => !named.has(file))
    .map((file) => problemText(file, 'a segment', 'none that the manifest does not name'))
}

/** By its times a reader leaves members out; nothing else ever holds them against the records. */
function timesProblem({ segment, entry }: PlacedMember, records: RecordedRecord[]): string[] {
  const times = new MemberTimes()
  for (const { timestamp, value } of records) times.add(timestamp, eventTimeOf(value))
  const found = times.entry(entry.at, entry.bytes)
  if (isDeepStrictEqual(found, entry)) return []
  const got = 'an index with other times than its records'
  return [problemText(`${segment.file} at byte ${entry.at}`, got, 'theirs', 'remove the index')]
}

function countProblems(notes: LaneNote[], lanes: Map<string, Lane>): string[] {
  const noted = new Map(notes.map((note) => [`${note.topic}/${note.partition}`, note]))
  const extra = [...lanes.keys()].filter((name) => !noted.has(name))
  const differing = [...noted].flatMap(([name, { events, firstOffset, lastOffset }]) => {
    const lane = lanes.get(name)
    const got = lane ? `${lane.records} records at ${lane.first} to ${lane.last}` : 'no record'
    const expected = `${events} records at ${firstOffset} to ${lastOffset}`
    return got === expected ? [] : [`${name}: got ${got}, expected ${expected}`]
  })
  return [...extra.map((name) => `${name}: got records, expected none`), ...differing]
}

function verdictOf(name: string, { records, proof }: Lane): LaneVerdict {
  const at = name.lastIndexOf('/')
  const { events, repeated, broken, disturbed, edges } = proof
  return {
    ...{ topic: name.slice(0, at), partition: Number(name.slice(at + 1)), records },
    ...{ events, repeated, broken, disturbed, edges, proved: spansOf(proof.proved) },
  }
}

/** Neighbouring intervals as one. */
function spansOf(intervals: Interval[]): Interval[] {
  const spans: Interval[] = []
  for (const interval of intervals) {
    const last = spans.at(-1)
    if (last && last.epoch === interval.epoch && last.to === interval.from) last.to = interval.to
    else spans.push({ ...interval })
  }
  return spans
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
