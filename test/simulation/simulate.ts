// One seed: cast, accidents, calm, the end; then every invariant is looked at.
import { topicSpecs } from '../../producers/contract/topics.ts'
import { planAccidents } from './accidents.ts'
import { type Cast, createCast, topics } from './cast.ts'
import { checkProducers } from './check-producers.ts'
import { checkReadings } from './check-readings.ts'
import { checkTasks } from './check-tasks.ts'
import { createCity, DURATION_MS, PARTITIONS } from './city.ts'
import { createOperator } from './operator.ts'
import { SESSION_MS } from './process.ts'
import { createReferee } from './referee.ts'
import { undisturbedRuns } from './runs.ts'
import type { Rare } from './sometimes.ts'
import { watchRarities } from './watch.ts'
import { createWorld, type World, type WorldOptions } from './world.ts'

export type Verdict = {
  seed: number
  /** What does not hold; empty = the seed passed. */
  violations: string[]
  counts: Record<Rare, number>
  hash: string
  /** Virtual ms and scheduler's events. */
  virtualMs: number
  steps: number
}

/** Time for the run to end after the last accident. */
const PATIENCE_MS = 60_000
/** What was on its way when the last process ended. */
const LAST_WORDS_MS = 200
const LOOK_MS = 100
/** Problems of one seed are usually one problem. */
const MAX_VIOLATIONS = 5

export async function simulate(options: WorldOptions): Promise<Verdict> {
  const world = createWorld(options)
  const { seed, scheduler, settings } = world
  const violations: string[] = []
  const report = (text: string) => {
    world.tell('referee', text)
    if (violations.length < MAX_VIOLATIONS && !violations.includes(text)) violations.push(text)
  }
  const stopListening = listenForRejections(report)
  const tiny = createCity(settings, seed)
  world.broker.create(topicSpecs(topics, ['lamp'], PARTITIONS))
  const cast = createCast(world, tiny, report)
  watchRarities(world, cast)
  const operator = createOperator(world, tiny)
  for (let shard = 0; shard < settings.shards; shard++) cast.addProducer(shard)
  for (let i = 0; i < settings.processors; i++) cast.addProcessor(i)
  for (const role of cast.roles) scheduler.at(world.network.between(0, 600), role.start)

  const calmAt = (1.2 * DURATION_MS) / settings.speed
  planAccidents({ world, cast, operator, calmAt })
  scheduler.at(calmAt, () => {
    for (const { process } of cast.roles) if (process) process.trap = null
    // Whoever comes back from the dead now has time to notice.
    const hasZombies =
      settings.troubles.includes('freezes') || settings.troubles.includes('deafness')
    scheduler.at(hasZombies ? 3 * SESSION_MS : 0, () => {
      world.calm = true
    })
  })
  // A producer that is just starting may yet begin another run.
  const isQuiet = () =>
    world.calm && !cast.roles.some((r) => r.kind === 'producer' && r.isStarting())
  // When the run is over, whoever is left may have left the conducting to one that is gone.
  const unanswered = () => (world.runEnded ? [] : operator.unanswered())
  const referee = createReferee(world, tiny, unanswered)
  referee.watch(isQuiet, scheduler.stop)
  const ended = await scheduler.run(calmAt + PATIENCE_MS)
  if (ended !== 'stopped') report(`no progress, ${ended}: ${referee.missing()}`)
  else {
    await leave(world, cast, referee)
    // Only a run that came to its end is judged: everything else follows from the first violation.
    const runs = undisturbedRuns(world.broker, tiny)
    checkProducers(world, runs, report)
    checkTasks(world, tiny, runs, report)
    checkReadings(world, tiny, runs, report)
  }
  stopListening()
  return {
    seed,
    violations,
    counts: world.counts,
    hash: world.hash(),
    virtualMs: scheduler.now(),
    steps: scheduler.steps(),
  }
}

/** Upstream first, as a deployment would: what the producers wrote last is still accounted for. */
async function leave(
  { scheduler }: World,
  { roles }: Cast,
  referee: ReturnType<typeof createReferee>,
): Promise<void> {
  for (const kind of ['producer', 'processor'] as const) {
    const leaving = roles.filter((role) => role.kind === kind)
    for (const role of leaving) role.terminate(true)
    const look = () => {
      const isOver = leaving.every((role) => !role.process) && referee.missing() === null
      if (isOver) scheduler.at(LAST_WORDS_MS, scheduler.stop)
      else scheduler.at(LOOK_MS, look)
    }
    look()
    await scheduler.run(scheduler.now() + PATIENCE_MS)
  }
}

/** A rejection that nobody handles ends a real process. */
function listenForRejections(report: (text: string) => void): () => void {
  const listener = (error: unknown) =>
    report(`unhandled rejection: ${(error as Error)?.stack ?? String(error)}`)
  process.on('unhandledRejection', listener)
  return () => process.off('unhandledRejection', listener)
}
