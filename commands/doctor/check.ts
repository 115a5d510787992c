// What a check of the doctor is, and how one is run: bounded in time, and never the end of the others.
import { execFile } from 'node:child_process'
import type { Clock } from '../../infra/clock.ts'

/** `open`: not checked, or nothing that anybody needs. */
export type State = 'fine' | 'wrong' | 'open'

export type Finding = { state: State; found: string; todo?: string }

export type DoctorCheck = {
  name: string
  /** The city does not run without it. */
  isEssential: boolean
  /** Patience; ms. */
  limitMs: number
  run(): Promise<Finding>
}

export type CheckResult = Finding & { name: string; isEssential: boolean }

/** Runs one check; what it throws, or that it takes too long, is its finding. */
export async function runCheck(check: DoctorCheck, clock: Clock): Promise<CheckResult> {
  const { name, isEssential, limitMs } = check
  let cancel = () => {}
  const late = new Promise<Finding>((resolve) => {
    cancel = clock.schedule(limitMs, () =>
      resolve({ state: 'open', found: `not checked: no answer within ${limitMs / 1000} s` }),
    )
  })
  const finding = check
    .run()
    .catch((error: Error): Finding => ({ state: 'open', found: `not checked: ${error.message}` }))
  const result = await Promise.race([finding, late])
  cancel()
  return { name, isEssential, ...result }
}

export const SYMBOLS: Record<State, string> = { fine: '✓', wrong: '✗', open: '–' }

/** One or two lines: what was found, and what to do. */
export function checkText({ name, state, found, todo }: CheckResult, width: number): string {
  const line = `${SYMBOLS[state]} ${name.padEnd(width)}  ${found}`
  return todo ? `${line}\n  ${''.padEnd(width)}  → ${todo}` : line
}

/** Standard output of a program; null when there is no such program. Rejects when it fails or takes too long. */
export function outputOf(program: string, args: string[], limitMs: number): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const options = { timeout: limitMs, killSignal: 'SIGKILL', encoding: 'utf8' } as const
    execFile(program, args, options, (error, stdout, stderr) => {
      if (!error) resolve(stdout)
      else if (error.code === 'ENOENT') resolve(null)
      else if (error.killed) reject(new Error(`${program}: no answer within ${limitMs / 1000} s`))
      else reject(new Error(`${program}: ${lastLine(stderr) || `exit code ${error.code}`}`))
    })
  })
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? ''
}
