// Tables of docs/contracts.md that follow from the declarations: topics, event types, measures, binary layouts.
import type { LayoutField } from '../../processor/contract/schemas.ts'
import type { Declaration } from '../../producers/contract/declaration.ts'
import type { Expr, Measure } from '../../producers/contract/measures.ts'
import { schemaPath, topicConfiguration } from './asyncapi.ts'
import type { Channel, Message, MessageKey } from './channel.ts'

const FOLDER = 'contracts'
const BROKER = '127.0.0.1:9092'

/** A bar inside a table's cell, also inside code, has to be escaped. */
const cell = (text: string) => text.replaceAll('|', '\\|')

export function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map(cell).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

const keyText = (key: MessageKey) => (key === null ? 'none' : `\`${key.form}\``)

export function topicsBlock(channels: Channel[]): string {
  const rows = channels.map(({ spec, writers, readers, summary }) => {
    const settings = topicConfiguration({ spec })
    return [
      `\`${spec.name}\``,
      String(spec.partitions),
      spec.cleanup,
      retentionText(settings['retention.ms'], settings['retention.bytes']),
      writers.join(', ') || '–',
      readers.join(', ') || '–',
      summary,
    ]
  })
  return table(
    ['topic', 'partitions', 'clean-up', 'kept (default)', 'written by', 'read by', 'what'],
    rows,
  )
}

function retentionText(ms: unknown, bytes: unknown): string {
  if (ms === undefined) return 'newest per key'
  const parts = []
  if (Number(ms) >= 0) parts.push(`${Number(ms) / 3_600_000} h`)
  if (Number(bytes) >= 0) parts.push(`${Number(bytes) / 1024 / 1024} MiB`)
  return parts.join(', ') || 'for ever'
}

export function recordsBlock(channels: Channel[]): string {
  const places = new Map<Message, string[]>()
  for (const { spec, messages } of channels) {
    for (const m of messages) places.set(m, [...(places.get(m) ?? []), `\`${spec.name}\``])
  }
  const rows = [...places].map(([message, topics]) => {
    const { name, key, summary, body } = message
    const where = topics.length > 1 ? 'every domain topic' : topics[0]
    const value =
      'schema' in body ? `[\`${name}\`](${FOLDER}/${schemaPath(message)})` : `\`${name}\`, binary`
    return [where, keyText(key), value, summary]
  })
  return table(['topic', 'key', 'value', 'what'], rows)
}

/**
 * One line per topic: the newest records, or the first of partition 0 where there are many. `-e` alone never ends on a topic
 * that is written all the time: its end moves on with every fetch.
 */
export function kcatBlock(channels: Channel[]): string {
  const lines = channels.map(({ spec, messages, summary }) => {
    const isBinary = messages.some((m) => 'layout' in m.body)
    const isEvents = messages.some((m) => m.key === null)
    const which = isEvents ? '-p 0 -o beginning -c 3 -e' : '-o -3 -c 3 -e'
    const format = isBinary ? '%k %S bytes\\n' : isEvents ? '%o %k %s\\n' : '%k %s\\n'
    return `# ${summary}\nkcat -C -b ${BROKER} -q -t ${spec.name} ${which} -f '${format}'`
  })
  return `\`\`\`sh\n${lines.join('\n')}\n\`\`\``
}

export function eventsBlock(declarations: Declaration[]): string {
  const rows = declarations.flatMap((d) =>
    d.events.map((e) => [
      `\`${e.type}\``,
      e.periodic ? `every ${d.cadenceMs / 60_000} min` : 'as it happens',
      Object.entries(e.fields)
        .map(([name, { label, unit }]) => `\`${name}\` ${label.en}${unit ? ` (${unit})` : ''}`)
        .join(' · '),
    ]),
  )
  return table(['type', 'when (default)', '`data`'], rows)
}

export function measuresBlock(declarations: Declaration[]): string {
  const rows = declarations.flatMap((d) =>
    d.measures.map((m) => [
      `\`${d.domain}.${m.per === 'asset' ? '<slug>' : m.name}\``,
      m.per === 'asset' ? `${m.kind} per asset` : m.kind,
      m.on.join(', '),
      `\`${definitionText(m)}\``,
      m.unit,
      String(m.decimals),
      m.freshForMs === undefined ? '–' : `${m.freshForMs / 60_000} min`,
    ]),
  )
  return table(['KPI', 'kind', 'events', 'definition', 'unit', 'decimals', 'fresh for'], rows)
}

function definitionText({ kind, used, of, value, counts }: Measure): string {
  switch (kind) {
    case 'share':
      return `assets where ${exprText(counts!)} / planned`
    case 'count':
    case 'level':
      return `Σ ${exprText(value ?? 1)}`
    default:
      return `Σ ${exprText(used!)} / Σ ${exprText(of!)}`
  }
}

const INFIX: Record<string, string> = {
  eq: '=',
  ne: '≠',
  lt: '<',
  le: '≤',
  gt: '>',
  ge: '≥',
  and: 'and',
  or: 'or',
  add: '+',
  sub: '−',
  mul: '×',
}

/** An expression as a person would write it. */
export function exprText(expr: Expr): string {
  if (typeof expr !== 'object') return JSON.stringify(expr)
  const [operator, operand] = Object.entries(expr)[0] as [string, Expr | Expr[] | string]
  if (operator === 'field') return operand as string
  if (operator === 'not') return `not ${exprText(operand as Expr)}`
  const texts = (operand as Expr[]).map(exprText)
  if (operator === 'if') return `(if ${texts[0]} then ${texts[1]} else ${texts[2]})`
  return `(${texts.join(` ${INFIX[operator]} `)})`
}

const SIZE = { u8: 1, u16: 2, u32: 4, f64: 8 }

export function layoutBlock(layout: LayoutField[]): string {
  let at: number | null = 0
  const rows = layout.map(({ name, type, length, padTo, text }) => {
    const where = at === null ? 'follows' : String(at)
    at = at === null || length !== 1 ? null : at + SIZE[type]
    const padding = padTo === undefined ? '' : `; then zero bytes up to a multiple of ${padTo}`
    return [where, `${type}${length === 1 ? '' : `[${length}]`}`, `\`${name}\``, text + padding]
  })
  return table(['byte', 'type', 'field', 'meaning'], rows)
}
