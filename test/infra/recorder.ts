// Handlers that write down what a log did to them, for the contract suite and the memory log's own tests.
import { expect } from 'vitest'
import type {
  Batch,
  GroupHandler,
  LogRecord,
  NewRecord,
  StartOffset,
  TopicPartition,
} from '../../infra/event-log/event-log.ts'

/** Turns of the event loop in which anything that is ready gets to run. */
export async function turns(count = 20): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve))
}

/** Conditions that are looked at again whenever something was noted: no polling, no sleeping. */
export function createSignal() {
  const waiting: { condition: () => boolean; resolve: () => void }[] = []
  return {
    notify(): void {
      for (const entry of [...waiting]) {
        if (!entry.condition()) continue
        waiting.splice(waiting.indexOf(entry), 1)
        entry.resolve()
      }
    },
    until(condition: () => boolean): Promise<void> {
      if (condition()) return Promise.resolve()
      return new Promise((resolve) => waiting.push({ condition, resolve }))
    },
  }
}

/** What a tail saw, in order. */
export function createTailNotes() {
  const signal = createSignal()
  const notes = {
    batches: [] as Batch[],
    records: [] as LogRecord[],
    overtaken: [] as { partition: number; earliest: bigint }[],
    until: signal.until,
    batch(batch: Batch): void {
      notes.batches.push(batch)
      notes.records.push(...batch.records)
      signal.notify()
    },
    outOfRange(partition: number, earliest: bigint): void {
      notes.overtaken.push({ partition, earliest })
      signal.notify()
    },
    values: () => notes.records.map((r) => String(r.value)),
    async seen(count: number): Promise<void> {
      await signal.until(() => notes.records.length >= count)
    },
  }
  return notes
}

export type MemberOptions = {
  start?: (p: TopicPartition) => StartOffset['offset']
  /** Runs inside the handler call, before it returns. */
  onBatch?: (batch: Batch) => Promise<void> | void
  onRevoked?: (partitions: TopicPartition[]) => Promise<void> | void
}

/** A group handler that notes its calls and fails the test when they overlap or break the order of ownership. */
export function createMember(options: MemberOptions = {}) {
  const signal = createSignal()
  const owned = new Set<string>()
  let running: string | null = null

  async function alone<T>(call: string, body: () => Promise<T>): Promise<T> {
    expect(running, `${call} while another handler call runs`).toBeNull()
    running = call
    try {
      await new Promise((resolve) => setImmediate(resolve)) // an overlap would show here
      return await body()
    } finally {
      running = null
      signal.notify()
    }
  }

  const member = {
    calls: [] as string[],
    batches: [] as Batch[],
    values: () => member.batches.flatMap((b) => b.records.map((r) => String(r.value))),
    owned,
    until: signal.until,
    async seen(count: number): Promise<void> {
      await signal.until(() => member.batches.reduce((n, b) => n + b.records.length, 0) >= count)
    },
    handler: {
      assigned: (partitions) =>
        alone('assigned', async () => {
          member.calls.push(`assigned ${partitions.map(name).sort().join(' ')}`)
          for (const p of partitions) {
            expect(owned, 'assigned twice').not.toContain(name(p))
            owned.add(name(p))
          }
          const offset = options.start ?? (() => 'earliest' as const)
          return partitions.map((p) => ({ ...p, offset: offset(p) }))
        }),
      batch: (batch) =>
        alone('batch', async () => {
          expect(owned, 'batch of a topic-partition that is not owned').toContain(name(batch))
          member.calls.push(`batch ${name(batch)}`)
          await options.onBatch?.(batch)
          member.batches.push(batch)
        }),
      revoked: (partitions) =>
        alone('revoked', async () => {
          member.calls.push(`revoked ${partitions.map(name).sort().join(' ')}`)
          await options.onRevoked?.(partitions)
          for (const p of partitions) {
            expect(owned, 'revoked without being owned').toContain(name(p))
            owned.delete(name(p))
          }
        }),
    } satisfies GroupHandler,
  }
  return member
}

export function name({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`
}

/** Records with values `<label>-0`, `<label>-1`, ... */
export function records(label: string, count: number, timestamp = 1_750_000_000_000): NewRecord[] {
  return Array.from({ length: count }, (_, i) => ({
    key: Buffer.from(`key-${i}`),
    value: Buffer.from(`${label}-${i}`),
    timestamp: timestamp + i,
  }))
}
