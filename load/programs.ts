// The city's programs on a broker: started, killed and started again under their names, and asked.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { realClock } from '../infra/clock.ts'
import { EXIT_DONE } from '../infra/program/exit-codes.ts'
import { ChildProgram, CLI, ROOT } from './child-program.ts'
import type { Sample } from './series.ts'

const OUTPUT_BYTES = 1024 * 1024 * 1024
const ANSWER_LIMIT_MS = 5000

export type ProgramsOptions = {
  /** Takes each program's log. */
  folder: string
  /** The options that name broker and prefix. */
  kafka: string[]
  /** The working tree whose programs they are; default this one. */
  root?: string
  /** As a supervisor does: a program that ends by itself with an error is started again after so many ms; default never. */
  restartAfterMs?: number
}

export class Programs {
  readonly #options: ProgramsOptions
  readonly #running = new Map<string, ChildProgram>()
  readonly #unexpected: string[] = []
  #isStopping = false

  constructor(options: ProgramsOptions) {
    this.#options = options
    mkdirSync(options.folder, { recursive: true })
  }

  /** Starts `huacheng <args>`, its output going to `<folder>/<name>.log`. */
  start(name: string, args: string[]): void {
    this.#begin(name, [...args, ...this.#options.kafka])
  }

  signal(name: string, signal: NodeJS.Signals): void {
    this.#of(name).signal(signal)
  }

  /** Kills as a power cut would: nothing is drained, nothing is checkpointed. */
  async kill(name: string): Promise<void> {
    await this.#of(name).kill()
  }

  /** Starts a dead program again with the arguments it had. */
  restart(name: string): void {
    this.#begin(name, this.#of(name).args)
  }

  /** SIGTERM; resolves with the ms it took, or rejects when it had to be killed. */
  async stop(name: string): Promise<number> {
    const since = realClock.now()
    await this.#of(name).stop()
    this.#running.delete(name)
    return realClock.now() - since
  }

  async stopAll(): Promise<void> {
    this.#isStopping = true
    await Promise.all(this.names().map((name) => this.stop(name)))
  }

  names(): string[] {
    return [...this.#running.keys()]
  }

  /** Programs that ended by themselves, with code or signal. */
  unexpected(): string[] {
    return [...this.#unexpected]
  }

  /** One sample of CPU and memory of every live program. */
  sample(): void {
    for (const child of this.#running.values()) child.sample()
  }

  samples(name: string): Sample[] {
    return this.#of(name).samples
  }

  /** What it has said so far. */
  logOf(name: string): string {
    const file = this.#logFileOf(name)
    return existsSync(file) ? readFileSync(file, 'utf8') : ''
  }

  /** GET, or POST with a body, to the program `console`; rejects when it has no page yet or does not answer with success. */
  async ask<T>(path: string, body?: object): Promise<T> {
    const url = pageOf(this.logOf('console'))
    if (!url) throw new Error('console: no address yet')
    const response = await fetch(url + path, {
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
      ...(body && {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: url },
        body: JSON.stringify(body),
      }),
    })
    if (!response.ok) throw new Error(`${path}: HTTP ${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }

  /** Runs a command to its end; resolves with stdout, rejects with what it said where its exit code is none of `codes`. */
  run(args: string[], onKafka: boolean, codes: number[] = [EXIT_DONE]): Promise<string> {
    const all = [CLI, ...args, ...(onKafka ? this.#options.kafka : [])]
    const child = spawn(process.execPath, all, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
    return outputOf(child, `huacheng ${args[0]}`, codes)
  }

  #of(name: string): ChildProgram {
    const program = this.#running.get(name)
    if (!program) throw new Error(`${name}: not running`)
    return program
  }

  #logFileOf(name: string): string {
    return join(this.#options.folder, `${name}.log`)
  }

  #begin(name: string, args: string[]): void {
    const child = new ChildProgram({
      name,
      args,
      root: this.#options.root,
      logFile: this.#logFileOf(name),
      onFailure: (failed, how) => this.#failed(failed, how),
    })
    this.#running.set(name, child)
  }

  #failed(failed: ChildProgram, how: number | string | null): void {
    const { restartAfterMs } = this.#options
    this.#unexpected.push(`${failed.name} ended with ${how}`)
    if (this.#isStopping || restartAfterMs === undefined) return
    realClock.schedule(restartAfterMs, () => {
      const isStillIt = this.#running.get(failed.name) === failed
      if (!this.#isStopping && isStillIt) this.#begin(failed.name, failed.args)
    })
  }
}

/** The page's address as it was said last, on a line of its own: a log names that of the status too. */
function pageOf(log: string): string | undefined {
  return [...log.matchAll(/^http:\/\/127\.0\.0\.1:\d+/gm)].at(-1)?.[0]
}

function outputOf(child: ChildProcess, what: string, codes: number[]): Promise<string> {
  const out: Buffer[] = []
  let said = ''
  let bytes = 0
  child.stdout!.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > OUTPUT_BYTES) child.kill('SIGKILL')
    out.push(chunk)
  })
  child.stderr!.on('data', (chunk: Buffer) => {
    said += chunk
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      if (codes.includes(code ?? -1)) resolve(Buffer.concat(out).toString())
      else {
        const expected = codes.join(' or ')
        reject(
          new Error(`${what}: ended with ${code}, expected ${expected}; it said: ${said.trim()}`),
        )
      }
    })
  })
}
