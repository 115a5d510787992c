// User-facing problems: every error says where, what was got, what was expected and what to do.
import { EXIT_REFUSED } from './program/exit-codes.ts'

/** A problem the user can act on: shown without a stack, and the process exits with `exitCode` (2 = usage or configuration). */
export class Problem extends Error {
  readonly exitCode: number
  /** The single findings of a problem that lists several. */
  readonly found: readonly string[]
  constructor(message: string, exitCode = EXIT_REFUSED, found: readonly string[] = [message]) {
    super(message)
    this.name = 'Problem'
    this.exitCode = exitCode
    this.found = found
  }
}

/** Builds the house form `<where>: <got>, expected <expected>[; <todo>]`. */
export function problemText(where: string, got: string, expected: string, todo?: string): string {
  return `${where}: ${got}, expected ${expected}${todo ? `; ${todo}` : ''}`
}

const SHOWN = 80

/** A value as the "got" of a problem: JSON, cut where it is long. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 3)}...` : text
}

export type ProblemCollector = ReturnType<typeof collector>

/** Collects problems so that the user sees all of them at once. */
export function collector() {
  const found: string[] = []
  return {
    found,
    add(where: string, got: string, expected: string, todo?: string): void {
      found.push(problemText(where, got, expected, todo))
    },
    /** What `run` returns; undefined when it throws a Problem, whose findings are then among the others. */
    gather<T>(run: () => T): T | undefined {
      try {
        return run()
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        found.push(...error.found.filter((text) => !found.includes(text)))
        return undefined
      }
    },
    /** Throws one Problem that lists everything found; returns when nothing was. */
    throwIfAny(title: string): void {
      if (found.length === 0) return
      const list = found.map((f) => `  - ${f}`).join('\n')
      throw new Problem(`${title}:\n${list}`, EXIT_REFUSED, found)
    },
  }
}

/** Makes all of it before anything of it is used; all that is wrong with any of it is one Problem. */
export function allOf<T extends Record<string, () => unknown>>(title: string, makers: T) {
  const problems = collector()
  const made = Object.entries(makers).map(([name, make]) => [name, problems.gather(make)])
  problems.throwIfAny(title)
  return Object.fromEntries(made) as { [K in keyof T]: ReturnType<T[K]> }
}
