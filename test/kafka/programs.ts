// The real programs as child processes: their output kept, waited for by what they say, ended as a supervisor ends them.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..', '..')

export type Running = {
  /** Everything said so far, both streams. */
  output(): string
  stdout(): string
  /** Resolves with the match when the output has it; rejects with the output when the program ends before. */
  says(pattern: RegExp): Promise<RegExpExecArray>
  /** Exit code, or the signal that ended it. */
  ended: Promise<number | string>
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | string>
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<number | string>
}

/** `npx huacheng <args>`. */
export const startHuacheng = (args: string[], env?: Record<string, string>): Running =>
  startNode(['huacheng.js', ...args], env)

/** An ES module given as text, as if it lay in the repository's root. */
export const startModule = (text: string, args: string[]): Running =>
  startNode(['--input-type=module', '-e', text, ...args])

/** A program of the repository, by its path. */
export const startProgram = (path: string, args: string[]): Running => startNode([path, ...args])

/** Of this process's variables it gets none that says anything about Kafka. */
function startNode(args: string[], env: Record<string, string> = {}): Running {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('KAFKA_'))
  const child: ChildProcess = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let all = ''
  const look = new Set<() => void>()
  function add(chunk: Buffer, isOut: boolean): void {
    if (isOut) stdout += chunk
    all += chunk
    for (const again of look) again()
  }
  child.stdout!.on('data', (chunk) => add(chunk, true))
  child.stderr!.on('data', (chunk) => add(chunk, false))
  const ended = once(child, 'close').then(([code, signal]) => (signal ?? code) as number | string)
  return {
    output: () => all,
    stdout: () => stdout,
    ended,
    async says(pattern) {
      const { promise, resolve } = Promise.withResolvers<RegExpExecArray>()
      const again = () => {
        const match = pattern.exec(all)
        if (match) resolve(match)
      }
      look.add(again)
      again()
      const gone = ended.then((code) => {
        throw new Error(`${args.join(' ')} ended with ${code} before it said ${pattern}:\n${all}`)
      })
      gone.catch(() => {}) // the race has its own ending
      return Promise.race([promise, gone]).finally(() => look.delete(again))
    },
    async stop() {
      child.kill('SIGTERM')
      return ended
    },
    async kill() {
      child.kill('SIGKILL')
      return ended
    },
  }
}
