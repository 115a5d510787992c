// What goes wrong, and when: drawn from the seed before the run begins, until the time when calm is asked for.
import { checkpointPosition } from '../../processor/task/checkpoint.ts'
import type { Tick } from '../../producers/contract/records.ts'
import type { Stored } from './broker.ts'
import { type Cast, type Role, topics } from './cast.ts'
import { createChance } from './chance.ts'
import { PARTITIONS } from './city.ts'
import type { createOperator } from './operator.ts'
import { KPIS } from './oracle.ts'
import { type Point, SESSION_MS } from './process.ts'
import type { Trouble } from './settings.ts'
import type { World } from './world.ts'

const LAMP = topics.domain('lamp')
const COMPACTED = [topics.run, topics.partial, topics.kpi, topics.truth, topics.checkpoint]

/** Places worth dying at; null = any topic. */
const PRODUCER_TRAPS: [Point, string | null][] = [
  ['append', LAMP],
  ['written', LAMP],
  ['acknowledged', LAMP],
  ['append', topics.truth],
  ['acknowledged', topics.truth],
  ['append', topics.run],
  ['written', topics.run],
  ['asked', LAMP],
  ['read', LAMP],
  ['read', topics.run],
  ['acknowledged', null],
]
const PROCESSOR_TRAPS: [Point, string | null][] = [
  ['append', topics.checkpoint],
  ['written', topics.checkpoint],
  ['acknowledged', topics.checkpoint],
  ['append', topics.partial],
  ['acknowledged', topics.partial],
  ['append', topics.kpi],
  ['written', topics.kpi],
  ['asked', topics.checkpoint],
  ['read', topics.checkpoint],
  ['asked', LAMP],
  ['read', topics.truth],
  ['read', topics.partial],
  ['handled', LAMP],
  ['acknowledged', null],
]
/** The conductor pauses the city when it slept longer than this (producers/run/conductor/conductor.ts). */
const LONG_SLEEP_MS = 5_200

type Context = {
  world: World
  cast: Cast
  operator: ReturnType<typeof createOperator>
  /** Virtual ms at which the last accident has happened. */
  calmAt: number
}

export function planAccidents(context: Context): void {
  const { world, cast, operator, calmAt } = context
  const { scheduler, settings, broker } = world
  const luck = createChance(world.seed, 'accidents')

  const living = (kind?: Role['kind']) =>
    cast.roles.filter((r) => r.process && !r.process.dead && (!kind || r.kind === kind))

  /** Somebody alive of this kind, if there is anybody. */
  function victim(kind?: Role['kind']): Role | undefined {
    const candidates = living(kind)
    return candidates.length > 0 ? luck.pick(candidates) : undefined
  }

  function die(kind: Role['kind'], traps: [Point, string | null][]): void {
    const process = victim(kind)?.process
    if (!process) return
    if (luck.of(0.15)) {
      process.kill('just so')
      return
    }
    const [point, topic] = luck.pick(traps)
    process.trap = { point, topic, after: 1 + Math.floor(luck.exponential(6)) }
  }

  function freeze(): void {
    const process = victim()?.process
    if (!process) return
    const ms = luck.of(0.1) ? LONG_SLEEP_MS : luck.between(50, 3 * SESSION_MS)
    world.tell(process.name, `is frozen for ${ms.toFixed(0)} ms`)
    process.frozenUntil = Math.min(scheduler.now() + ms, calmAt)
  }

  function deafen(): void {
    const process = victim('processor')?.process
    if (!process) return
    const ms = luck.between(SESSION_MS, 4 * SESSION_MS)
    world.tell(process.name, `is deaf for ${ms.toFixed(0)} ms`)
    process.deafUntil = Math.min(scheduler.now() + ms, calmAt)
  }

  function moreProcessors(): void {
    const role = cast.addProcessor(cast.roles.length)
    role.start()
    scheduler.at(luck.between(200, 4000), () => {
      if (luck.of(0.5)) role.terminate(true)
      else {
        role.retire()
        role.process?.kill('for good')
      }
    })
  }

  function twin(): void {
    if (world.runEnded) return
    const shard = luck.below(settings.shards)
    const role = cast.addProducer(shard, true)
    const original = cast.roles.find((r) => r.name === `shard-${shard}`)!
    role.start()
    world.met('two processes on one shard')
    if (luck.of(0.3)) return // both live on
    scheduler.at(luck.between(200, 4000), () => {
      if (world.runEnded) return
      const [gone, left] = luck.of(0.5) ? [role, original] : [original, role]
      if (luck.of(0.5)) gone.terminate(true)
      else {
        gone.retire()
        gone.process?.kill('for good')
      }
      // Whoever is left may have left the conducting to the other: it is started again, as an operator would.
      if (left.process) left.terminate(false)
      else left.start()
    })
  }

  function compact(): void {
    world.met('compacted records', broker.compact(luck.pick(COMPACTED), luck.below(12)))
  }

  /** Retention takes what the newest checkpoints cover and what final readings came from, a moment later. */
  function retain(): void {
    const bounds = [...Array(PARTITIONS).keys()].map((p) => keptFrom(world, p))
    const partials = finalUpTo(world)
    scheduler.at(SESSION_MS / 2, () => {
      bounds.forEach((offset, p) => {
        const shelf = broker.shelf(LAMP, p)
        if (offset > shelf.start) world.met('retention behind the checkpoints')
        broker.trim(shelf, offset)
      })
      broker.trim(broker.shelf(topics.partial, 0), partials)
    })
  }

  function trimInput(): void {
    const shelf = broker.shelf(LAMP, luck.below(PARTITIONS))
    world.tell('broker', `trims ${LAMP}/${shelf.partition} to ${shelf.end}`)
    world.met('input trimmed under a reader')
    world.trimmed.add(shelf.partition)
    broker.trim(shelf, shelf.end)
  }

  const happens: Record<Trouble, { most: number; what: () => void }> = {
    'producers die': { most: 5, what: () => die('producer', PRODUCER_TRAPS) },
    'processors die': { most: 6, what: () => die('processor', PROCESSOR_TRAPS) },
    freezes: { most: 3, what: freeze },
    deafness: { most: 2, what: deafen },
    'rolling restarts': { most: 4, what: () => victim()?.terminate(false) },
    'more processors': { most: 3, what: moreProcessors },
    'twin producers': { most: 1, what: twin },
    commands: { most: 5, what: () => operator.anything() },
    compaction: { most: 12, what: compact },
    'checkpoints forgotten': {
      most: 2,
      what: () => {
        world.met('checkpoints forgotten')
        broker.recreate(topics.checkpoint)
      },
    },
    retention: { most: 8, what: retain },
    'input trimmed': { most: 2, what: trimInput },
    'new run': { most: 1, what: () => operator.restart() },
  }

  for (const trouble of settings.troubles) {
    const { most, what } = happens[trouble]
    const times = 1 + luck.below(most)
    for (let i = 0; i < times; i++) scheduler.at(luck.between(0, calmAt), what)
  }
}

