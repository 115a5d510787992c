// One type of event as a table: columns of its envelope and place, and one per field that its schema declares.
import { createShapeReader } from '../../../infra/text/checked-json.ts'
import type { Declaration, EventDeclaration } from '../../../producers/contract/declaration.ts'
import type { CityEvent } from '../../../producers/contract/records.ts'
import { eventSchema } from '../../../producers/contract/schemas.ts'
import { topicNames } from '../../../producers/contract/topics.ts'
import type { RecordedRecord } from '../../recording/line.ts'
import {
  type CellKind,
  type Column,
  dateCell,
  freeName,
  PLACE_COLUMNS,
  placeCells,
  snakeCase,
  type TableCell,
  timeCells,
  timeColumns,
} from './columns.ts'

/** As large as Kafka's own default for a record: what is larger is nobody's event. */
const LIMITS = { maxBytes: 1024 * 1024, maxDepth: 16 }
const NO_SHAPE = 'none'

const ENVELOPE: Column[] = [
  { name: 'id', kind: 'text' },
  { name: 'subject', kind: 'text' },
  ...timeColumns('time'),
  { name: 'date_gz', kind: 'date' },
  { name: 'seq', kind: 'integer' },
  { name: 'district', kind: 'text' },
  { name: 'cause', kind: 'text' },
  { name: 'run', kind: 'text' },
  ...PLACE_COLUMNS,
]
const RAW: Column = { name: 'raw', kind: 'json' }

export type EventField = { field: string; column: string; kind: CellKind }

/** `name`: the table's, e.g. `a_domain_status`. */
export type EventTable = {
  name: string
  topic: string
  domain: string
  event: EventDeclaration
  fields: EventField[]
  columns: Column[]
}

function eventTable(
  name: string,
  topic: string,
  domain: string,
  event: EventDeclaration,
  hasRaw: boolean,
): EventTable {
  const taken = new Set([...ENVELOPE, RAW].map((column) => column.name))
  const { properties = {} } = event.schema as unknown as { properties?: Record<string, unknown> }
  const fields = Object.entries(properties).map(([field, property]) => {
    const plain = snakeCase(field)
    const column = freeName(taken.has(plain) ? `data_${plain}` : plain, taken)
    return { field, column, kind: kindOf(property as JsonProperty) }
  })
  const data = fields.map(({ column, kind }) => ({ name: column, kind }))
  const columns = [...ENVELOPE, ...data, ...(hasRaw ? [RAW] : [])]
  return { name, topic, domain, event, fields, columns }
}

type JsonProperty = { type?: string; enum?: unknown[]; const?: unknown; anyOf?: JsonProperty[] }

function kindOf({ type, enum: values, const: literal, anyOf }: JsonProperty): CellKind {
  switch (type) {
    case 'string':
      return 'text'
    case 'number':
    case 'integer':
    case 'boolean':
      return type
  }
  const literals = values ?? (literal === undefined ? [] : [literal])
  const kinds = anyOf ? anyOf.map(kindOf) : literals.map((it) => KINDS[typeof it] ?? 'json')
  return kinds.length > 0 && new Set(kinds).size === 1 ? kinds[0] : 'json'
}

const KINDS: Partial<Record<string, CellKind>> = {
  string: 'text',
  number: 'number',
  boolean: 'boolean',
}

/** Says of a record which table's event it is, and its row; null where it is none that was declared. */
type EventRows = (record: RecordedRecord) => { table: EventTable; row: TableCell[] } | null

export type DescribedEvents = {
  tables: EventTable[]
  declarations: Record<string, Declaration>
  rowOf: EventRows
}

/** `taken` are names of other tables. */
export function describedEvents(
  declarations: Record<string, Declaration>,
  prefix: string,
  { hasRaw = false, taken = [] }: { hasRaw?: boolean; taken?: string[] } = {},
): DescribedEvents {
  const topics = topicNames(prefix)
  const names = new Set(taken)
  const tables = Object.entries(declarations).flatMap(([domain, { events }]) =>
    events.map((event) => {
      const name = freeName(snakeCase(`${domain}_${event.name}`), names)
      return eventTable(name, topics.domain(domain), domain, event, hasRaw)
    }),
  )
  return { tables, declarations, rowOf: eventRows(tables, declarations, hasRaw) }
}

function eventRows(
  tables: EventTable[],
  declarations: Record<string, Declaration>,
  hasRaw: boolean,
): EventRows {
  const byType = new Map(tables.map((table) => [table.event.type, table]))
  const shapes = tables.map((table) => [
    table.event.type,
    eventSchema(declarations[table.domain], table.event),
  ])
  const read = createShapeReader<CityEvent>(
    { ...Object.fromEntries(shapes), [NO_SHAPE]: { not: {} } },
    ({ type }) => (typeof type === 'string' && byType.has(type) ? type : NO_SHAPE),
    LIMITS,
  )
  return (record) => {
    if (record.key === null || record.value === null) return null
    const got = read(record.value)
    if (got.fault) return null
    const event = got.value
    const table = byType.get(event.type)!
    if (table.topic !== record.topic || record.key.toString() !== event.subject) return null
    const row = rowOf(table, event, record)
    if (row === null) return null
    if (hasRaw) row.push(record.value.toString())
    return { table, row }
  }
}

/** Null where a cell does not hold what its column has to. */
function rowOf({ fields }: EventTable, event: CityEvent, record: RecordedRecord) {
  const time = Date.parse(event.time)
  const { id, subject, seq, district, cause = null, source, data } = event
  const row: TableCell[] = [
    ...[id, subject, ...timeCells(time), dateCell(time)],
    ...[seq, district, cause, source.split('/')[2]],
    ...placeCells(record),
  ]
  for (const { field, kind } of fields) {
    const cell = cellOf(kind, data[field])
    if (cell === undefined) return null
    row.push(cell)
  }
  return row
}

function cellOf(kind: CellKind, value: unknown): TableCell | undefined {
  if (value === undefined) return null
  if (kind === 'json') return JSON.stringify(value)
  if (kind === 'integer' && !Number.isSafeInteger(value)) return undefined
  return value as TableCell
}
