// The event log as one simulated process sees it: the port of infra/event-log/event-log.ts with delays, retries and sudden death.
import type {
  EventLog,
  NewRecord,
  Subscription,
  TailOptions,
} from '../../infra/event-log/event-log.ts'
import type { Shelf } from './broker.ts'
import { never, type Process } from './process.ts'
import type { Coordinators } from './simulated-group.ts'
import { createReader } from './simulated-reader.ts'
import type { World } from './world.ts'

/** The client has no acknowledgement for so long: it sends the same bytes again. */
const RETRY_MS = 40

type Job = {
  records: NewRecord[]
  resolve(first: bigint): void
  reject(error: Error): void
}

type Lane = {
  topic: string
  partition: number
  jobs: Job[]
  busy: boolean
  /** Records of the job at hand, and how many of them are written. */
  size: number
  written: number
}

export function createClient(world: World, process: Process, groups: Coordinators): EventLog {
  const { broker, scheduler, settings, network } = world
  const lanes = new Map<string, Lane>()

  process.onKilled(() => {
    for (const { written, size } of lanes.values()) {
      if (written > 0 && written < size) world.met('death in the middle of an append')
    }
  })

  /** One answer from the broker; the request reaches it even when the process dies meanwhile. */
  function ask<T>(topic: string, answer: () => T): Promise<T> {
    if (process.dies('asked', topic)) return never()
    return new Promise((resolve) => {
      scheduler.at(world.delay(), () => {
        const value = answer()
        scheduler.at(world.delay(), () => resolve(value), process)
      })
    })
  }

  /** Sends the jobs of a topic-partition one request after the other: never two on their way. */
  async function send(lane: Lane): Promise<void> {
    lane.busy = true
    const { topic, partition } = lane
    while (lane.jobs.length > 0) {
      const { records, resolve, reject } = lane.jobs.shift()!
      let first = -1
      let refused = false
      lane.size = records.length
      lane.written = 0
      for (let i = 0; i < records.length && !refused; i += settings.requestRecords) {
        const part = records.slice(i, i + settings.requestRecords)
        const offset = await request(topic, partition, part)
        if (first < 0) first = offset
        refused = offset < 0
        lane.written += part.length
      }
      if (refused) reject(new Error(`append to ${topic}/${partition}: given up by the client`))
      else resolve(BigInt(first))
    }
    lane.busy = false
  }

  /** Resolves with the offset, or -1 when the client gave up; never when the process died. */
  function request(topic: string, partition: number, records: NewRecord[]): Promise<number> {
    if (process.dies('append', topic)) return never()
    return new Promise((resolve) => {
      const write = (isRetry: boolean): number =>
        broker.write(topic, partition, records, { writer: process.name, isRetry })
      scheduler.at(world.delay(), () => {
        // A request of a dead process may be lost, or be on its way already.
        if (process.dead && network.of(0.5)) return
        if (network.of(settings.refused) && !process.dead && !world.calm) {
          process.wasRefused = true
          world.met('append given up')
          if (network.of(0.5)) write(false)
          scheduler.at(RETRY_MS, () => resolve(-1), process)
          return
        }
        const first = write(false)
        if (world.markers.of(settings.marked)) {
          world.met('marker of a transaction')
          broker.mark(topic, partition)
        }
        if (process.dead) {
          world.met('request of a dead process written')
          return
        }
        if (process.dies('written', topic)) {
          world.met('death between write and acknowledgement')
          return
        }
        const acknowledge = (offset: number) => () => {
          if (process.dies('acknowledged', topic)) return
          resolve(offset)
        }
        if (!network.of(settings.retried)) {
          scheduler.at(world.delay(), acknowledge(first), process)
          return
        }
        // The acknowledgement is lost: the client, if it still lives, sends the same bytes again, and hears of those.
        const again = () => {
          scheduler.at(world.delay(), () => {
            const second = write(true)
            scheduler.at(world.delay(), acknowledge(second), process)
          })
        }
        scheduler.at(RETRY_MS, again, process)
      })
    })
  }

  function append(topic: string, partition: number, records: NewRecord[]): Promise<bigint> {
    if (process.dead) return never()
    broker.shelf(topic, partition)
    const key = `${topic}/${partition}`
    let lane = lanes.get(key)
    if (!lane) {
      lane = { topic, partition, jobs: [], busy: false, size: 0, written: 0 }
      lanes.set(key, lane)
    }
    return new Promise((resolve, reject) => {
      lane.jobs.push({ records, resolve, reject })
      if (!lane.busy) void send(lane)
    })
  }

  async function tail(options: TailOptions): Promise<Subscription> {
    const { topic, from } = options
    const shelves = broker
      .shelves(topic)
      .filter((s) => options.partitions?.includes(s.partition) ?? true)
    const positions = await ask(topic, () => shelves.map((shelf) => startOf(shelf, from)))
    const reader = createReader(world, process)
    const cursors = shelves.map((shelf, i) => reader.open(shelf, positions[i]))
    let closing = false
    const isOver = () => closing
    const outOfRange = (shelf: Shelf) => {
      world.met('tail overtaken by retention')
      options.outOfRange?.(shelf.partition, BigInt(shelf.start))
    }

    async function run(): Promise<void> {
      try {
        for (;;) {
          const batch = await reader.next(isOver, outOfRange)
          if (!batch) return
          await options.batch(batch.input)
          batch.handled()
        }
      } finally {
        for (const cursor of cursors) reader.close(cursor)
      }
    }

    const done = run()
    done.catch(() => {}) // whoever owns the subscription looks at `done`; it need not be at once
    return {
      done,
      async close() {
        closing = true
        reader.wake()
        await done.catch(() => {})
      },
    }
  }

  return {
    async ensureTopics(specs) {
      await ask('', () => broker.create(specs))
    },
    append,
    tail,
    group: (options) => groups.join(process, options),
    offsets: (topic) =>
      ask(topic, () =>
        broker.shelves(topic).map(({ partition, start, end }) => ({
          partition,
          earliest: BigInt(start),
          latest: BigInt(end),
        })),
      ),
    lag: async () => [],
    close: async () => {},
  }
}

function startOf(shelf: Shelf, from: TailOptions['from']): number {
  if (from === 'earliest') return shelf.start
  if (from === 'latest') return shelf.end
  if ('offset' in from) return Number(from.offset)
  const found = shelf.records.find((r) => r.live && r.timestamp >= from.timestamp)
  return found ? Math.max(Number(found.offset), shelf.start) : shelf.end
}
