// The demo's recordings: its newest stretch out of the log, or what comes from now on; one at a time, each in a folder of its own.
import { join } from 'node:path'
import type { RecordingKind, RecordingsView, RecordingView } from '../../../console/messages.ts'
import type { RecordingControls } from '../../../console/server/options.ts'
import { type Clock, sleep } from '../../../infra/clock.ts'
import type { Logger } from '../../../infra/logger.ts'
import type { MemoryLog } from '../../../infra/memory/memory-log.ts'
import { Problem, problemText } from '../../../infra/problem.ts'
import { isoTime } from '../../../infra/time.ts'
import { DEFAULT_PREFIX } from '../../../producers/contract/topics.ts'
import type { RecentPast } from '../../../replay/record/recent/recent-past.ts'
import { recordOn } from '../../../replay/record/recent/record-on.ts'
import { writeRecent } from '../../../replay/record/recent/write-recent.ts'
import { LiveRecording, textOf } from './live-recording.ts'

const SHOWN = 20
const CODEC = 'gz'
/** What is folded is merged a little later: the last windows' readings are to be in the recording, too. */
const SETTLES_MS = 300
/** The city waits for a recorder that is further behind: a log in memory keeps only so much. */
const MOST_BEHIND = 50_000

export type DemoRecordingsOptions = {
  recent: RecentPast
  log: MemoryLog
  /** Where they are written; made when the first one is. */
  folder: string
  /** Of the scenario, for their names. */
  name: string
  clock: Clock
  logger: Logger
}

export class DemoRecordings implements RecordingControls {
  readonly #options: DemoRecordingsOptions
  readonly #recordings: RecordingView[] = []
  #live: LiveRecording | null = null
  /** Of one that is being begun or written. */
  #work: Promise<void> | null = null
  #isStopping = false

  constructor(options: DemoRecordingsOptions) {
    this.#options = options
  }

  /** Whether the city has to wait for what is being recorded. */
  isHeldUp(): boolean {
    return (this.#live?.behind ?? 0) > MOST_BEHIND
  }

  async view(): Promise<RecordingsView> {
    const { folder, recent } = this.#options
    const reach = this.#isStopping ? null : await recent.reach()
    return { folder, reach, recordings: this.#recordings }
  }

  async start(): Promise<RecordingView> {
    const view = this.#begin('live', null)
    const begun = this.#doing(view, () => this.#startLive(view))
    await begun
    if (view.phase === 'failed') throw new Problem(view.problem!)
    return view
  }

  /** Resolves when it is begun; the view says how far it is. */
  async keepLast(lastMs: number): Promise<RecordingView> {
    const view = this.#begin('last', lastMs)
    const begun = Promise.withResolvers<void>()
    const over = this.#doing(view, () => this.#writeLast(view, lastMs, begun.resolve))
    await Promise.race([begun.promise, over])
    if (view.phase === 'failed') throw new Problem(view.problem!)
    return view
  }

  async stop(): Promise<RecordingView> {
    const live = this.#live
    const view = this.#recordings.findLast(({ kind }) => kind === 'live')
    if (!live || !view) {
      throw new Problem(problemText('recordings', 'none that is going on', 'one', 'begin it first'))
    }
    await live.end(null)
    return view
  }

  /** Ends what is being written, as the city ends. */
  async close(): Promise<void> {
    this.#isStopping = true
    await this.#live?.end(null)
    await this.#work
    await this.#options.recent.close()
  }

  #begin(kind: RecordingKind, asked: number | null): RecordingView {
    const { clock, folder, name } = this.#options
    const busy = this.#recordings.find(({ phase }) => phase === 'writing')
    if (busy || this.#isStopping) {
      const got = busy ? `${busy.folder} is being written` : 'the city ends'
      const todo = busy?.kind === 'live' ? 'end that one first' : 'wait until it is written'
      throw new Problem(problemText('recordings', got, 'one at a time', todo))
    }
    const id = `${name}-${isoTime(clock.now()).replace(/[:.]/g, '-')}`
    const view: RecordingView = {
      ...{ id, kind, phase: 'writing', folder: join(folder, id), asked },
      ...{ from: null, to: null, share: kind === 'last' ? 0 : null },
      ...{ records: 0, bytes: 0, problem: null },
    }
    this.#recordings.push(view)
    if (this.#recordings.length > SHOWN) this.#recordings.shift()
    return view
  }

  /** Whatever goes wrong stands in the view. */
  async #doing(view: RecordingView, act: () => Promise<void>): Promise<void> {
    this.#work = act().catch((error: unknown) => {
      Object.assign(view, { phase: 'failed', problem: textOf(error) })
      this.#options.logger.warn({ err: error, folder: view.folder }, 'demo: a recording failed')
    })
    await this.#work
  }

  async #startLive(view: RecordingView): Promise<void> {
    const { recent, log, clock } = this.#options
    const processed = recent.processedTo
    const edges = processed === null ? null : await recent.edgesBefore(processed)
    const { epoch } = recent
    if (processed === null || !edges || epoch === null) throw nothingYet()
    const recorder = await recordOn({
      ...{ recent, log, clock, edges, epoch, from: processed },
      ...{ folder: view.folder, codec: CODEC, prefix: DEFAULT_PREFIX },
    })
    view.from = processed
    const live = new LiveRecording(recorder, clock, view, () => recent.processedTo)
    this.#live = live
    void live.ended.then(() => {
      if (this.#live === live) this.#live = null
    })
  }

  async #writeLast(view: RecordingView, lastMs: number, begun: () => void): Promise<void> {
    const { recent, log, clock } = this.#options
    const to = recent.processedTo
    await sleep(clock, SETTLES_MS)
    const { epoch } = recent
    // What is read stays while it is written, however fast the city goes on.
    const copy = log.copy()
    try {
      const reach = await recent.reach(copy)
      if (to === null || !reach || epoch === null || reach.from >= to) throw nothingYet()
      const { start, tick } = recent.descriptor
      const asked = Math.max(to - lastMs, Date.parse(start))
      const aligned = asked - ((asked - Date.parse(start)) % tick)
      const from = Math.max(reach.from, aligned)
      const edges = await recent.edgesBefore(from, copy)
      if (!edges) throw nothingYet()
      Object.assign(view, { from, to })
      begun()
      await writeRecent({
        ...{ recent, log: copy, clock, from, to, edges, epoch },
        ...{ folder: view.folder, codec: CODEC, prefix: DEFAULT_PREFIX },
        onProgress: (progress) => Object.assign(view, progress),
      })
      Object.assign(view, { phase: 'done', share: 1 })
    } finally {
      await copy.close()
    }
  }
}

const nothingYet = () =>
  new Problem(
    problemText('recordings', 'nothing that can be kept yet', 'a minute of the city', 'try again'),
  )
