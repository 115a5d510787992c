// Options whose values are out of a list, or names of topics.
import { Problem, problemText } from '../../infra/problem.ts'
import type { OptionValues } from './options.ts'

/** What Kafka allows. */
const TOPIC = /^[\w.-]{1,249}$/

export const isTopicName = (name: string): boolean => TOPIC.test(name)

/** Undefined when it was not given; a Problem when it is none of `known`. */
export function oneOf<T extends string>(
  values: OptionValues,
  name: string,
  known: readonly T[],
): T | undefined {
  const value = values[name] as T | undefined
  if (value === undefined || known.includes(value)) return value
  throw new Problem(problemText(`--${name}`, `"${value}"`, known.join(' or ')))
}

/** Of an option that takes several, with commas between; none when it was not given. */
export const listOf = (values: OptionValues, name: string): string[] =>
  values[name] === undefined ? [] : String(values[name]).split(',')

/** Each name once, null when the option was not given; a Problem when one cannot be a topic's. Whether it is one is not looked at. */
export function topicsAskedFor(values: OptionValues, option: string): string[] | null {
  if (values[option] === undefined) return null
  const names = [...new Set(listOf(values, option))]
  const wrong = names.find((name) => !isTopicName(name))
  if (wrong === undefined) return names
  const expected = 'names of topics with commas between'
  throw new Problem(problemText(`--${option}`, JSON.stringify(wrong), expected))
}
