// Where in a recording's events a sim time is: the tick of each topic-partition there, found without reading what lies before.
import { Problem, problemText } from '../../infra/problem.ts'
import { isoTime } from '../../infra/time.ts'
import {
  type Descriptor,
  RUN_STARTED_TYPE,
  type RunStarted,
  TICK_TYPE,
  type Tick,
} from '../../producers/contract/records.ts'
import type { RecordedPlaces } from '../places/places.ts'
import type { RecordedRecord } from '../recording/line.ts'
import type { MemberLines } from '../recording/lines/member-lines.ts'
import type { PlacedMember, Recording } from '../recording/recording.ts'
import { markerOf } from '../verify/marker.ts'

/** A topic-partition with events, by number in `lanes`. */
export type PlayedLane = { topic: string; domain: string; partition: number }

/** Next offset of each lane, by its number, and the member in which a reader has to begin. */
export type EventPlace = { offsets: bigint[]; member: number; wall: number }

type MarkerPlace = { lane: number; record: RecordedRecord; marker: Tick | RunStarted }

/** Sim times (ms) between which a recording can be replayed. */
export type Span = { from: number; to: number }

/** Of a lane whose tick is missing where the others have theirs, so many ticks further back. */
const MOST_STEPS_BACK = 30
/** Members that are read ahead: unpacking is done beside. */
const AHEAD = 3

export class Positions {
  readonly lanes: PlayedLane[]
  readonly members: PlacedMember[]
  /** By topic and partition: it is asked of every record. */
  readonly #numbers = new Map<string, number[]>()
  readonly #epoch: number
  readonly #descriptor: Descriptor
  /** Of a cut, and of what began in the middle of a run, the tick before which it has only what readings rest on. */
  readonly #cutFrom: number
  readonly #read: (member: number) => Promise<MemberLines>
  /** Null where the recording has no index of them: then its members are looked through. */
  readonly #places: RecordedPlaces | null
  #start: Promise<EventPlace | null> | null = null
  #span: Promise<Span> | null = null

  constructor(
    recording: Recording,
    places: RecordedPlaces | null,
    lanes: PlayedLane[],
    { epoch, descriptor }: { epoch: number; descriptor: Descriptor },
  ) {
    this.lanes = lanes
    this.#places = places
    this.members = recording.members('events')
    for (const [i, { topic, partition }] of lanes.entries()) {
      const numbers = this.#numbers.get(topic) ?? []
      numbers[partition] = i
      this.#numbers.set(topic, numbers)
    }
    this.#epoch = epoch
    this.#descriptor = descriptor
    const { cut } = recording.manifest.source
    const isOfRun = cut && (cut.epoch ?? epoch) === epoch
    this.#cutFrom = isOfRun ? cut.from : Number.NEGATIVE_INFINITY
    this.#read = (member) => recording.lines(this.members[member])
  }

  /** Number of a record's lane; undefined where it is none of the run's. */
  laneOf({ topic, partition }: Omit<PlayedLane, 'domain'>): number | undefined {
    return this.#numbers.get(topic)?.[partition]
  }

  read(member: number): Promise<MemberLines> {
    return this.#read(member)
  }

  /** By the number that a topic-partition has in the member; undefined where it is none of the run's. */
  lanesIn({ lanes }: MemberLines): (number | undefined)[] {
    return lanes.map((lane) => this.laneOf(lane))
  }

  /** The first record of the run in every lane; null where the recording began later. */
  start(): Promise<EventPlace | null> {
    const start = Date.parse(this.#descriptor.start)
    this.#start ??= this.#places
      ? this.#places.startAt(start)
      : this.#find(
          start,
          (marker) => marker.type === RUN_STARTED_TYPE && marker.data.epoch === this.#epoch,
          0n,
        )
    return this.#start
  }

