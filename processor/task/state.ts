// All state of one task, and how it becomes a checkpoint and comes back.
import { createTicks, firstTickState, type Ticks } from '../../producers/contract/ticks.ts'
import type { DomainProgram } from '../program/program.ts'
import {
  checkpointPosition,
  cutCheckpoint,
  decodeCheckpoint,
  type StateColumns,
} from './checkpoint.ts'
import { Deduplication } from './deduplication.ts'
import { LatestValues } from './latest-values.ts'
import { type LayerColumns, MapLayer } from './layer.ts'
import { RecomputedChain } from './ledger/chain.ts'
import { TaskLedger } from './ledger/ledger.ts'
import { type ColumnShapes, columnsProblem, type Head, headProblem } from './saved-state.ts'
import { Windows } from './windows.ts'

export type TaskState = {
  started: boolean
  /** Records of this run were gone before they could be read. */
  incomplete: boolean
  nextOffset: number
  deduplication: Deduplication
  windows: Windows
  /** One per table of the program. */
  latestValues: LatestValues[]
  layer: MapLayer
  ticks: Ticks
  ledger: TaskLedger
}

type Identity = { program: DomainProgram; partition: number; epoch: number }

/** A task's state before its run's first record. */
export function emptyState(program: DomainProgram, partition: number): TaskState {
  return build(program, partition, {})
}

type Given = { head?: Head; columns?: StateColumns }

function build(program: DomainProgram, partition: number, { head, columns }: Given): TaskState {
  const numbers = program.assets.numbers[partition]
  const scopes = scopesOf(program, partition)
  const group = (prefix: string) => (columns ? withPrefix(columns, prefix) : undefined)
  const windows = new Windows(program, group('windows'))
  const end = program.start + (windows.next + 1) * program.windowMs
  const chain = head && {
    digest: Buffer.from(head.chain, 'hex'),
    pending: head.pending ? (columns!.pending as Uint8Array) : null,
  }
  return {
    started: head?.started ?? false,
    incomplete: head?.incomplete ?? false,
    nextOffset: head?.nextOffset ?? 0,
    deduplication: new Deduplication(numbers.length, group('sequences')),
    windows,
    latestValues: program.tables.map(
      (table, t) => new LatestValues({ table, scopes, end, saved: group(`latest${t}`) }),
    ),
    layer: new MapLayer(
      program.layer,
      numbers,
      group('layer') as unknown as LayerColumns | undefined,
    ),
    ticks: createTicks(program, head?.ticks ?? firstTickState(program)),
    ledger: new TaskLedger(program.start, head?.ledger, new RecomputedChain(chain)),
  }
}

/** By number of the partition, what is the same for every state of it: who restores a city again and again makes it once. */
type Known = { scopes?: Uint8Array; shapes?: ColumnShapes }
const known = new WeakMap<DomainProgram, Known[]>()

function knownOf(program: DomainProgram, partition: number): Known {
  const partitions = known.get(program) ?? []
  known.set(program, partitions)
  partitions[partition] ??= {}
  return partitions[partition]
}

/** Scope number by local index. */
function scopesOf(program: DomainProgram, partition: number): Uint8Array {
  const it = knownOf(program, partition)
  const { district } = program.catalogue
  it.scopes ??= Uint8Array.from(program.assets.numbers[partition], (n) => district[n])
  return it.scopes
}

/** Of a task that has read nothing. */
function emptyShapes(program: DomainProgram, partition: number): ColumnShapes {
  const it = knownOf(program, partition)
  it.shapes ??= Object.fromEntries(
    Object.entries(columnsOf(emptyState(program, partition))).map(([name, column]) => {
      return [name, { constructor: column.constructor, length: column.length }]
    }),
  )
  return it.shapes
}

function withPrefix(columns: StateColumns, prefix: string): Record<string, Float64Array> {
  const out: Record<string, Float64Array> = {}
  for (const [name, column] of Object.entries(columns)) {
    const [group, key] = name.split('.')
    if (group === prefix) out[key] = column as Float64Array
  }
  return out
}

/** What a checkpoint must agree in with the task that reads it. */
const claimsOf = ({ program, partition, epoch }: Identity) => ({
  epoch,
  run: program.run,
  domain: program.domain,
  partition,
  partitions: program.partitions,
  catalogue: program.catalogue.hash,
})

const CLAIMS = ['epoch', 'run', 'domain', 'partition', 'partitions', 'catalogue'] as const

/** The names are those that checkpoints of this STATE_VERSION hold, whatever the classes are called. */
function columnsOf(state: TaskState): StateColumns {
  const columns: StateColumns = { pending: new Uint8Array(0) }
  const add = (prefix: string, group: StateColumns) => {
    for (const [name, column] of Object.entries(group)) columns[`${prefix}.${name}`] = column
  }
  const { highest, time } = state.deduplication
  add('sequences', { highest, time, gaps: state.deduplication.gaps() })
  add('windows', state.windows.columns())
  state.latestValues.forEach((values, t) => {
    add(`latest${t}`, values.columns())
  })
  add('layer', state.layer.columns)
  return columns
}

/** The state as it is now; packing it throws a Problem above 4 MiB. */
export function cutState(identity: Identity, state: TaskState): () => Buffer {
  const { program, partition } = identity
  const { digest, pending } = state.ledger.chain.save()
  const head: Head = {
    ...claimsOf(identity),
    nextOffset: state.nextOffset,
    watermark: state.ledger.state.watermark,
    started: state.started,
    incomplete: state.incomplete,
    ledger: state.ledger.state,
    ticks: state.ticks.state,
    chain: digest.toString('hex'),
    pending: pending !== null,
  }
  const columns = { ...columnsOf(state), pending: pending ?? new Uint8Array(0) }
  return cutCheckpoint(`${program.domain}/${partition}`, { head, columns })
}

type Saved = { epoch: number; nextOffset: number; state: TaskState | null }

/** The task's state; null = that of an earlier run. A text says why the bytes are of no use to this task. */
export function loadState(identity: Identity, bytes: Buffer): Saved | string {
  const { program, partition } = identity
  const checkpoint = decodeCheckpoint(bytes)
  if (typeof checkpoint === 'string') return checkpoint
  const wrong = headProblem(checkpoint.head)
  if (wrong !== null) return wrong
  const head = checkpoint.head as Head
  const { epoch, nextOffset } = head
  const place = checkpointPosition(bytes)
  if (typeof place === 'string') return place
  if (place.epoch !== epoch || place.nextOffset !== nextOffset) return 'damaged: two positions'
  const claims = claimsOf(identity)
  const isEarlier = epoch < identity.epoch
  for (const name of isEarlier ? (['domain', 'partition'] as const) : CLAIMS) {
    if (head[name] !== claims[name]) return `${name} ${head[name]}, expected ${claims[name]}`
  }
  if (isEarlier) return { epoch, nextOffset, state: null }
  const { columns } = checkpoint
  const misfit = columnsProblem(program, columns, emptyShapes(program, partition))
  if (misfit !== null) return `damaged: ${misfit}`
  return { epoch, nextOffset, state: build(program, partition, { head, columns }) }
}
