// The process that prepares cues, as the demo sees it: one at most, of low priority, and it ends with the demo, or when its time is up.
import { type ChildProcess, fork } from 'node:child_process'
import { type Clock, sleep } from '../../../infra/clock.ts'
import { Problem, problemText } from '../../../infra/problem.ts'
import type { CueTask, FromCueWorker, ReadyCue } from './cue-task.ts'

const PROGRAM = new URL('./cue-worker.ts', import.meta.url)
/** Ten times what a full city takes beside a demo on two cores; one that takes longer would not end. */
const MOST_MS = 30 * 60_000
/** Of its own objects; a full city has half of that. */
const MOST_HEAP_MB = 1024

export interface CueMaker {
  /** Resolves when all are prepared, or it was stopped; rejects with a Problem. */
  readonly done: Promise<void>
  /** Resolves once it is gone. */
  stop(clock: Clock): Promise<void>
}

export type MakeCues = (task: CueTask, clock: Clock, ready: (cue: ReadyCue) => void) => CueMaker

export const makeApart: MakeCues = (...asked) => new CueProcess(...asked)

class CueProcess implements CueMaker {
  readonly done: Promise<void>
  readonly #child: ChildProcess
  #isStopped = false

  constructor(task: CueTask, clock: Clock, ready: (cue: ReadyCue) => void) {
    const child = fork(PROGRAM, {
      execArgv: [...process.execArgv, `--max-old-space-size=${MOST_HEAP_MB}`],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    this.#child = child
    const over = Promise.withResolvers<void>()
    child.on('message', (message: FromCueWorker) => {
      if (message.kind === 'ready') ready(message)
      else if (message.kind === 'failed') over.reject(new Problem(message.problem))
      else over.resolve()
    })
    child.on('error', (error) => over.reject(new Problem(`cues: ${error.message}`)))
    child.on('exit', (code, signal) => {
      if (this.#isStopped) over.resolve()
      const got = signal ? `it was ended by ${signal}` : `it ended with ${code}`
      over.reject(new Problem(problemText('cues', got, 'all of them prepared')))
    })
    child.send(task, (error) => error && over.reject(new Problem(`cues: ${error.message}`)))
    const cancel = clock.schedule(MOST_MS, () => {
      const got = `not all of them within ${MOST_MS / 60_000} minutes`
      over.reject(new Problem(problemText('cues', got, 'all of them prepared')))
      child.kill('SIGKILL')
    })
    this.done = over.promise.finally(cancel)
    this.done.catch(() => {}) // its owner listens later
  }

  async stop(clock: Clock): Promise<void> {
    this.#isStopped = true
    const child = this.#child
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    child.kill('SIGKILL')
    await Promise.race([gone, sleep(clock, 2_000)])
  }
}
