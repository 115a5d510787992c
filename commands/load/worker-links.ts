// Workers as their session sees them: child processes, or one in this process.
import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { FromWorker, WorkerLink } from '../../load/generate/messages.ts'
import type { LoadWorker } from '../../load/generate/worker.ts'
import type { WorkerTask } from './worker-task.ts'

const PROGRAM = join(import.meta.dirname, 'worker-process.ts')

export type ChildLink = WorkerLink & {
  /** Ends it, whatever it does. */
  kill(): void
}

/** Dies with this process. */
export function forkWorker(task: WorkerTask): ChildLink {
  const child: ChildProcess = fork(PROGRAM, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  child.send(task)
  return {
    post(message) {
      if (child.connected) child.send(message)
    },
    listen(heard) {
      child.on('message', (message) => heard(message as FromWorker))
      child.once('exit', (code, signal) => {
        if (code !== 0) heard({ kind: 'failed', problem: `ended with ${signal ?? code}` })
      })
    },
    kill() {
      child.kill('SIGKILL')
    },
  }
}

/** What it says before anybody listens waits. */
export function localWorker(
  create: (post: (message: FromWorker) => void) => LoadWorker,
): ChildLink {
  const early: FromWorker[] = []
  let tell = (message: FromWorker): void => {
    early.push(message)
  }
  const worker = create((message) => tell(message))
  return {
    post: (message) => worker.hear(message),
    listen(heard) {
      tell = (message) => queueMicrotask(() => heard(message))
      for (const message of early) tell(message)
    },
    kill() {},
  }
}
