// Runs the city's programs as child processes on a broker: starts, kills and restarts them, and reads their CPU and memory.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createWriteStream, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { realClock } from '../infra/clock.ts'
import { parseStat, type Sample } from './series.ts'

const ROOT = join(import.meta.dirname, '..')
const CLI = join(ROOT, 'huacheng.js')
const OUTPUT_BYTES = 1024 * 1024 * 1024
const STOP_LIMIT_MS = 10_000
const ANSWER_LIMIT_MS = 5000

export type Programs = ReturnType<typeof createPrograms>

type Running = { args: string[]; child: ChildProcess; exited: Promise<void>; samples: Sample[] }

export type ProgramsOptions = {
  /** Takes each program's log. */
  folder: string
  /** The options that name broker and prefix. */
  kafka: string[]
  /** As a supervisor does: a program that ends by itself with an error is started again after so many ms; default never. */
  restartAfterMs?: number
}

export function createPrograms(options: ProgramsOptions) {
  const running = new Map<string, Running>()
  const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
  const pageBytes = Number(execFileSync('getconf', ['PAGESIZE'], { encoding: 'utf8' }))
  const unexpected: string[] = []
  let isStopping = false
  mkdirSync(options.folder, { recursive: true })

  function of(name: string): Running {
    const program = running.get(name)
    if (!program) throw new Error(`${name}: not running`)
    return program
  }

  function ended(name: string, child: ChildProcess, how: number | string | null): void {
    unexpected.push(`${name} ended with ${how}`)
    if (isStopping || options.restartAfterMs === undefined) return
    realClock.schedule(options.restartAfterMs, () => {
      const now = running.get(name)
      if (!isStopping && now?.child === child) programs.start(name, now.args)
    })
  }

  const programs = {
    /** Starts `huacheng <args>`, its output going to `<folder>/<name>.log`. */
    start(name: string, args: string[]): void {
      const child = spawn(process.execPath, [CLI, ...args, ...options.kafka], {
        cwd: ROOT,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const log = createWriteStream(join(options.folder, `${name}.log`), { flags: 'a' })
      child.stdout!.pipe(log, { end: false })
      child.stderr!.pipe(log, { end: false })
      const exited = new Promise<void>((resolve) => {
        child.once('exit', (code, signal) => {
          // Killed on purpose or told to stop: whoever did it knows.
          if (code !== 0 && signal !== 'SIGKILL') ended(name, child, code ?? signal)
          resolve()
        })
      })
      running.set(name, { args, child, exited, samples: [] })
    },
    signal(name: string, signal: NodeJS.Signals): void {
      of(name).child.kill(signal)
    },
    /** Kills as a power cut would: nothing is drained, nothing is checkpointed. */
    async kill(name: string): Promise<void> {
      const { child, exited } = of(name)
      child.kill('SIGKILL')
      await exited
    },
    /** Starts a dead program again with the arguments it had. */
    restart(name: string): void {
      programs.start(name, of(name).args)
    },
    /** SIGTERM; resolves with the ms it took, or rejects when it had to be killed. */
    async stop(name: string): Promise<number> {
      const { child, exited } = of(name)
      const since = realClock.now()
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM')
        let isLate = false
        const cancel = realClock.schedule(STOP_LIMIT_MS, () => {
          isLate = true
          child.kill('SIGKILL')
        })
        await exited
        cancel()
        if (isLate) throw new Error(`${name}: still there ${STOP_LIMIT_MS / 1000} s after SIGTERM`)
      }
      running.delete(name)
      return realClock.now() - since
    },
    async stopAll(): Promise<void> {
      isStopping = true
      await Promise.all([...running.keys()].map((name) => programs.stop(name)))
    },
    names: () => [...running.keys()],
    /** Programs that ended by themselves, with code or signal. */
    unexpected: () => [...unexpected],
    /** One sample of CPU and memory of every live program. */
    sample(): void {
      for (const { child, samples } of running.values()) {
        try {
          const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8')
          samples.push({ atMs: realClock.now(), ...parseStat(stat, ticksPerSecond, pageBytes) })
        } catch {
          // dead just now: its samples so far are all there is
        }
      }
    },
    samples: (name: string): Sample[] => of(name).samples,
    /** What it has said so far. */
    logOf(name: string): string {
      const file = join(options.folder, `${name}.log`)
      return existsSync(file) ? readFileSync(file, 'utf8') : ''
    },
    /** GET, or POST with a body, to the program `console`; rejects when it has no page yet or does not answer with success. */
    async ask<T>(path: string, body?: object): Promise<T> {
      const url = pageOf(programs.logOf('console'))
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
    },
    /** Runs a command to its end; resolves with stdout, rejects with what it said. */
    run(args: string[], onKafka: boolean): Promise<string> {
      const child = spawn(process.execPath, [CLI, ...args, ...(onKafka ? options.kafka : [])], {
        cwd: ROOT,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      return outputOf(child, `huacheng ${args[0]}`)
    },
  }
  return programs
}

/** The page's address as it was said last, on a line of its own: a log names that of the status too. */
function pageOf(log: string): string | undefined {
  return [...log.matchAll(/^http:\/\/127\.0\.0\.1:\d+/gm)].at(-1)?.[0]
}

function outputOf(child: ChildProcess, what: string): Promise<string> {
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
      if (code === 0) resolve(Buffer.concat(out).toString())
      else reject(new Error(`${what}: ended with ${code}, expected 0; it said: ${said.trim()}`))
    })
  })
}
