// The run of a recording that is replayed: what it is, what it holds, and where in it a time is.
import { taskKey } from '../../processor/contract/keys.ts'
import { compileRun } from '../../processor/program/program.ts'
import { ControlBook } from '../control/control-book.ts'
import { RecordedPlaces } from '../places/places.ts'
import type { Recording } from '../recording/recording.ts'
import { type PlayedLane, Positions } from './positions.ts'

export class ReplayedRun {
  readonly recording: Recording
  readonly book: ControlBook
  readonly positions: Positions
  readonly domains: string[]
  #programs: ReturnType<typeof compileRun> | null = null

  /** Where ticks and checkpoints lie; in words why that is not known, and has to be looked for. */
  readonly indexed: RecordedPlaces | string

  private constructor(
    recording: Recording,
    book: ControlBook,
    lanes: PlayedLane[],
    indexed: RecordedPlaces | string,
  ) {
    this.recording = recording
    this.book = book
    this.indexed = indexed
    this.domains = Object.keys(book.descriptor.declarations).sort()
    this.positions = new Positions(recording, this.places, lanes, book)
  }

  get places(): RecordedPlaces | null {
    return typeof this.indexed === 'string' ? null : this.indexed
  }

  /** The newest run of the recording; throws a Problem where it has none. */
  static async open(recording: Recording): Promise<ReplayedRun> {
    const book = await ControlBook.open(recording)
    const { topics, epoch, descriptor } = book
    const lanes = Object.keys(descriptor.declarations)
      .sort()
      .flatMap((domain) =>
        Array.from({ length: descriptor.partitions }, (_, partition): PlayedLane => {
          return { topic: topics.domain(domain), domain, partition }
        }),
      )
    const tasks = lanes.map((lane) => taskKey.build(lane))
    return new ReplayedRun(
      recording,
      book,
      lanes,
      await RecordedPlaces.open(recording, { epoch, lanes, tasks }),
    )
  }

  /** Once for all worlds. */
  compile(...source: Parameters<typeof compileRun>): ReturnType<typeof compileRun> {
    this.#programs ??= compileRun(...source)
    return this.#programs
  }
}
