// Command-line options that several commands share, read with node:util, all problems at once.

import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { parseHost } from '../../infra/address.ts'
import { collector, Problem } from '../../infra/problem.ts'
import { MAX_SPEED, UNPACED_SPEED } from '../../producers/contract/run/run-commands.ts'
import type { ScenarioFlags } from '../../seeds/contract.ts'
import type { Problems } from '../../seeds/load/seed-file.ts'
import type { ScenarioSource } from '../../seeds/scenario/scenario.ts'
import { MAX_SEED, SCALES, SPEEDS } from '../../seeds/scenario/scenario-file.ts'
import { userPath } from './user-path.ts'

export type OptionHelp = {
  type: 'string' | 'boolean'
  /** Placeholder of the value in the help text. */
  value?: string
  text: string
  default?: string
  /** May be said again: the values are joined by commas. Of any other option the last one counts. */
  several?: boolean
}

export type CliCommand = {
  name: string
  /** A paragraph that teaches: what it prints, what it is good for. */
  about: string
  /** What it takes besides options; most take nothing. */
  words?: { value: string; text: string }
  options: Record<string, OptionHelp>
  examples: string[]
  run(values: OptionValues): Promise<void>
}

/** No option can be called so, and no word can hold the other. */
const WORDS = ' '
const BETWEEN_WORDS = '\0'

export type OptionValues = Record<string, string | boolean | undefined>

/** More than any city's cells; how many a city allows is checked with its scenario. */
export const MAX_PARTITIONS = 65_535

/** The city that is shown when none is named: the only place outside seeds/ that knows one. */
const DEFAULT_CITY = 'guangzhou'

/** Options of every command that simulates. */
export const SCENARIO_OPTIONS: Record<string, OptionHelp> = {
  scenario: {
    type: 'string',
    value: 'name',
    text: 'scenario of that city, <city>/<name> (see `huacheng scenarios`), or ./my.json for --city',
    default: 'default',
  },
  city: {
    type: 'string',
    value: 'name',
    text: 'city: a folder of seeds/',
    default: DEFAULT_CITY,
  },
  seed: { type: 'string', value: 'n', text: 'replaces the scenario’s seed' },
  start: {
    type: 'string',
    value: 'instant',
    text: 'replaces its start, ISO 8601 with zone, a whole number of windows into the day',
  },
  for: { type: 'string', value: 'duration', text: 'replaces its duration, ISO 8601, e.g. PT10M' },
  scale: { type: 'string', value: 's', text: 'replaces its scale, 0.01 to 10' },
  partitions: {
    type: 'string',
    value: 'P',
    text: 'partitions per domain topic; must divide the city’s cells',
  },
  domains: { type: 'string', value: 'a,b', text: 'simulate these domains only' },
  plan: { type: 'string', value: 'file', text: 'your own plan.json in place of the city’s' },
  json: { type: 'boolean', text: 'machine-readable output' },
}

/** Strict parse of one command's arguments; unknown options and stray words are named together with what exists. */
export function readValues(command: CliCommand, args: string[]): OptionValues {
  const options: ParseArgsOptionsConfig = {}
  for (const [name, option] of Object.entries(command.options))
    options[name] = { type: option.type }
  options.help = { type: 'boolean' }
  const parsed = parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true })
  const problems = collector()
  const several = new Map<string, string[]>()
  const words: string[] = []
  for (const token of parsed.tokens) {
    if (token.kind === 'positional' && command.words) {
      words.push(token.value)
    } else if (token.kind === 'positional') {
      problems.add(`huacheng ${command.name}`, `the word "${token.value}"`, 'only options')
    } else if (token.kind === 'option') {
      const known = options[token.name]
      if (!known) {
        const all = Object.keys(options).map((o) => `--${o}`)
        problems.add(`huacheng ${command.name}`, `unknown option ${token.rawName}`, all.join(', '))
      } else if (known.type === 'string' && token.value === undefined) {
        problems.add(`huacheng ${command.name}`, `${token.rawName} without a value`, 'a value')
      } else if (known.type === 'string' && token.value === '') {
        problems.add(
          `huacheng ${command.name}`,
          `${token.rawName} with an empty value`,
          'a value',
          'or leave it out',
        )
      } else if (known.type === 'boolean' && token.value !== undefined) {
        problems.add(`huacheng ${command.name}`, `${token.rawName}=${token.value}`, 'no value')
      } else if (command.options[token.name]?.several && token.value !== undefined) {
        several.set(token.name, [...(several.get(token.name) ?? []), token.value])
      }
    }
  }
  problems.throwIfAny(`huacheng ${command.name}: see \`npx huacheng ${command.name} --help\``)
  const joined = [...several].map(([name, all]) => [name, all.join(',')])
  if (words.length > 0) joined.push([WORDS, words.join(BETWEEN_WORDS)])
  return { ...(parsed.values as OptionValues), ...Object.fromEntries(joined) }
}

/** The words that are no options, of a command that takes some. */
export function wordsOf(values: OptionValues): string[] {
  const words = values[WORDS] as string | undefined
  return words === undefined ? [] : words.split(BETWEEN_WORDS)
}

/** A finite number within bounds, or undefined when the option is absent. */
export function numberOption(
  values: OptionValues,
  name: string,
  min: number,
  max: number,
  whole = false,
): number | undefined {
  const text = values[name]
  if (text === undefined) return undefined
  const value = Number(text)
  const ok = text !== '' && Number.isFinite(value) && value >= min && value <= max
  if (!ok || (whole && !Number.isInteger(value))) {
    throw new Problem(
      `--${name}: "${String(text)}", expected ${whole ? 'a whole number' : 'a number'} from ${min} to ${max}`,
    )
  }
  return value
}

/** An address to listen on; this machine's own where none is asked for. */
export function hostOption(name: string, text = '127.0.0.1'): string {
  const found = parseHost(text)
  if (typeof found !== 'string') return found.host
  throw new Problem(`${name}: "${text}", expected ${found}`)
}

/** What the options name: a scenario of a city, or a file of one's own for it. */
export function scenarioSource(values: OptionValues): {
  name: string
  own?: ScenarioSource['own']
} {
  const label = (values.scenario as string) ?? 'default'
  const city = values.city as string | undefined
  if (label.endsWith('.json')) {
    const name = `${city ?? DEFAULT_CITY}/${label}`
    return { name, own: { path: userPath(label), label } }
  }
  if (!label.includes('/')) return { name: `${city ?? DEFAULT_CITY}/${label}` }
  if (city === undefined || label.startsWith(`${city}/`)) return { name: label }
  throw new Problem(`--city: "${city}", expected the city of --scenario ${label}; leave one out`)
}

/** Flags that replace fields of the scenario; what is wrong with them is added to `problems`. */
export function scenarioFlags(values: OptionValues, problems: Problems): ScenarioFlags {
  const number = (name: string, min: number, max: number, whole = false) =>
    problems.gather(() => numberOption(values, name, min, max, whole))
  return {
    seed: number('seed', 0, MAX_SEED, true),
    start: values.start as string | undefined,
    for: values.for as string | undefined,
    scale: number('scale', SCALES.minimum, SCALES.maximum),
    partitions: number('partitions', 1, MAX_PARTITIONS, true),
    speed: values.speed === 'max' ? UNPACED_SPEED : number('speed', SPEEDS.minimum, MAX_SPEED),
    domains: (values.domains as string | undefined)?.split(',').map((name) => name.trim()),
  }
}
