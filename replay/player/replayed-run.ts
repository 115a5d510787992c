// The run of a recording that is replayed: what it is, what it holds, and where in it a time is.
import { compileRun } from '../../processor/program/program.ts'
import { ControlBook } from '../control/control-book.ts'
import type { Recording } from '../recording/recording.ts'
import { type PlayedLane, Positions } from './positions.ts'

export class ReplayedRun {
  readonly recording: Recording
  readonly book: ControlBook
  readonly positions: Positions
  readonly domains: string[]
  #programs: ReturnType<typeof compileRun> | null = null

  private constructor(recording: Recording, book: ControlBook) {
    const { topics, epoch, descriptor } = book
    this.recording = recording
    this.book = book
    this.domains = Object.keys(descriptor.declarations)
    const lanes = this.domains.sort().flatMap((domain) =>
      Array.from({ length: descriptor.partitions }, (_, partition): PlayedLane => {
        return { topic: topics.domain(domain), domain, partition }
      }),
    )
    this.positions = new Positions(recording, lanes, epoch, descriptor)
  }

  /** The newest run of the recording; throws a Problem where it has none. */
  static async open(recording: Recording): Promise<ReplayedRun> {
    return new ReplayedRun(recording, await ControlBook.open(recording))
  }

  /** Once for all worlds. */
  compile(...source: Parameters<typeof compileRun>): ReturnType<typeof compileRun> {
    this.#programs ??= compileRun(...source)
    return this.#programs
  }
}
