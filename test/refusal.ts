// What is said to whoever asks for something that cannot be.
import { Problem } from '../infra/problem.ts'

/** The Problem's words, or that there was none; any other error is one. */
export function refusal(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof Problem) return error.message
    throw error
  }
  return 'nothing was refused'
}
