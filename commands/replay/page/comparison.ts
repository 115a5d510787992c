// What two recordings that are replayed side by side are, and where they differ once that is known.
import { basename } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { ReplayBeside } from '../../../console/messages.ts'
import type { Replay } from '../../../replay/player/replay.ts'
import type { CompareWorkerData, CompareWorkerReport } from './compare-worker.ts'

export class BesideComparison {
  readonly #view: ReplayBeside
  readonly #worker: Worker

  /** Begins to compare at once. */
  constructor({ runs, spans, span }: Replay) {
    const [a, b] = runs.map(({ recording }, i) => {
      return { name: basename(recording.folder), ...spans[i] }
    })
    this.#view = { sides: [a, b], differences: null, problem: null }
    const [here, there] = runs.map(({ recording }) => recording.folder)
    const late = runs.map(({ book }) => book.descriptor.allowedLateness)
    const allowedLateness = Math.max(...late)
    const workerData: CompareWorkerData = { folders: [here, there], span, allowedLateness }
    this.#worker = new Worker(new URL('./compare-worker.ts', import.meta.url), { workerData })
    this.#worker.on('message', (report: CompareWorkerReport) => Object.assign(this.#view, report))
    this.#worker.on('error', (error) => {
      this.#view.problem = error.message
    })
  }

  view(): ReplayBeside {
    return this.#view
  }

  async stop(): Promise<void> {
    await this.#worker.terminate()
  }
}
