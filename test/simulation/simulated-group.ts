// Consumer groups of the simulated log: eager rebalances with heartbeats and session time-outs, and members that miss them.
import type { GroupOptions, Subscription, TopicPartition } from '../../infra/event-log/event-log.ts'
import type { Shelf } from './broker.ts'
import { never, type Process, SESSION_MS } from './process.ts'
import { createReader } from './simulated-reader.ts'
import type { World } from './world.ts'

const HEARTBEAT_MS = 200
const REBALANCE_MS = 1500
/** The coordinator waits a little for others before it deals. */
const GATHERING_MS = 20

type Member = {
  id: string
  process: Process
  topics: string[]
  heardAt: number
  /** Set while it waits for its assignment. */
  answer: ((assignment: Assignment) => void) | null
}

type Assignment = { generation: number; mine: TopicPartition[] }
type Verdict = 'stay' | 'rejoin'

export type Coordinators = ReturnType<typeof createCoordinators>

export function createCoordinators(world: World) {
  const groups = new Map<string, ReturnType<typeof createCoordinator>>()
  let joins = 0
  return {
    async join(process: Process, options: GroupOptions): Promise<Subscription> {
      const { group } = options
      if (process.dies('asked', group)) return never()
      if (!groups.has(group)) groups.set(group, createCoordinator(world, group))
      return startMember(world, process, `${process.name}/${joins++}`, options, groups.get(group)!)
    },
    /** Process that owns a topic-partition in a group as the coordinator sees it. */
    ownerOf: (group: string, { topic, partition }: TopicPartition) =>
      groups.get(group)?.owners.get(`${topic}/${partition}`),
  }
}

function createCoordinator(world: World, group: string) {
  const { scheduler, broker, network } = world
  const members = new Map<string, Member>()
  const owners = new Map<string, Process>()
  let generation = 0
  let rebalancing = false
  let cancelDeadline = () => {}

  function rebalance(): void {
    if (!rebalancing) {
      rebalancing = true
      for (const { process } of members.values()) {
        if (process.doing.has('batch')) world.met('rebalance in the middle of a batch')
        if (process.doing.has('restore')) world.met('rebalance during a restore')
      }
      cancelDeadline = scheduler.at(REBALANCE_MS, deal)
    }
    scheduler.at(GATHERING_MS, () => {
      if (rebalancing && [...members.values()].every((m) => m.answer)) deal()
    })
  }

  /** Deals the topic-partitions out; who has not come back is out. */
  function deal(): void {
    cancelDeadline()
    rebalancing = false
    for (const [id, m] of members) if (!m.answer) members.delete(id)
    generation++
    const before = new Map(owners)
    owners.clear()
    const shares = new Map<Member, TopicPartition[]>()
    const turn = network.shuffled([...members.values()])
    for (const member of turn) shares.set(member, [])
    const topics = [...new Set(turn.flatMap((m) => m.topics))].sort()
    let next = 0
    for (const { topic, partition } of topics.flatMap((t) => broker.shelves(t))) {
      const eligible = turn.filter((m) => m.topics.includes(topic))
      const member = eligible[next++ % eligible.length]
      shares.get(member)!.push({ topic, partition })
      const name = `${topic}/${partition}`
      owners.set(name, member.process)
      const previous = before.get(name) ?? member.process
      if (previous !== member.process && topic.endsWith('kpi-partial')) {
        world.met('merge given to another process')
      }
    }
    for (const [member, mine] of shares) {
      const { answer } = member
      member.answer = null
      member.heardAt = scheduler.now()
      world.tell(member.id, `gets ${mine.length} of ${group}, generation ${generation}`)
      answer!({ generation, mine })
    }
  }

  function expire(): void {
    const oldest = scheduler.now() - SESSION_MS
    for (const [id, m] of members) {
      if (m.answer && !m.process.dead) continue
      if (m.heardAt >= oldest) continue
      members.delete(id)
      world.tell(id, `is thrown out of ${group}`)
      world.met(m.process.dead ? 'dead member thrown out' : 'living member thrown out')
      rebalance()
    }
    scheduler.at(SESSION_MS / 5, expire)
  }

  expire()
  return {
    owners,
    join(member: Member): void {
      member.heardAt = scheduler.now()
      members.set(member.id, member)
      rebalance()
    },
    heartbeat(id: string, since: number): Verdict {
      const member = members.get(id)
      if (!member || since !== generation) return 'rejoin'
      member.heardAt = scheduler.now()
      return rebalancing ? 'rejoin' : 'stay'
    },
    leave(id: string): void {
      if (members.delete(id)) rebalance()
    },
  }
}

