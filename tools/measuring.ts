// What the programs that measure have in common: how many and which of them are asked for, and what one took.
import { Problem, problemText } from '../infra/problem.ts'

/** The option's count; throws a Problem for what is no whole number from 1 to `most`. */
export function wholeNumber(option: string, text: string, most: number): number {
  const count = Number(text)
  if (Number.isInteger(count) && count >= 1 && count <= most) return count
  throw new Problem(problemText(option, `"${text}"`, `a whole number from 1 to ${most}`))
}

/** Those of this name, all where none is asked for; throws a Problem that lists the names where there is none. */
export function named<T>(
  option: string,
  name: string | undefined,
  all: readonly T[],
  nameOf: (one: T) => string,
): T[] {
  const found = all.filter((one) => name === undefined || nameOf(one) === name)
  if (found.length > 0) return found
  const known = [...new Set(all.map(nameOf))].join(', ')
  throw new Problem(problemText(option, `"${name}"`, `one of ${known}`))
}

/** Starts counting; what it returns says how much of the processor's time went since, in seconds. */
export function processorTime(): () => string {
  const before = process.cpuUsage().user
  return () => `${((process.cpuUsage().user - before) / 1e6).toFixed(1)} s`
}
