// What places.index says of one run: where the lanes' ticks are, from where they have to be read, and their checkpoints.
import { lowerBound } from '../../infra/lower-bound.ts'
import { ByteCache } from '../recording/byte-cache.ts'
import type { PlacedMember, Recording } from '../recording/recording.ts'
import { type OpenedSidecar, openSidecar, readPage } from '../sidecar/sidecar-file.ts'
import { checkpointsOf, STARTED, TICK, type TickColumns, ticksOf } from './place-rows.ts'
import { PLACES_FILE, PLACES_INDEX, type PlacesFooter } from './places-file.ts'

/** Pages of ticks in memory, unpacked: some hours of a large city. */
const MOST_PAGE_BYTES = 16 * 1024 * 1024
/** What text takes, by the bytes of the file. */
const UNPACKED = 12

/** Of a run: by number of its lanes, their topic-partitions and the keys of their checkpoints. */
export type RunLanes = {
  epoch: number
  lanes: readonly { topic: string; partition: number }[]
  tasks: readonly string[]
}

/** Offset of each lane's record, the first member in which one of them lies, and when the last of them was written. */
export type MarkerPlaces = { offsets: bigint[]; member: number; wall: number }

/** Where a checkpoint lies, and the offset from which its task goes on. */
export type CheckpointPlace = { member: PlacedMember; line: number; next: bigint }

type TickPage = { rows: TickColumns; lanes: Int32Array }

export class RecordedPlaces {
  readonly #opened: OpenedSidecar<PlacesFooter>
  readonly #run: RunLanes
  /** Number in the run by number in the file; -1 of a lane that is none of the run's. */
  readonly #laneOf: Int32Array
  readonly #events: TrackNumbers
  readonly #states: TrackNumbers
  readonly #checkpoints: KnownCheckpoint[][]
  readonly #pages = new ByteCache<TickPage>(MOST_PAGE_BYTES)

  private constructor(
    opened: OpenedSidecar<PlacesFooter>,
    run: RunLanes,
    recording: Recording,
    checkpoints: KnownCheckpoint[][],
  ) {
    const { lanes } = opened.footer
    const names = new Map(run.lanes.map((lane, i) => [`${lane.topic}/${lane.partition}`, i]))
    this.#opened = opened
    this.#run = run
    this.#laneOf = Int32Array.from(lanes, ([topic, at]) => names.get(`${topic}/${at}`) ?? -1)
    this.#events = new TrackNumbers(recording.members('events'))
    this.#states = new TrackNumbers(recording.members('state'))
    this.#checkpoints = checkpoints
  }

  /** In words why there is none that could be used; it can be asked until the recording is closed. */
  static async open(recording: Recording, run: RunLanes): Promise<RecordedPlaces | string> {
    const opened = await openSidecar(recording, PLACES_INDEX)
    if (typeof opened === 'string') return opened
    recording.closesToo(() => opened.handle.close())
    return new RecordedPlaces(opened, run, recording, await checkpointsIn(opened, run))
  }

  tickAt(time: number): Promise<MarkerPlaces | null> {
    return this.#markersAt(TICK, time)
  }

  /** The run's first records; null where the recording began later. */
  startAt(time: number): Promise<MarkerPlaces | null> {
    return this.#markersAt(STARTED, time)
  }