type Coordinator = ReturnType<typeof createCoordinator>

function startMember(
  world: World,
  process: Process,
  id: string,
  { topics, handler }: GroupOptions,
  coordinator: Coordinator,
): Subscription {
  const { scheduler, broker } = world
  const reader = createReader(world, process)
  let closing = false
  let fenced = false
  let generation = -1
  let abandon = () => {}
  const isOver = () => closing || fenced

  /** One way to the coordinator; lost while the process is deaf. */
  function tellCoordinator(message: () => void): void {
    scheduler.at(world.delay(), () => {
      if (process.deafUntil <= scheduler.now() && !process.dead) message()
    })
  }

  function join(): Promise<Assignment> {
    return new Promise((resolve) => {
      let answered = false
      abandon = () => resolve({ generation: -1, mine: [] })
      const member: Member = {
        id,
        process,
        topics,
        heardAt: 0,
        answer: (assignment) => {
          scheduler.at(
            world.delay(),
            () => {
              answered = true
              resolve(assignment)
            },
            process,
          )
        },
      }
      const ask = () => {
        if (answered || closing) return
        tellCoordinator(() => {
          if (!answered) coordinator.join({ ...member })
        })
        // Asked again when the answer does not come: the request, or the membership, was lost.
        scheduler.at(2 * REBALANCE_MS, ask, process)
      }
      ask()
    })
  }

  function beat(of: number): void {
    if (generation !== of || isOver()) return
    tellCoordinator(() => {
      const verdict = coordinator.heartbeat(id, of)
      if (verdict === 'stay') return
      const fence = () => {
        if (generation !== of) return
        fenced = true
        reader.wake()
      }
      scheduler.at(world.delay(), fence, process)
    })
    scheduler.at(HEARTBEAT_MS, () => beat(of), process)
  }

  async function during<T>(what: string, call: Promise<T>): Promise<T> {
    process.doing.add(what)
    try {
      return await call
    } finally {
      process.doing.delete(what)
    }
  }

  /** Restores, seeks, reads until the generation is over, gives up: one generation. */
  async function serve(mine: TopicPartition[]): Promise<void> {
    const starts = await during('restore', handler.assigned(mine))
    const cursors = starts.map(({ topic, partition, offset }) => {
      if (typeof offset === 'bigint') world.met('restore from a checkpoint')
      else if (!topic.endsWith('kpi-partial')) world.met('restore without a checkpoint')
      const shelf = broker.shelf(topic, partition)
      return reader.open(shelf, positionIn(shelf, offset))
    })
    try {
      for (;;) {
        const batch = await reader.next(isOver, () => world.met('group overtaken by retention'))
        if (!batch) break
        await during('batch', handler.batch(batch.input))
        batch.handled()
        if (process.dies('handled', batch.input.topic)) return never()
      }
    } finally {
      for (const cursor of cursors) reader.close(cursor)
    }
  }

  async function run(): Promise<void> {
    while (!closing) {
      fenced = false
      const assignment = await join()
      if (closing) break
      generation = assignment.generation
      beat(generation)
      const { mine } = assignment
      if (mine.length > 0) await serve(mine)
      else while (!isOver()) await reader.next(isOver, () => {})
      if (mine.length > 0) await during('revoke', handler.revoked(mine))
      generation = -1
    }
    // It is sent before the process ends.
    scheduler.at(world.delay(), () => coordinator.leave(id))
  }

  const done = Promise.resolve().then(run)
  done.catch(() => {}) // whoever owns the subscription looks at `done`; it need not be at once
  return {
    done,
    async close() {
      closing = true
      abandon()
      reader.wake()
      await done.catch(() => {})
    },
  }
}

/** As with Kafka's reset policy: an offset outside means the earliest record. */
function positionIn(shelf: Shelf, offset: bigint | 'earliest' | 'latest'): number {
  if (offset === 'earliest') return shelf.start
  if (offset === 'latest') return shelf.end
  const position = Number(offset)
  return position < shelf.start || position > shelf.end ? shelf.start : position
}