  /** Sim time (ms) at which all lanes have begun, in a cut also before the time from which it can be replayed. */
  async first(): Promise<number> {
    const first = (await this.start())
      ? Date.parse(this.#descriptor.start)
      : await this.#commonTick('first')
    return first ?? Number.NEGATIVE_INFINITY
  }

  span(): Promise<Span> {
    this.#span ??= this.#findSpan()
    return this.#span
  }

  /** The last tick that is not after `time`, as far as the recording reaches. */
  async aligned(time: number): Promise<number> {
    const { from, to } = await this.span()
    const { start, tick } = this.#descriptor
    if (time >= to) return to
    const first = Date.parse(start)
    return Math.max(from, first + Math.floor((time - first) / tick) * tick)
  }

  /** Behind the tick at `time`, which is aligned, in every lane; where one has none, behind the last that all have. */
  async behindTick(time: number): Promise<{ time: number; place: EventPlace }> {
    const { tick } = this.#descriptor
    const { from } = await this.span()
    for (let at = time, steps = 0; at >= from && steps < MOST_STEPS_BACK; at -= tick, steps++) {
      const place = await this.tickAt(at)
      if (place) return { time: at, place }
    }
    const start = from === Date.parse(this.#descriptor.start) ? await this.start() : null
    if (start && time - from < MOST_STEPS_BACK * tick) return { time: from, place: start }
    throw new Problem(
      problemText(`the recording at ${isoTime(time)}`, 'lanes without a tick', 'one in each'),
    )
  }

  /** Behind the tick at `time` in every lane; null where one has none. */
  async tickAt(time: number): Promise<EventPlace | null> {
    if (!this.#places) return this.#find(time, (marker) => this.#isTickAt(marker, time), 1n)
    const found = await this.#places.tickAt(time)
    return found && { ...found, offsets: found.offsets.map((offset) => offset + 1n) }
  }

  /**
   * The member to begin in, so that every lane's records from `offsets` on are read; `place` = where each lane was looked
   * for last, at `time`.
   */
  async memberBefore(offsets: bigint[], { member }: EventPlace, time: number): Promise<number> {
    if (this.#places) return this.#places.memberBefore(offsets, time)
    const open = new Set(offsets.keys())
    let at = Math.min(member, this.members.length - 1)
    for (; at >= 0; at--) {
      this.readSoon(at - AHEAD)
      const lines = await this.#read(at)
      const lanes = this.lanesIn(lines)
      for (let line = 0; line < lines.count && open.size > 0; line++) {
        const lane = lanes[lines.lane(line)]
        if (lane !== undefined && lines.offset(line) <= offsets[lane]) open.delete(lane)
      }
      if (open.size === 0) return at
    }
    return 0
  }

  /** While what lies nearer is looked through; whoever comes to it hears what is wrong with it. */
  readSoon(member: number | undefined): void {
    if (member !== undefined && this.members[member]) this.#read(member).catch(() => {})
  }

  #isTickAt(marker: Tick | RunStarted, time: number): boolean {
    return this.#isTick(marker) && Date.parse(marker.time) === time
  }

  #isTick(marker: Tick | RunStarted): boolean {
    return marker.type === TICK_TYPE && marker.data.epoch === this.#epoch
  }

  /** Looks where times fit; `beyond` is added to the offset of what is found. */
  async #find(
    time: number,
    isWanted: (marker: Tick | RunStarted) => boolean,
    beyond: bigint,
  ): Promise<EventPlace | null> {
    const offsets: bigint[] = new Array(this.lanes.length)
    let missing = this.lanes.length
    let first = this.members.length
    let wall = Number.NEGATIVE_INFINITY
    const likely = this.#membersAround(time)
    for (const [i, member] of likely.entries()) {
      if (missing === 0) break
      this.readSoon(likely[i + AHEAD])
      for (const { lane, record, marker } of this.#markersIn(await this.#read(member))) {
        if (offsets[lane] !== undefined || !isWanted(marker)) continue
        offsets[lane] = record.offset + beyond
        missing--
        first = Math.min(first, member)
        wall = Math.max(wall, record.timestamp)
      }
    }
    return missing === 0 ? { offsets, member: first, wall } : null
  }

  #membersAround(time: number): number[] {
    return this.members.flatMap(({ entry: { minTime, maxTime } }, member) =>
      minTime === null || minTime > time || maxTime! < time ? [] : [member],
    )
  }

  async #findSpan(): Promise<Span> {
    const to = this.#places?.lastTick ?? (await this.#commonTick('last'))
    const from = Math.max(await this.first(), this.#cutFrom)
    if (from === Number.NEGATIVE_INFINITY || to === null || to < from) {
      const got = 'no tick that all topic-partitions have'
      throw new Problem(problemText('the recording', got, 'events and ticks of a run'))
    }
    return { from, to }
  }

  /** The earliest of the lanes' last ticks, or the latest of their first ones; null where a lane has none. */
  async #commonTick(which: 'first' | 'last'): Promise<number | null> {
    const found: number[] = new Array(this.lanes.length)
    let missing = this.lanes.length
    const count = this.members.length
    for (let i = 0; i < count && missing > 0; i++) {
      const lines = await this.#read(which === 'first' ? i : count - 1 - i)
      const markers = [...this.#markersIn(lines)]
      for (const { lane, marker } of which === 'last' ? markers.reverse() : markers) {
        if (found[lane] !== undefined || !this.#isTick(marker)) continue
        found[lane] = Date.parse(marker.time)
        missing--
      }
    }
    if (missing > 0) return null
    return which === 'first' ? Math.max(...found) : Math.min(...found)
  }

  /** Those of the run's lanes; they have no key. */
  *#markersIn(lines: MemberLines): Generator<MarkerPlace> {
    const lanes = this.lanesIn(lines)
    for (let line = 0; line < lines.count; line++) {
      const lane = lanes[lines.lane(line)]
      if (lane === undefined || lines.hasKey(line)) continue
      const record = lines.record(line)
      const marker = record.value && markerOf(record.value)
      if (marker) yield { lane, record, marker }
    }
  }
}
