// A program that does its work once for each line it is given, so that several stay warm and take turns; its CPU is read from outside.
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { realClock } from '../../infra/clock.ts'
import { PAGE_BYTES, ROOT, TICKS_PER_SECOND } from '../child-program.ts'
import { parseStat } from '../series.ts'

/** One turn: so many events, CPU of the process in µs and wall ms for them. */
export type Turn = { events: number; cpuUs: number; wallMs: number }

type Said = { line: string; cpuMs: number; atMs: number }

const TURN_LIMIT_MS = 400_000
/** So many of its last words tell why it is gone. */
const LAST_WORDS = 600

/** User and system, all threads. */
export function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return parseStat(stat, TICKS_PER_SECOND, PAGE_BYTES).cpuMs
}

/**
 * Says BEGIN, `DRAINED <events>`, CLOSING and CLOSED for each line on its stdin: the work lies between the first two, what it
 * still has to write between the last two, and what lies between is waiting.
 */
export class WarmProgram {
  readonly #child: ChildProcess
  /** Said, and not asked for yet: several may come at once. */
  readonly #said: Said[] = []
  #tell: (() => void) | null = null
  /** The end of what it wrote on stderr. */
  #words = ''

  constructor(command: string, args: string[]) {
    this.#child = spawn(command, args, { cwd: ROOT, stdio: ['pipe', 'pipe', 'pipe'] })
    this.#child.stderr!.on('data', (text: Buffer) => {
      this.#words = `${this.#words}${text}`.slice(-LAST_WORDS)
    })
    const lines = createInterface({ input: this.#child.stdout! })
    lines.on('line', (line) => {
      if (/^(BEGIN|DRAINED \d+|CLOSING|CLOSED)$/.test(line)) this.#hear(line)
    })
    // Whoever waits for a line that never comes is let go.
    this.#child.once('exit', () => this.#hear('gone'))
  }

  async turn(): Promise<Turn> {
    this.#child.stdin!.write('\n')
    const begin = await this.#line('BEGIN')
    const drained = await this.#line('DRAINED')
    const closing = await this.#line('CLOSING')
    const closed = await this.#line('CLOSED')
    return {
      events: Number(drained.line.split(' ')[1]),
      cpuUs: 1000 * (drained.cpuMs - begin.cpuMs + closed.cpuMs - closing.cpuMs),
      wallMs: drained.atMs - begin.atMs,
    }
  }

  end(): void {
    this.#child.kill('SIGKILL')
  }

  #hear(line: string): void {
    const cpuMs = line === 'gone' ? 0 : cpuMsOf(this.#child.pid!)
    this.#said.push({ line, cpuMs, atMs: realClock.now() })
    this.#tell?.()
  }

  async #line(wanted: string): Promise<Said> {
    if (this.#said.length === 0) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const late = new Error(`no ${wanted} within ${TURN_LIMIT_MS / 1000} s`)
      const cancel = realClock.schedule(TURN_LIMIT_MS, () => reject(late))
      this.#tell = resolve
      await promise.finally(cancel)
    }
    const said = this.#said.shift()!
    if (said.line.startsWith(wanted)) return said
    const words = said.line === 'gone' ? `; its last words: ${this.#words}` : ''
    throw new Error(`got ${said.line}, expected ${wanted}${words}`)
  }
}
