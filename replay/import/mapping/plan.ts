// A mapping that makes sense: each of its rules with functions in place of names. All that is wrong with it is said at once.
import { collector, type ProblemCollector } from '../../../infra/problem.ts'
import type { Declaration, EventDeclaration } from '../../../producers/contract/declaration.ts'
import { DEFAULT_PREFIX, topicNames } from '../../../producers/contract/topics.ts'
import type { FileRule, Mapping, TypedEvent, ValueSource } from './mapping.ts'
import { compileSource, type LineFields, pathsOf, type ValueOf } from './sources.ts'
import { compileTime } from './times.ts'
import { type EventOf, typedEvent } from './typed-event.ts'

export type Declarations = Record<string, Declaration>

export type PlannedRule = {
  rule: FileRule
  topic: string
  partitions: number
  /** Null = by the key's hash. */
  partition: number | null
  timeOf(row: LineFields): number
  /** Of raw records; a typed event's is its asset. */
  keyOf: ValueOf | null
  /** Null = the line's own bytes. */
  eventOf: EventOf | null
  /** What lines are asked for. */
  paths: string[]
}

export type ImportPlan = { rules: PlannedRule[]; prefix: string }

/** Throws a Problem that calls the mapping `label`. */
export function planOf(
  { files, prefix = DEFAULT_PREFIX }: Mapping,
  declarations: Declarations,
  label: string,
): ImportPlan {
  const problems = collector()
  const topics = topicNames(prefix)
  const rules = files.map((rule, i) => {
    const where = `${label}: files[${i}]`
    const typed = rule.event && typeOf(rule.event, declarations, `${where}.event`, problems)
    checkRule(rule, where, problems)
    const partitions = rule.partitions ?? 1
    return {
      ...{ rule, partitions, topic: typed ? topics.domain(typed.declaration.domain) : rule.topic! },
      partition: rule.partition === 'key' || rule.partition === undefined ? null : rule.partition,
      timeOf: compileTime(rule.time),
      keyOf: rule.key ? compileSource(rule.key) : null,
      eventOf: typed ? typedEvent(rule.event!, typed.declaration, typed.event) : null,
      paths: pathsOfRule(rule, where),
    }
  })
  checkTopics(rules, label, problems)
  problems.throwIfAny(`${label} cannot be followed; docs/import.md says how one is made`)
  return { rules, prefix: rules.some(({ eventOf }) => eventOf) ? prefix : '' }
}

function typeOf(
  { type, data }: TypedEvent,
  declarations: Declarations,
  where: string,
  problems: ProblemCollector,
) {
  const all = Object.values(declarations).flatMap((declaration) =>
    declaration.events.map((event) => ({ declaration, event })),
  )
  const found = all.find(({ event }) => event.type === type)
  if (!found) {
    const known = all.map(({ event }) => event.type).join(', ')
    problems.add(`${where}.type`, `"${type}"`, `one of ${known}`)
    return undefined
  }
  const { names, required } = fieldsOf(found.event)
  for (const name of Object.keys(data).filter((it) => !names.includes(it)))
    problems.add(`${where}.data`, `"${name}"`, `the fields of ${type}: ${names.join(', ')}`)
  const missing = required.filter((name) => !Object.hasOwn(data, name))
  if (missing.length > 0)
    problems.add(`${where}.data`, `no ${missing.join(', ')}`, `all that ${type} requires`)
  return found
}

function fieldsOf({ schema }: EventDeclaration): { names: string[]; required: string[] } {
  const { properties = {}, required = [] } = schema as {
    properties?: Record<string, unknown>
    required?: string[]
  }
  return { names: Object.keys(properties), required }
}

function sourcesOf({ key, time, event }: FileRule, where: string): [string, ValueSource][] {
  const data = Object.entries(event?.data ?? {})
  return [
    [`${where}.time.of`, time.of],
    ...(key ? [[`${where}.key`, key] as [string, ValueSource]] : []),
    ...(event
      ? ([
          [`${where}.event.asset`, event.asset],
          [`${where}.event.district`, event.district],
        ] as [string, ValueSource][])
      : []),
    ...data.map(([name, source]): [string, ValueSource] => [`${where}.event.data.${name}`, source]),
  ]
}

const pathsOfRule = (rule: FileRule, where: string): string[] =>
  sourcesOf(rule, where).flatMap(([, source]) => pathsOf(source))

