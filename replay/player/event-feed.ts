// The events of a recording from a place on, in the order in which they are due: read on as far as a sim time asks.
import type { Clock } from '../../infra/clock.ts'
import { type StretchSize, TimeSlice } from '../../processor/runtime/time-slice.ts'
import { RUN_STARTED_TYPE } from '../../producers/contract/records.ts'
import type { RecordedRecord } from '../recording/line.ts'
import type { MemberLines } from '../recording/lines/member-lines.ts'
import { eventTimeOf } from '../recording/member-index.ts'
import { markerOf } from '../verify/marker.ts'
import type { Positions } from './positions.ts'

/** `time`: when it is due (ms); within a lane never earlier than what lies before it. */
export type DueRecord = { time: number; lane: number; record: RecordedRecord }

type WaitingLane = {
  waiting: DueRecord[]
  /** Records of `waiting` before it are taken. */
  next: number
  /** Due time of the newest record that was read. */
  readTo: number
  /** Next offset that is wanted. */
  from: bigint
  /** A newer run began in it: the rest is not of this one. */
  isOver: boolean
}

/** Lines that are read ahead of time between two turns of others. */
const LINES: StretchSize = { ms: 1, steps: 16 }
/** Members that are read ahead: unpacking is done beside. */
const AHEAD = 4
/** Records that are handed out together, so that a lane gets few long rows of them. */
const GATHERED = 32_768

export class EventFeed {
  readonly #positions: Positions
  readonly #epoch: number
  readonly #lanes: WaitingLane[]
  #member: number
  /** The next member, which is being read while its predecessor's records are played. */
  #ahead: Promise<MemberLines> | null = null
  /** A member whose records are being made; one that failed stays, for whoever reads on. */
  #reading: Promise<boolean> | null = null

  /** Of each lane what begins at its offset; `member` is where the first of them lies. */
  constructor(positions: Positions, epoch: number, offsets: bigint[], member: number) {
    this.#positions = positions
    this.#epoch = epoch
    this.#member = member
    const readTo = Number.NEGATIVE_INFINITY
    this.#lanes = offsets.map((from) => ({ waiting: [], next: 0, readTo, from, isOver: false }))
  }

