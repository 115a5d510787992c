// A log for another thread of this process: what it asks goes through a message port to whoever holds the log.
import type { MessagePort } from 'node:worker_threads'
import type {
  Batch,
  EventLog,
  NewRecord,
  PartitionOffsets,
  Subscription,
  TailOptions,
} from './event-log.ts'

/** What can be asked for through a port. */
export type PortLog = Pick<EventLog, 'offsets' | 'tail' | 'append'>

type Question =
  | { call: 'offsets'; topic: string }
  | { call: 'append'; topic: string; partition: number; records: NewRecord[] }
  | { call: 'tail'; options: Pick<TailOptions, 'topic' | 'partitions' | 'from'> }
  | { call: 'close'; of: number }

type Answer = { value: unknown } | { error: string } | { batch: Batch } | { died: string }

/** Answers what comes through `port` from `log`, until the port is closed. */
export function serveLog(port: MessagePort, log: PortLog): void {
  const tails = new Map<number, Subscription>()
  const answer = (id: number, answer: Answer) => port.postMessage({ id, ...answer })

  async function done(id: number, asked: Question): Promise<unknown> {
    switch (asked.call) {
      case 'offsets':
        return log.offsets(asked.topic)
      case 'append':
        return log.append(asked.topic, asked.partition, asked.records.map(ownBytes))
      case 'tail': {
        const batch = (one: Batch) =>
          answer(id, { batch: { ...one, records: one.records.map(sent) } })
        const tail = await log.tail({ ...asked.options, batch })
        tail.done.catch((error: unknown) => answer(id, { died: textOf(error) }))
        tails.set(id, tail)
        return null
      }
      case 'close':
        await tails.get(asked.of)?.close()
        tails.delete(asked.of)
        return null
    }
  }

  port.on('message', ({ id, ...asked }: Question & { id: number }) => {
    done(id, asked as Question).then(
      (value) => answer(id, { value }),
      (error: unknown) => answer(id, { error: textOf(error) }),
    )
  })
  port.on('close', () => {
    for (const tail of tails.values()) void tail.close()
  })
}

/** The log behind `port`. */
export function logOverPort(port: MessagePort): PortLog {
  return new AskedLog(port)
}

type Asked = PromiseWithResolvers<unknown> & {
  tail?: { options: TailOptions; died: PromiseWithResolvers<void> }
}

class AskedLog implements PortLog {
  readonly #port: MessagePort
  readonly #asked = new Map<number, Asked>()
  #ids = 0

  constructor(port: MessagePort) {
    this.#port = port
    port.on('message', ({ id, ...answer }: Answer & { id: number }) =>
      this.#take(id, answer as Answer),
    )
  }

  async offsets(topic: string): Promise<PartitionOffsets[]> {
    return (await this.#ask({ call: 'offsets', topic })) as PartitionOffsets[]
  }

  async append(topic: string, partition: number, records: NewRecord[]): Promise<bigint> {
    const question: Question = { call: 'append', topic, partition, records: records.map(sent) }
    return (await this.#ask(question)) as bigint
  }

  async tail(options: TailOptions): Promise<Subscription> {
    const { topic, partitions, from } = options
    const died = Promise.withResolvers<void>()
    died.promise.catch(() => {}) // its owner listens later
    const of = this.#ids + 1
    await this.#ask({ call: 'tail', options: { topic, partitions, from } }, { options, died })
    return {
      done: died.promise,
      close: async () => {
        await this.#ask({ call: 'close', of })
        this.#asked.delete(of)
        died.resolve()
      },
    }
  }

  #ask(question: Question, tail?: Asked['tail']): Promise<unknown> {
    const asked: Asked = { ...Promise.withResolvers<unknown>(), tail }
    this.#asked.set(++this.#ids, asked)
    this.#port.postMessage({ id: this.#ids, ...question })
    return asked.promise
  }

  #take(id: number, answer: Answer): void {
    const asked = this.#asked.get(id)
    if (!asked) return
    if ('batch' in answer) this.#hand(asked, answer.batch)
    else if ('died' in answer) asked.tail?.died.reject(new Error(answer.died))
    else {
      if (!asked.tail) this.#asked.delete(id)
      if ('error' in answer) asked.reject(new Error(answer.error))
      else asked.resolve(answer.value)
    }
  }

  async #hand({ tail }: Asked, batch: Batch): Promise<void> {
    try {
      await tail?.options.batch({ ...batch, records: batch.records.map(ownBytes) })
    } catch (error) {
      tail?.died.reject(error)
    }
  }
}

/** A view would take the whole memory behind it along. */
const copied = (bytes: Buffer | null) => bytes && Uint8Array.from(bytes)

/** A record as it goes through a port; its headers are left out where it has none. */
function sent<R extends NewRecord>(record: R): R {
  const { key, value, headers } = record
  const copies = headers?.map(([name, bytes]) => [name, copied(bytes)])
  return { ...record, key: copied(key), value: copied(value), ...(copies && { headers: copies }) }
}

const owned = (bytes: Uint8Array | null) =>
  bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** What came through a port as plain bytes is a buffer again. */
function ownBytes<R extends NewRecord>(record: R): R {
  const { key, value, headers } = record
  const own = headers?.map(([name, bytes]): [string, Buffer | null] => [name, owned(bytes)])
  return { ...record, key: owned(key), value: owned(value), ...(own && { headers: own }) }
}

const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
