// Which events `huacheng events` prints: by domain, type, district and time; names that do not exist are refused.

import { collector } from '../../infra/problem.ts'
import { parseBoundedJson } from '../../infra/text/bounded-json.ts'
import { parseInstant } from '../../infra/time.ts'
import type { Declaration } from '../../producers/contract/declaration.ts'
import type { City } from '../../seeds/contract.ts'
import type { OptionHelp, OptionValues } from '../options/options.ts'
import type { Printer } from '../output/print.ts'

export const FILTER_OPTIONS: Record<string, OptionHelp> = {
  domain: { type: 'string', value: 'a,b', text: 'only events of these domains' },
  type: {
    type: 'string',
    value: 'a,b',
    text: 'only these types, e.g. city.parking.exit.v1 or exit',
  },
  district: { type: 'string', value: 'a,b', text: 'only these districts, by code or name' },
  from: { type: 'string', value: 'instant', text: 'only events at or after this instant' },
  until: { type: 'string', value: 'instant', text: 'only events before this instant' },
}

type Marked = { type?: unknown; district?: unknown; time?: unknown; source?: unknown }
export type EventFilter = (event: Marked, domain: string) => boolean

/** Null when no filter is asked for. Throws one Problem that lists every name and instant that is none. */
export function eventFilter(
  values: OptionValues,
  declarations: Record<string, Declaration>,
  city: City,
): EventFilter | null {
  const asked = Object.keys(FILTER_OPTIONS).filter((name) => values[name] !== undefined)
  if (asked.length === 0) return null
  const problems = collector()
  const list = (name: string, known: Map<string, string[]>): Set<string> | null => {
    const text = values[name] as string | undefined
    if (text === undefined) return null
    const names = text.split(',').map((part) => part.trim())
    for (const part of names) {
      if (known.has(part)) continue
      problems.add(`--${name}`, `"${part}"`, `one of ${[...known.keys()].join(', ')}`)
    }
    return new Set(names.flatMap((part) => known.get(part) ?? []))
  }
  const domains = list('domain', new Map(Object.keys(declarations).map((d) => [d, [d]])))
  const types = list('type', typesOf(Object.values(declarations)))
  const scopes = list('district', scopesOf(city))
  const instant = (name: string) => {
    const text = values[name] as string | undefined
    return text === undefined ? null : problems.gather(() => parseInstant(text, `--${name}`))
  }
  const from = instant('from') ?? Number.NEGATIVE_INFINITY
  const until = instant('until') ?? Number.POSITIVE_INFINITY
  if (from >= until) problems.add('--until', String(values.until), 'an instant after --from')
  problems.throwIfAny('huacheng events: the filters cannot be used')
  return ({ type, district, time }, domain) => {
    const at = Date.parse(String(time))
    return (
      (domains?.has(domain) ?? true) &&
      (types?.has(String(type)) ?? true) &&
      (scopes?.has(String(district)) ?? true) &&
      at >= from &&
      at < until
    )
  }
}

/** Full names, and short ones where `city.<domain>.<short>.v<n>` has them. */
function typesOf(declarations: Declaration[]): Map<string, string[]> {
  const types = declarations.flatMap(({ events }) => events.map(({ type }) => type))
  const known = new Map(types.map((type) => [type, [type]]))
  for (const type of types) {
    const short = type.split('.').at(-2)!
    known.set(short, [...(known.get(short) ?? []), type])
  }
  return known
}

function scopesOf({ scopes }: City): Map<string, string[]> {
  return new Map(
    scopes.flatMap(({ code, name }) =>
      [code, name.zh, name.en].map((key) => [key, [code]] as const),
    ),
  )
}

/** A printer of records that leaves out what the filter does not take; `line` takes records with topic and value. */
export function filteredPrinter(
  print: Printer,
  filter: EventFilter | null,
  domains: string[],
): Printer {
  if (!filter) return print
  // A prefix may end in anything: of two domains that fit a topic the longer one is meant.
  const longest = domains.toSorted((a, b) => b.length - a.length)
  const takes = (value: Buffer | string, domain?: string) => {
    const bytes = Buffer.from(value as string)
    const parsed = parseBoundedJson(bytes, { maxBytes: bytes.length })
    // What a fault has cut has no fields.
    if (parsed.fault || typeof parsed.value !== 'object' || parsed.value === null) return false
    const event = parsed.value as Marked
    return filter(event, domain ?? String(event.source).split('/').at(-1)!)
  }
  return {
    end: print.end,
    bytes(line) {
      if (takes(line)) print.bytes(line)
    },
    line(text) {
      const { topic, value } = JSON.parse(text) as { topic: string; value: string }
      if (
        takes(
          value,
          longest.find((d) => topic.endsWith(d)),
        )
      )
        print.line(text)
    },
  }
}
