// Who takes part: producer and processor processes under supervisors that start them again, as a deployment would.
import type { EventLog } from '../../infra/event-log/event-log.ts'
import type { IgnoredRecords } from '../../infra/event-log/ignored-records.ts'
import { runProcessor } from '../../processor/run.ts'
import { topicNames } from '../../producers/contract/topics.ts'
import { startConductor } from '../../producers/run/conductor/conductor.ts'
import { startShard } from '../../producers/run/shard/shard.ts'
import { createChance } from './chance.ts'
import { city, lamp, type TinyCity } from './city.ts'
import { createProcess, type Process } from './process.ts'
import { createCoordinators } from './simulated-group.ts'
import { createClient } from './simulated-log.ts'
import type { World } from './world.ts'

export const topics = topicNames()
const LEAD_MS = 150
/** A process must be gone this long after SIGTERM (design.md §10). */
const SHUTDOWN_MS = 5_000

type Part = { done: Promise<unknown>; stop(): Promise<void> }
type Program = (process: Process, log: EventLog) => Promise<Part[]>

export type Role = {
  name: string
  kind: 'producer' | 'processor'
  /** The living process, null while it is down. */
  process: Process | null
  /** It lives, and its parts are not all there yet. */
  isStarting(): boolean
  start(): void
  /** SIGTERM: drains, checkpoints, leaves; the supervisor starts it again unless `forGood`. */
  terminate(forGood: boolean): void
  /** No further process is started. */
  retire(): void
}

export type Cast = ReturnType<typeof createCast>

/** `failed` hears of processes that died of something nobody did to them. */
export function createCast(world: World, tiny: TinyCity, failed: (text: string) => void) {
  const { scheduler, settings } = world
  const groups = createCoordinators(world)
  const luck = createChance(world.seed, 'supervisors')
  const roles: Role[] = []

  /** All records are honest: one that a reader ignores is a fault of the reader; checkpoints may rightly be discarded. */
  const ignoredBy = ({ name }: Process): IgnoredRecords => ({
    report({ topic, offset, reason, detail }) {
      if (topic === topics.checkpoint) return
      failed(`${name} ignored ${topic}/${offset}, ${reason}: ${detail}`)
    },
    list: () => [],
  })

  const producer = (shard: number): Program => {
    return async (process, log) => {
      const shared = { log, clock: process.clock, topics, ignored: ignoredBy(process) }
      const running = await startShard({
        ...shared,
        shard,
        shards: settings.shards,
        domains: [lamp],
        worldOf: () => tiny.world,
      })
      if (shard !== 0) return [running]
      let ids = 0
      const conductor = await startConductor({
        ...shared,
        descriptorOf: tiny.descriptorOf,
        domainOf: (target) => (target.startsWith('lamp-') ? 'lamp' : undefined),
        newId: () => `${process.name.replace('#', '-')}-${ids++}`,
        leadMs: LEAD_MS,
        onProblem: (text) => world.tell(process.name, text),
      })
      return [conductor, running]
    }
  }

  const processor: Program = async (process, log) => {
    const running = await runProcessor({
      log,
      clock: process.clock,
      topics,
      cityOf: () => city,
      catalogueOf: () => tiny.catalogue,
      ignored: ignoredBy(process),
      logger: {
        info: (text) => world.tell(process.name, text),
        warn: (text) => world.tell(process.name, text),
      },
    })
    return [running]
  }

  function supervise(name: string, kind: Role['kind'], program: Program): Role {
    let lives = 0
    let retired = false
    let parts: Part[] = []

    function again(): void {
      role.process = null
      if (retired) return
      scheduler.at(luck.between(50, 1500), () => role.start())
    }

    /** As the programs do: the parts are stopped one after the other, and not waited for for ever. */
    async function shutDown(process: Process, why: string): Promise<void> {
      world.tell(process.name, `stops: ${why}`)
      const late = scheduler.at(SHUTDOWN_MS, () => {
        if (process.dead) return
        // A frozen or refused process may be late; one that is well may not.
        const isWell = process.frozenUntil === 0 && process.deafUntil === 0 && !process.wasRefused
        if (isWell) failed(`${process.name} did not stop in ${SHUTDOWN_MS} ms`)
        process.kill('because it did not stop')
      })
      for (const part of parts) await part.stop().catch((error: Error) => died(process, error))
      late()
      if (process.dead) return
      world.met('stopped gracefully')
      process.dead = true
      again()
    }

    function died(process: Process, error: Error): void {
      if (process.dead || process.wasRefused) return
      failed(`${process.name} died: ${error.stack}`)
    }

    const role: Role = {
      name,
      kind,
      process: null,
      isStarting: () => role.process !== null && parts.length === 0,
      start() {
        if (role.process || retired || (kind === 'producer' && world.runEnded)) return
        const process = createProcess(world, `${name}#${++lives}`)
        role.process = process
        parts = []
        process.onKilled(again)
        world.tell(process.name, 'starts')
        world.startedAt.set(process.name, world.broker.history.length)
        const log = createClient(world, process, groups)
        program(process, log).then(
          (started) => {
            parts = started
            for (const part of started) {
              part.done.catch((error: Error) => {
                died(process, error)
                if (!process.dead) void shutDown(process, error.message)
              })
            }
          },
          (error: Error) => {
            died(process, error)
            process.kill('because it did not start')
          },
        )
      },
      terminate(forGood) {
        if (forGood) retired = true
        if (role.process && !role.process.dead) void shutDown(role.process, 'SIGTERM')
      },
      retire() {
        retired = true
      },
    }
    roles.push(role)
    return role
  }

  return {
    roles,
    groups,
    addProducer: (shard: number, isTwin = false) =>
      supervise(`${isTwin ? 'twin' : 'shard'}-${shard}`, 'producer', producer(shard)),
    addProcessor: (number: number) => supervise(`processor-${number}`, 'processor', processor),
  }
}
