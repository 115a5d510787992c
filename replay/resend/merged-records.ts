// All records of a recording in one order, (due, topic, partition, offset), read as far as is asked for: each topic-partition
// keeps its own order, whatever its times say. A recording in which topic-partitions lie one behind the other takes no more memory.
import { MinHeap } from '../../infra/heap.ts'
import { Problem, problemText } from '../../infra/problem.ts'
import type { RecordedRecord } from '../recording/line.ts'
import { TRACKS, type Track } from '../recording/manifest.ts'
import type { PlacedMember, Recording } from '../recording/recording.ts'
import type { DueTimes } from './due-times.ts'

/** `due` in ms: within a topic-partition never earlier than what lies before it. */
export type PlannedRecord = { due: number; record: RecordedRecord }

type MergeOptions = {
  times: DueTimes
  /** Topics of the recording that are wanted. */
  topics: Set<string>
  /** Records due from then on; ms. */
  from?: number
  /** Records due before; ms. */
  until?: number
}

const CHUNK_RECORDS = 2_000
/** Members whose records are kept when they were looked through; those of others are read when they come up. */
const MOST_HELD = 24

/** Of one topic-partition in one member; `records` null = to be read. */
type LanePiece = { member: TrackMember; records: RecordedRecord[] | null }
type TrackMember = { track: Track; placed: PlacedMember; held: number }
type MergedLane = { topic: string; pieces: LanePiece[]; next: number; readTo: number }
/** `least[i]`: nothing in the i-th member or behind it is due earlier. */
type TrackReader = { members: TrackMember[]; next: number; least: number[] }

export class MergedRecords {
  readonly #recording: Recording
  readonly #times: DueTimes
  readonly #from: number
  readonly #until: number
  readonly #lanes: MergedLane[] = []
  /** Number of a topic's first partition, by topic, in their order. */
  readonly #first = new Map<string, number>()
  readonly #tracks: TrackReader[]
  readonly #heads: MinHeap
  #held = 0

  constructor(recording: Recording, { times, topics, ...stretch }: MergeOptions) {
    this.#recording = recording
    this.#times = times
    this.#from = stretch.from ?? Number.NEGATIVE_INFINITY
    this.#until = stretch.until ?? Number.POSITIVE_INFINITY
    for (const [topic, partitions] of Object.entries(recording.manifest.topics).sort(byName)) {
      if (!topics.has(topic)) continue
      this.#first.set(topic, this.#lanes.length)
      for (let i = 0; i < partitions; i++) {
        this.#lanes.push({ topic, pieces: [], next: 0, readTo: Number.NEGATIVE_INFINITY })
      }
    }
    this.#heads = new MinHeap(this.#lanes.length)
    this.#tracks = TRACKS.map((track) => this.#trackReader(track))
  }

  /** The next ones, none at the end. One call at a time. */
  async next(): Promise<PlannedRecord[]> {
    const chunk: PlannedRecord[] = []
    while (chunk.length < CHUNK_RECORDS) {
      const behind = this.#behind()
      if (behind) await this.#look(behind)
      else if (this.#heads.key() >= this.#until) break
      else {
        const toRead = this.#takeRow(chunk)
        if (toRead !== null) await this.#readHead(toRead)
      }
    }
    return chunk
  }

  #trackReader(track: Track): TrackReader {
    const members: TrackMember[] = []
    const least: number[] = []
    for (const placed of this.#recording.members(track)) {
      const span = this.#times.span(track, placed.entry)
      if (span.most < this.#from) continue
      members.push({ track, placed, held: 0 })
      least.push(span.least)
    }
    for (let i = least.length - 2; i >= 0; i--) least[i] = Math.min(least[i], least[i + 1])
    return { members, next: 0, least }
  }

  /** A track in which something may lie that is due before, or with, what is first by now. */
  #behind(): TrackReader | null {
    const limit = Math.min(this.#heads.key(), this.#until)
    return (
      this.#tracks.find(({ next, least }) => next < least.length && least[next] <= limit) ?? null
    )
  }

  /** Looks through the track's next member: which topic-partitions it has. */
  async #look(reader: TrackReader): Promise<void> {
    const member = reader.members[reader.next++]
    const found = new Map<number, RecordedRecord[]>()
    for (const record of await this.#recording.read(member.placed)) {
      const number = this.#laneOf(record)
      if (number === null) continue
      const records = found.get(number)
      if (records) records.push(record)
      else found.set(number, [record])
    }
    const isHeld = this.#held < MOST_HELD
    if (isHeld && found.size > 0) {
      member.held = found.size
      this.#held++
    }
    for (const [number, records] of found) {
      const lane = this.#lanes[number]
      lane.pieces.push({ member, records: isHeld ? records : null })
      if (lane.pieces.length > 1) continue
      if (isHeld) this.#pushHead(number)
      else await this.#readHead(number)
    }
  }

  #laneOf({ topic, partition }: RecordedRecord): number | null {
    const first = this.#first.get(topic)
    if (first === undefined) return null
    if (this.#lanes[first + partition]?.topic === topic) return first + partition
    const partitions = this.#recording.manifest.topics[topic]
    const expected = `one of the ${partitions} that the manifest says`
    throw new Problem(
      problemText(this.#recording.folder, `partition ${partition} of ${topic}`, expected),
    )
  }

  /** What is first, and what of its topic-partition is due at once; answers with a lane whose next piece has to be read. */
  #takeRow(chunk: PlannedRecord[]): number | null {
    const number = this.#heads.number()
    const due = this.#heads.key()
    const lane = this.#lanes[number]
    const piece = lane.pieces[0]
    const records = piece.records!
    this.#heads.pop()
    while (lane.next < records.length) {
      const next = this.#dueOf(lane)
      if (next > due) {
        this.#heads.push(next, number)
        return null
      }
      const record = records[lane.next++]
      if (due >= this.#from) chunk.push({ due, record })
    }
    lane.pieces.shift()
    lane.next = 0
    if (--piece.member.held === 0) this.#held--
    if (lane.pieces.length === 0) return null
    if (lane.pieces[0].records === null) return number
    this.#pushHead(number)
    return null
  }

  async #readHead(number: number): Promise<void> {
    const piece = this.#lanes[number].pieces[0]
    const records = await this.#recording.read(piece.member.placed)
    piece.records = records.filter((record) => this.#laneOf(record) === number)
    this.#pushHead(number)
  }

  #pushHead(number: number): void {
    this.#heads.push(this.#dueOf(this.#lanes[number]), number)
  }

  #dueOf(lane: MergedLane): number {
    const { member, records } = lane.pieces[0]
    const due = this.#times.of(member.track, records![lane.next])
    if (due > lane.readTo) lane.readTo = due
    return lane.readTo
  }
}

const byName = ([a]: [string, number], [b]: [string, number]) => (a < b ? -1 : 1)