/** Next input offset of the task's newest checkpoint. */
function covered({ broker }: World, partition: number): number {
  let offset = 0
  for (const { value } of broker.shelf(topics.checkpoint, partition).records) {
    const position = checkpointPosition(value!)
    if (typeof position !== 'string') offset = Math.max(offset, position.nextOffset)
  }
  return offset
}

/** What the checkpoint covers may go; the two newest ticks stay for the shard's resume. */
function keptFrom(world: World, partition: number): number {
  const { records } = world.broker.shelf(LAMP, partition)
  const ticks = records.filter((r) => r.key === null)
  return Math.min(covered(world, partition), Number(ticks.at(-2)?.offset ?? 0))
}

/** Windows whose partials stay in any case: real retention keeps hours. */
const KEPT_WINDOWS = 3

/** Offset in `kpi-partial` of the first final partial that no reading has, or that a restored task may write again. */
function finalUpTo(world: World): number {
  const { broker } = world
  const part = (r: Stored, at: number) => String(r.key).split('|')[at]
  const written = broker.shelf(topics.kpi, 0).records
  // The window's last reading: all are written in one go, but a process may die in the middle.
  const done = new Set(
    written.flatMap((r) => (part(r, 1) === KPIS.at(-1) ? `${part(r, 0)}|${part(r, 2)}` : [])),
  )
  const closed = [...Array(PARTITIONS).keys()].map((p) => {
    const end = covered(world, p)
    const { records } = broker.shelf(LAMP, p)
    const tick = records.findLast((r) => r.key === null && Number(r.offset) < end)
    return tick ? (JSON.parse(tick.value!.toString()) as Tick).time : ''
  })
  const { records, end } = broker.shelf(topics.partial, 0)
  const starts = new Set(records.flatMap((r) => part(r, 3) ?? []))
  const newest = new Set([...starts].sort().slice(-KEPT_WINDOWS))
  const isNeeded = (r: Stored) => {
    if (part(r, 3) === undefined) return false
    if (newest.has(part(r, 3))) return true
    const isOld = closed.every((time) => part(r, 3) < time)
    return !isOld || !done.has(`${part(r, 0)}|${part(r, 3)}`)
  }
  const first = records.find(isNeeded)
  return first ? Number(first.offset) : end
}