function checkRule(rule: FileRule, where: string, problems: ProblemCollector): void {
  const { format, delimiter, header, time, value, event, topic, key, partition } = rule
  if ((value === undefined) === (event === undefined))
    problems.add(
      where,
      value ? 'both "value" and "event"' : 'neither',
      'one of "value" and "event"',
    )
  if (event && (topic !== undefined || key))
    problems.add(where, '"topic" or "key" beside "event"', 'neither: a type has its own')
  if (!event && topic === undefined) problems.add(where, 'no "topic"', 'the name of one')
  if (format === 'jsonl' && (delimiter !== undefined || header))
    problems.add(where, '"delimiter" or "header" of jsonl', 'them of csv alone')
  if (delimiter !== undefined && !/^[\t\x20-\x7e]$/.test(delimiter.replace('"', '\n')))
    problems.add(`${where}.delimiter`, JSON.stringify(delimiter), 'one ASCII character, no quote')
  if (header && new Set(header).size < header.length)
    problems.add(`${where}.header`, 'a name twice', 'each of them once')
  for (const path of header ? pathsOfRule(rule, where) : []) {
    if (!header!.includes(path))
      problems.add(`${where}.header`, `no "${path}"`, 'every column that is read')
  }
  const isZoned = time.format === 'local' || time.format === 'service-day'
  if (isZoned !== (time.offset !== undefined))
    problems.add(
      `${where}.time.offset`,
      isZoned ? 'none' : 'one',
      `${isZoned ? 'one' : 'none'} with "${time.format}"`,
    )
  if (
    time.offset !== undefined &&
    !(Number(time.offset.slice(1, 3)) <= 14 && Number(time.offset.slice(4)) <= 59)
  )
    problems.add(`${where}.time.offset`, time.offset, 'a zone that is in use, such as +08:00')
  const { partitions = 1 } = rule
  if (typeof partition === 'number' && partition >= partitions)
    problems.add(`${where}.partition`, String(partition), `less than "partitions", ${partitions}`)
  const hasKey = event !== undefined || key !== undefined
  if (!hasKey && (partition === 'key' || (partition === undefined && partitions > 1)))
    problems.add(
      where,
      'no "key" to put records into partitions by',
      'one, or a number as "partition"',
    )
  for (const [place, source] of sourcesOf(rule, where)) checkSource(source, format, place, problems)
}

/** What goes with what: a word that would have no effect is a mistake. */
function checkSource(
  source: ValueSource,
  format: FileRule['format'],
  where: string,
  problems: ProblemCollector,
): void {
  const { from, fixed, join, values, as, minus, times, round, after, lower, optional } = source
  const given = [from, fixed, join].filter((it) => it !== undefined).length
  if (given !== 1) problems.add(where, `${given} of "from", "fixed" and "join"`, 'one of them')
  const changes = [values, as, minus, times, round, after, lower, optional]
  if (from === undefined && changes.some((it) => it !== undefined))
    problems.add(where, 'changes to what is not read', '"from" with them')
  const numeric = [minus, times, round].some((it) => it !== undefined)
  if (values && (as || numeric))
    problems.add(where, '"values" with "as" or a sum', 'the values as they are to be')
  if (numeric && (as === 'text' || as === 'boolean'))
    problems.add(where, `a sum with "as": "${as}"`, 'number or integer')
  if (format === 'csv' && numeric && as === undefined)
    problems.add(where, 'a sum with text of CSV', '"as": "number" or "integer" with it')
  const paths = [from, minus].filter((path) => path !== undefined)
  if (format === 'jsonl' && paths.some((path) => !/^(\/([^~/]|~[01])*)+$/.test(path)))
    problems.add(where, paths.join(', '), 'JSON Pointers such as /totalSpotNumber/value')
  for (const [i, part] of (join ?? []).entries())
    checkSource(part, format, `${where}.join[${i}]`, problems)
}

/** Of one topic all records are of one kind, and its partitions are so many. */
function checkTopics(rules: PlannedRule[], label: string, problems: ProblemCollector): void {
  for (const [topic, own] of Map.groupBy(rules, (rule) => rule.topic)) {
    if (new Set(own.map(({ partitions }) => partitions)).size > 1)
      problems.add(`${label}: topic ${topic}`, 'several numbers of "partitions"', 'one')
    if (new Set(own.map(({ eventOf }) => eventOf === null)).size > 1)
      problems.add(`${label}: topic ${topic}`, 'raw records and events', 'one of them')
  }
}
