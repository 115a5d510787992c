// All state of one task, and how it becomes a checkpoint and comes back.
import {
  createTicks,
  firstTickState,
  type TickState,
  type Ticks,
} from '../producers/contract/ticks.ts'
import { createChain } from './chain.ts'
import { type Column, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts'
import { createLatest, type Latest } from './latest.ts'
import { createLayer, type LayerState } from './layer.ts'
import { createLedger, type LedgerBook, type LedgerState } from './ledger.ts'
import type { DomainPlan } from './plan.ts'
import { createSequences, type Sequences } from './sequences.ts'
import { createWindows, type Windows } from './windows.ts'

export type TaskState = {
  started: boolean
  /** Records of this run were gone before they could be read. */
  incomplete: boolean
  nextOffset: number
  sequences: Sequences
  windows: Windows
  /** One per table of the plan. */
  latest: Latest[]
  layer: LayerState
  ticks: Ticks
  ledger: LedgerBook
}

type Identity = { plan: DomainPlan; partition: number; epoch: number }

type Head = {
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

/** A task's state before its run's first record. */
export function emptyState(plan: DomainPlan, partition: number): TaskState {
  return build(plan, partition, {})
}

type Saved = {
  head?: Head
  columns?: Record<string, Column>
}

function build(plan: DomainPlan, partition: number, { head, columns }: Saved): TaskState {
  const numbers = plan.assets.numbers[partition]
  const scopes = Uint8Array.from(numbers, (n) => plan.catalogue.district[n])
  const group = (prefix: string) => (columns ? withPrefix(columns, prefix) : undefined)
  const sequences = group('sequences')
  const windows = createWindows(plan, group('windows'))
  const end = plan.start + (windows.next + 1) * plan.windowMs
  const chain = head && {
    digest: Buffer.from(head.chain, 'hex'),
    pending: head.pending ? (columns!.pending as Uint8Array) : null,
  }
  return {
    started: head?.started ?? false,
    incomplete: head?.incomplete ?? false,
    nextOffset: head?.nextOffset ?? 0,
    sequences: createSequences(numbers.length, sequences),
    windows,
    latest: plan.tables.map((table, t) =>
      createLatest({ table, scopes, end, saved: group(`latest${t}`) }),
    ),
    layer: createLayer(
      plan.layer,
      numbers,
      group('layer') as unknown as LayerState['columns'] | undefined,
    ),
    ticks: createTicks(plan, head?.ticks ?? firstTickState(plan)),
    ledger: createLedger(plan.start, head?.ledger, createChain(chain)),
  }
}

function withPrefix(columns: Record<string, Column>, prefix: string): Record<string, Float64Array> {
  const out: Record<string, Float64Array> = {}
  for (const [name, column] of Object.entries(columns)) {
    const [group, key] = name.split('.')
    if (group === prefix) out[key] = column as Float64Array
  }
  return out
}

/** What a checkpoint must agree in with the task that reads it. */
const claimsOf = ({ plan, partition, epoch }: Identity) => ({
  epoch,
  run: plan.run,
  domain: plan.domain,
  partition,
  partitions: plan.partitions,
  catalogue: plan.catalogue.hash,
})

/** Throws a Problem above 4 MiB. */
export function saveState(identity: Identity, state: TaskState): Buffer {
  const { plan, partition } = identity
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
  const columns: Record<string, Column> = { pending: pending ?? new Uint8Array(0) }
  const add = (prefix: string, group: Record<string, Column>) => {
    for (const [name, column] of Object.entries(group)) columns[`${prefix}.${name}`] = column
  }
  const { highest, time } = state.sequences
  add('sequences', { highest, time, gaps: state.sequences.gaps() })
  add('windows', state.windows.columns())
  state.latest.forEach((latest, t) => {
    add(`latest${t}`, latest.columns())
  })
  add('layer', state.layer.columns)
  return encodeCheckpoint(`${plan.domain}/${partition}`, { head, columns })
}

/** A text says why the bytes are not this task's state. */
export function loadState(identity: Identity, bytes: Buffer): TaskState | string {
  const checkpoint = decodeCheckpoint<Head>(bytes)
  if (typeof checkpoint === 'string') return checkpoint
  const { head } = checkpoint
  for (const [name, value] of Object.entries(claimsOf(identity))) {
    const got = head[name as keyof Head]
    if (got !== value) return `${name} ${got}, expected ${value}`
  }
  return build(identity.plan, identity.partition, checkpoint)
}
