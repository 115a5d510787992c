// How every program of ours ends: a problem is one line and an exit code, a defect is a stack.

import { Problem } from '../problem.ts'
import { printable } from '../text/printable.ts'
import { systemProblem } from './system-error.ts'

/** Runs a program to its end; what the user can act on is shown without a stack, any other error is a defect and is thrown. */
export async function reportingProblems(main: () => Promise<void>): Promise<void> {
  try {
    await main()
  } catch (error) {
    const problem = error instanceof Problem ? error : systemProblem(error)
    if (!problem) throw error
    console.error(printable(problem.message))
    process.exitCode = problem.exitCode
  }
}
