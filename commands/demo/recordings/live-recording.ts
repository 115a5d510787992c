// One recording of what comes from now on: begun, watched, and ended by hand or because it could not go on.
import type { RecordingView } from '../../../console/messages.ts'
import type { Clock } from '../../../infra/clock.ts'
import type { Recorder } from '../../../replay/record/recorder.ts'

/** So often it is looked whether it still has every record. */
const LOOK_MS = 500

export class LiveRecording {
  readonly #recorder: Recorder
  readonly #clock: Clock
  readonly #view: RecordingView
  readonly #processedTo: () => number | null
  #cancel: () => void = () => {}
  readonly #ended = Promise.withResolvers<void>()
  #ending: Promise<void> | null = null

  /** `view` is kept up to date. */
  constructor(
    recorder: Recorder,
    clock: Clock,
    view: RecordingView,
    processedTo: () => number | null,
  ) {
    this.#recorder = recorder
    this.#clock = clock
    this.#view = view
    this.#processedTo = processedTo
    recorder.done.catch((error: unknown) => void this.end(textOf(error)))
    this.#look()
  }

  /** Records that it has yet to read: the city waits for one that is far behind. */
  get behind(): number {
    return this.#recorder.progress.behind
  }

  /** Resolves when it is closed, whatever ended it. */
  get ended(): Promise<void> {
    return this.#ended.promise
  }

  /** Closes it, once; `problem` = why it does not go on. What was written stays. */
  end(problem: string | null): Promise<void> {
    this.#ending ??= this.#end(problem)
    return this.#ending
  }

  #look(): void {
    this.#take()
    const { overtaken } = this.#recorder.progress
    if (overtaken.length > 0) {
      const lost = `the log dropped records of ${overtaken.length} topic-partitions before they were read`
      void this.end(`${lost}; it ends before them: slow the city down and begin another`)
      return
    }
    this.#cancel = this.#clock.schedule(LOOK_MS, () => this.#look())
  }

  #take(): void {
    const { added, fileBytes } = this.#recorder.progress
    Object.assign(this.#view, { records: added, bytes: fileBytes })
  }

  async #end(problem: string | null): Promise<void> {
    this.#cancel()
    const to = this.#processedTo()
    let failed = problem
    try {
      await this.#recorder.stop()
    } catch (error) {
      // A recorder that failed reads no more, and is overtaken for that: the failure is what to mend.
      failed = textOf(error)
    }
    this.#take()
    Object.assign(this.#view, { phase: failed === null ? 'done' : 'failed', to, problem: failed })
    this.#ended.resolve()
  }
}

export const textOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
