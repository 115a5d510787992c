// What a checkpoint must hold to become a task's state again: anybody may have written it.
import { type Static, type TSchema, Type } from 'typebox'
import { Compile } from 'typebox/schema'
import { count, hash, orNull } from '../../producers/contract/schema-of.ts'
import { injectedSchema, ledgerSchema } from '../../producers/contract/schemas.ts'
import type { TickState } from '../../producers/contract/ticks.ts'
import { breakSchema, missingEventSchema } from '../contract/schemas.ts'
import type { DomainProgram } from '../program/program.ts'
import type { StateColumn, StateColumns } from './checkpoint.ts'
import type { LedgerState } from './ledger/ledger.ts'

export type Head = {
  epoch: number
  run: string
  domain: string
  partition: number
  partitions: number
  catalogue: string
  nextOffset: number
  /** ms of the last tick, null before it. */
  watermark: number | null
  started: boolean
  incomplete: boolean
  ledger: LedgerState
  ticks: TickState
  /** Digest at the last tick, hex; `pending` = the events' bytes since then are among the columns. */
  chain: string
  pending: boolean
}

const { folded, duplicate, late, deadLetter } = ledgerSchema.properties
const chain = hash('')
const tick = { time: Type.Number(), count: count(), injected: injectedSchema, chain }

const headSchema = Type.Object({
  epoch: count(),
  run: Type.String(),
  domain: Type.String(),
  partition: count(),
  partitions: count(),
  catalogue: Type.String(),
  nextOffset: count(),
  watermark: orNull(Type.Number()),
  started: Type.Boolean(),
  incomplete: Type.Boolean(),
  ledger: Type.Object({
    ...{ folded, duplicate, late, deadLetter },
    base: Type.Object({ count: count(), injected: injectedSchema }),
    atTick: Type.Object({ folded, late, count: count(), injected: injectedSchema }),
    watermark: orNull(Type.Number()),
    chain,
    chainEqual: Type.Boolean(),
    breaks: Type.Array(breakSchema, { maxItems: 20 }),
    found: Type.Array(missingEventSchema, { maxItems: 400 }),
  }),
  ticks: Type.Object({
    last: orNull(Type.Object(tick)),
    doubted: orNull(Type.Object({ ...tick, accepted: count() })),
  }),
  chain,
  pending: Type.Boolean(),
})

/** A head of another type than the one that is written does not compile. */
const typed = (head: Head): Static<typeof headSchema> => head

let check: { Check(value: unknown): boolean } | null = null

/** Why it is no head of ours, or null. */
export function headProblem(head: unknown): string | null {
  check ??= Compile(headSchema as TSchema)
  if (!check.Check(head)) return 'damaged: the head is not what a task writes'
  const { watermark, ledger, nextOffset } = typed(head as Head)
  const isOne = watermark === ledger.watermark && Number.isSafeInteger(nextOffset)
  return isOne ? null : 'damaged: the head contradicts itself'
}

/** By name, what kind of numbers a column has and how many. */
export type ColumnShapes = Record<string, { constructor: unknown; length: number }>

/** Columns whose length says how much there is: how many numbers make an entry. */
function strideOf(name: string, program: DomainProgram): number | null {
  if (name === 'pending') return 1
  if (name === 'sequences.gaps') return 3
  if (name === 'windows.open') return 1 + program.slots * program.scopes.length * 3
  const table = /^latest(\d+)\.later$/.exec(name)?.[1]
  return table === undefined ? null : 3 + 2 * program.tables[Number(table)].measures.length
}

/** Why the columns are not those of a task of this program, or null; `empty` = those of a task that has read nothing. */
export function columnsProblem(
  program: DomainProgram,
  columns: StateColumns,
  empty: ColumnShapes,
): string | null {
  const names = Object.keys(empty)
  const other = Object.keys(columns).find((name) => !names.includes(name))
  if (other !== undefined) return `column ${other}, expected ${names.join(', ')}`
  for (const name of names) {
    const column: StateColumn | undefined = columns[name]
    const stride = strideOf(name, program)
    const isSame = column?.constructor === empty[name].constructor
    const fits =
      stride === null ? column?.length === empty[name].length : column?.length % stride === 0
    if (!isSame || !fits) return `column ${name}`
    if (stride !== null && !entriesFit(name, column, stride, program, empty))
      return `column ${name}`
  }
  const last = Math.ceil((program.end - program.start) / program.windowMs)
  const [next, day] = columns['windows.position']
  const isPlace = Number.isInteger(next) && next >= 0 && next <= last && Number.isFinite(day)
  return isPlace ? null : `window ${next}, expected 0 to ${last}`
}

/** Each entry begins with a local asset, or with a window. */
function entriesFit(
  name: string,
  column: StateColumn,
  stride: number,
  program: DomainProgram,
  empty: ColumnShapes,
): boolean {
  if (name === 'pending') return true
  const isWindow = name === 'windows.open'
  const last = Math.ceil((program.end - program.start) / program.windowMs)
  const most = isWindow ? last : empty['sequences.highest'].length - 1
  for (let i = 0; i < column.length; i += stride) {
    if (!(Number.isInteger(column[i]) && column[i] >= 0 && column[i] <= most)) return false
    if (name === 'sequences.gaps' && !(column[i + 1] >= 1 && column[i + 1] <= column[i + 2])) {
      return false
    }
  }
  return true
}
