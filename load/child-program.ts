// One of the city's programs as a child process: its log in a file, its CPU and memory in samples.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createWriteStream, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { realClock } from '../infra/clock.ts'
import { parseStat, type Sample } from './series.ts'

export const ROOT = join(import.meta.dirname, '..')
const DOOR = 'huacheng.js'
export const CLI = join(ROOT, DOOR)
const STOP_LIMIT_MS = 10_000

/** Of this machine: what the numbers in /proc/<pid>/stat count. */
export const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
export const PAGE_BYTES = Number(execFileSync('getconf', ['PAGESIZE'], { encoding: 'utf8' }))

export type ChildOptions = {
  name: string
  args: string[]
  /** The working tree whose program it is; default this one. */
  root?: string
  /** Takes its output, behind what is there. */
  logFile: string
  /** Called when it ended by itself with an error: with its code, or with the signal that nobody here sent. */
  onFailure(child: ChildProgram, how: number | string | null): void
}

export class ChildProgram {
  readonly name: string
  readonly args: string[]
  readonly samples: Sample[] = []
  readonly #child: ChildProcess
  /** Resolves when it is gone, however. */
  readonly exited: Promise<void>

  constructor({ name, args, root = ROOT, logFile, onFailure }: ChildOptions) {
    this.name = name
    this.args = args
    const child = spawn(process.execPath, [join(root, DOOR), ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const log = createWriteStream(logFile, { flags: 'a' })
    child.stdout.pipe(log, { end: false })
    child.stderr.pipe(log, { end: false })
    this.#child = child
    this.exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        // Killed on purpose or asked to stop: whoever did it knows.
        if (code !== 0 && signal !== 'SIGKILL') onFailure(this, code ?? signal)
        resolve()
      })
    })
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Kills as a power cut would: nothing is drained, nothing is checkpointed. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.exited
  }

  /** SIGTERM; rejects when it had to be killed. */
  async stop(): Promise<void> {
    const child = this.#child
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    let isLate = false
    const cancel = realClock.schedule(STOP_LIMIT_MS, () => {
      isLate = true
      child.kill('SIGKILL')
    })
    await this.exited
    cancel()
    if (isLate) throw new Error(`${this.name}: still there ${STOP_LIMIT_MS / 1000} s after SIGTERM`)
  }

  sample(): void {
    try {
      const stat = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8')
      const used = parseStat(stat, TICKS_PER_SECOND, PAGE_BYTES)
      this.samples.push({ atMs: realClock.now(), ...used })
    } catch {
      // dead just now: its samples so far are all there is
    }
  }
}

/** One of this machine that nobody listens on just now. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
