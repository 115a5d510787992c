// User-facing problems: every error says where, what was got, what was expected and what to do.
import { EXIT_REFUSED } from './exit-codes.ts'

/** A problem the user can act on. `tellingProblems` prints it without a stack and exits with `exitCode` (2 = usage or configuration). */
export class Problem extends Error {
  readonly exitCode: number
  constructor(message: string, exitCode = EXIT_REFUSED) {
    super(message)
    this.name = 'Problem'
    this.exitCode = exitCode
  }
}

/** Runs a program to its end: a Problem is printed and becomes the exit code, any other error is a defect and is thrown. */
export async function tellingProblems(main: () => Promise<void>): Promise<void> {
  try {
    await main()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    console.error(error.message)
    process.exitCode = error.exitCode
  }
}

/** Builds the house form `<where>: <got>, expected <expected>[; <todo>]`. */
export function problemText(where: string, got: string, expected: string, todo?: string): string {
  return `${where}: ${got}, expected ${expected}${todo ? `; ${todo}` : ''}`
}

/** Collects problems so that the user sees all of them at once. */
export function collector() {
  const found: string[] = []
  return {
    found,
    add(where: string, got: string, expected: string, todo?: string): void {
      found.push(problemText(where, got, expected, todo))
    },
    /** Throws one Problem that lists everything found; returns when nothing was. */
    throwIfAny(title: string): void {
      if (found.length > 0)
        throw new Problem(`${title}:\n${found.map((f) => `  - ${f}`).join('\n')}`)
    },
  }
}