  /** The earliest of the lanes' last ticks; null where that is not known. */
  get lastTick(): number | null {
    const { epoch, lanes } = this.#run
    const times = new Map<number, number>()
    for (const [i, last] of this.#opened.footer.last.entries()) {
      if (last?.[0] === epoch && this.#laneOf[i] >= 0) times.set(this.#laneOf[i], last[1])
    }
    return times.size === lanes.length ? Math.min(...times.values()) : null
  }

  /** The member to begin in, so that every lane's records from `offsets` on are read; `time` is not before them. */
  async memberBefore(offsets: readonly bigint[], time: number): Promise<number> {
    const { ticks } = this.#opened.footer
    const found = new Int32Array(offsets.length).fill(-1)
    let missing = offsets.length
    const least = Float64Array.from(offsets, Number)
    for (let page = ticks.length - 1; page >= 0 && missing > 0; page--) {
      if (ticks[page][2] > time) continue
      const { rows, lanes } = await this.#page(page)
      for (let row = rows.number.length - 1; row >= 0 && missing > 0; row--) {
        const lane = lanes[row]
        if (lane < 0 || found[lane] >= 0 || rows.offset[row] >= least[lane]) continue
        found[lane] = rows.number[row]
        missing--
      }
    }
    return missing > 0 ? 0 : this.#events.memberOf(found.reduce((a, b) => Math.min(a, b)))
  }

  /** By number of the lane the newest that stands at or before its offset. */
  checkpointsBefore(offsets: readonly bigint[]): Map<number, CheckpointPlace> {
    const found = new Map<number, CheckpointPlace>()
    for (const [lane, known] of this.#checkpoints.entries()) {
      const most = Number(offsets[lane])
      const best = known.reduce<KnownCheckpoint | null>(
        (best, it) => (it.next <= most && it.next >= (best?.next ?? 0) ? it : best),
        null,
      )
      const placed = best && this.#states.placeOf(best.number)
      if (placed) found.set(lane, { ...placed, next: BigInt(best.next) })
    }
    return found
  }

  async #markersAt(kind: number, time: number): Promise<MarkerPlaces | null> {
    const { ticks } = this.#opened.footer
    const { epoch, lanes } = this.#run
    const offsets: bigint[] = new Array(lanes.length)
    let [missing, first, wall] = [lanes.length, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    // Whoever looks at a recording from its beginning takes the first of those that stand there twice.
    for (let page = 0; page < ticks.length && missing > 0; page++) {
      if (ticks[page][2] > time || ticks[page][3] < time) continue
      const { rows, lanes } = await this.#page(page)
      for (let row = 0; row < rows.number.length; row++) {
        if (rows.time[row] !== time || rows.kind[row] !== kind || rows.epoch[row] !== epoch)
          continue
        const lane = lanes[row]
        if (lane < 0 || offsets[lane] !== undefined) continue
        offsets[lane] = BigInt(rows.offset[row])
        missing--
        first = Math.min(first, rows.number[row])
        wall = Math.max(wall, rows.wall[row])
      }
    }
    return missing > 0 ? null : { offsets, member: this.#events.memberOf(first), wall }
  }

  #page(page: number): Promise<TickPage> {
    const [at, bytes] = this.#opened.footer.ticks[page]
    return this.#pages.get(page, UNPACKED * bytes, async () => {
      const rows = ticksOf(await readPage(this.#opened, PLACES_FILE, at, bytes))
      return { rows, lanes: Int32Array.from(rows.lane, (lane) => this.#laneOf[lane] ?? -1) }
    })
  }
}

type KnownCheckpoint = { next: number; number: number }

/** Of each lane, as they were written. */
async function checkpointsIn(
  opened: OpenedSidecar<PlacesFooter>,
  { epoch, tasks }: RunLanes,
): Promise<KnownCheckpoint[][]> {
  const { footer } = opened
  const numbers = new Map(tasks.map((key, i) => [key, i]))
  const laneOf = footer.tasks.map((key) => numbers.get(key))
  const known: KnownCheckpoint[][] = tasks.map(() => [])
  for (const [at, bytes] of footer.checkpoints) {
    const rows = checkpointsOf(await readPage(opened, PLACES_FILE, at, bytes))
    for (let row = 0; row < rows.number.length; row++) {
      const lane = laneOf[rows.task[row]]
      if (lane === undefined || rows.epoch[row] !== epoch) continue
      known[lane].push({ next: rows.next[row], number: rows.number[row] })
    }
  }
  return known
}

/** Members of a track by how many records lie before one. */
class TrackNumbers {
  readonly #members: PlacedMember[]
  /** Behind each member. */
  readonly #ends: Float64Array

  constructor(members: PlacedMember[]) {
    let end = 0
    this.#members = members
    this.#ends = Float64Array.from(members, ({ entry }) => {
      end += entry.events
      return end
    })
  }

  memberOf(number: number): number {
    return lowerBound(this.#ends.length, (i) => this.#ends[i] <= number)
  }

  placeOf(number: number): { member: PlacedMember; line: number } | null {
    const at = this.memberOf(number)
    if (at === this.#members.length) return null
    return { member: this.#members[at], line: number - (at === 0 ? 0 : this.#ends[at - 1]) }
  }
}