  /**
   * What lies before these offsets, lane by lane, so many at a time; what follows is due at `time` or later. First of all:
   * what lies behind is passed by, and read when it is due.
   */
  async *before(offsets: bigint[], time: number): AsyncGenerator<RecordedRecord[][]> {
    const { members } = this.#positions
    const isShort = () => this.#lanes.some(({ from }, i) => from < offsets[i])
    let later = members.length
    let pieces = new Map<number, RecordedRecord[]>()
    let gathered = 0
    for (let i = 0; i < AHEAD; i++) this.#positions.readSoon(this.#member + i)
    for (let at = this.#member; at < members.length && isShort(); at++) {
      this.#positions.readSoon(at + AHEAD)
      const lines = await this.#positions.read(at)
      const numbers = this.#positions.lanesIn(lines)
      for (let line = 0; line < lines.count; line++) {
        const number = numbers[lines.lane(line)]
        if (number === undefined) continue
        const offset = lines.offset(line)
        if (offset >= offsets[number]) later = Math.min(later, at)
        else if (offset >= this.#lanes[number].from) {
          const record = lines.record(line)
          this.#lanes[number].from = record.offset + 1n
          pieceOf(pieces, number).push(record)
          gathered++
        }
      }
      this.#member = at + 1
      if (gathered < GATHERED) continue
      yield [...pieces.values()]
      pieces = new Map()
      gathered = 0
    }
    yield [...pieces.values()]
    this.#member = Math.min(this.#member, later)
    this.#lanes.forEach((lane, i) => {
      if (lane.from < offsets[i]) lane.from = offsets[i]
      lane.readTo = Math.max(lane.readTo, time)
    })
  }

  /** What is due before `time`, and the ticks at it, lane by lane, each in the order of its offsets. */
  async until(time: number): Promise<DueRecord[][]> {
    while (this.#isShort(time) && (await this.#readOn()));
    return this.#lanes
      .map((lane) => takenWhile(lane, (it) => isDue(it, time)))
      .filter((due) => due.length > 0)
  }

  /** The same in the order (time, topic, partition, offset): lanes stand in that of topic and partition. */
  async inOrder(time: number): Promise<DueRecord[]> {
    const due = (await this.until(time)).flat()
    return due.sort((a, b) => a.time - b.time || a.lane - b.lane)
  }

  /** When the next event is due; a tick is none. Null where none follows. */
  async next(): Promise<number | null> {
    for (;;) {
      const first = Math.min(...this.#lanes.map(nextEventIn))
      const isFirst = this.#lanes.every(({ readTo, isOver }) => isOver || readTo >= first)
      if (isFirst || !(await this.#readOn())) return Number.isFinite(first) ? first : null
    }
  }

  /**
   * Makes the records of what is due up to `time` before it is due, so that nobody waits for them: a little at a time, between
   * the turns of others.
   */
  async readAhead(time: number, clock: Clock): Promise<void> {
    if (this.#reading) return
    const slice = new TimeSlice(clock, LINES)
    while (this.#isShort(time) && (await this.#readOn(slice)));
  }

  #isShort(time: number): boolean {
    return this.#lanes.some(({ readTo, isOver }) => !isOver && readTo <= time)
  }

  #readOn(slice?: TimeSlice): Promise<boolean> {
    this.#reading ??= this.#readMember(slice).then((isRead) => {
      this.#reading = null
      return isRead
    })
    return this.#reading
  }

  async #readMember(slice: TimeSlice | undefined): Promise<boolean> {
    const { members } = this.#positions
    if (this.#member >= members.length) return false
    const lines = await (this.#ahead ?? this.#positions.read(this.#member))
    this.#member++
    this.#ahead = this.#member < members.length ? this.#positions.read(this.#member) : null
    this.#ahead?.catch(() => {}) // whoever reads on hears of it
    const lanes = this.#positions.lanesIn(lines)
    slice?.begin()
    for (let line = 0; line < lines.count; line++) {
      const number = lanes[lines.lane(line)]
      if (number === undefined || lines.offset(line) < this.#lanes[number].from) continue
      this.#take(number, lines.record(line))
      if (slice?.isOver()) await slice.next()
    }
    return true
  }

  #take(number: number, record: RecordedRecord): void {
    const lane = this.#lanes[number]
    if (lane.isOver) return
    if (this.#beginsNewer(record)) {
      lane.isOver = true
      return
    }
    const time = Math.max(lane.readTo, eventTimeOf(record.value) ?? lane.readTo)
    lane.readTo = time
    lane.from = record.offset + 1n
    lane.waiting.push({ time, lane: number, record })
  }

  #beginsNewer({ key, value }: RecordedRecord): boolean {
    if (key !== null || value === null || !value.includes(RUN_STARTED_TYPE)) return false
    const marker = markerOf(value)
    return marker?.type === RUN_STARTED_TYPE && marker.data.epoch > this.#epoch
  }
}

function pieceOf(pieces: Map<number, RecordedRecord[]>, lane: number): RecordedRecord[] {
  const known = pieces.get(lane)
  if (known) return known
  const piece: RecordedRecord[] = []
  pieces.set(lane, piece)
  return piece
}

function nextEventIn({ waiting, next }: WaitingLane): number {
  for (let i = next; i < waiting.length; i++) {
    if (waiting[i].record.key !== null) return waiting[i].time
  }
  return Number.POSITIVE_INFINITY
}

function takenWhile(lane: WaitingLane, isWanted: (due: DueRecord) => boolean): DueRecord[] {
  const { waiting } = lane
  const from = lane.next
  let to = from
  while (to < waiting.length && isWanted(waiting[to])) to++
  if (to === from) return []
  const due = waiting.slice(from, to)
  lane.next = to
  if (to === waiting.length || to > 4096) {
    waiting.splice(0, to)
    lane.next = 0
  }
  return due
}

/** At its own time a tick comes first: nothing older follows it. */
const isDue = ({ time: due, record }: DueRecord, time: number): boolean =>
  due < time || (due === time && record.key === null)
