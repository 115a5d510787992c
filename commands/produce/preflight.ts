// The preflight on other people's clusters: say what will be created, and how large it gets, before creating it (design.md §10).
import { hostname } from 'node:os'
import type { TopicSpec } from '../../infra/event-log/event-log.ts'
import type { KafkaLog } from '../../infra/kafka/kafka-log.ts'
import { mostBytes, replicationOf } from '../../infra/kafka/topics.ts'
import { Problem } from '../../infra/problem.ts'
import { HOUR_MS, MINUTE_MS } from '../../infra/time.ts'
import { UNPACED_SPEED } from '../../producers/contract/run/run-commands.ts'
import type { Topics } from '../../producers/contract/topics.ts'
import type { LogSettings } from '../options/log-settings.ts'
import { counted, sizeText } from '../output/sizes.ts'
import { openKernel, type World } from '../wiring/world.ts'

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\]|::1)(:\d+)?$/
/** Inside a compose network the broker is ours: the compose file says so. */
const OURS = 'HUACHENG_BROKER_IS_OURS'
/** What Kafka's framing adds to a record in a small batch. */
const RECORD_OVERHEAD = 32
/**
 * What readings, map frames and checkpoints add per second of wall time, however fast the city runs: they are bound to
 * 4 Hz and to one checkpoint per 2 s. Measured with the default scenario at speed 30, full scale: 0.74 and 0.45 MB/s.
 */
const OUTPUT_BYTES_PER_S = 0.75e6
const CHECKPOINT_BYTES_PER_S = 0.45e6

export type Preflight = {
  log: Pick<KafkaLog, 'cluster' | 'missing'>
  /** Bootstrap servers as asked for, and what may be shown of the connection. */
  brokers: string[]
  where: string
  topics: Topics
  settings: LogSettings
  specs: TopicSpec[]
  world: World
  yes: boolean
  env: Record<string, string | undefined>
  /** Gets the text, line by line. */
  say(text: string): void
}

/**
 * Says what would be created on a cluster that is not this machine's own; without `yes` it throws a Problem, and nothing
 * has been created. Silent where nothing is missing.
 */
export async function askBeforeCreating(options: Preflight): Promise<void> {
  const { log, brokers, specs, yes, env, say } = options
  const cluster = await log.cluster()
  if (isOurs([...brokers, ...cluster.brokers], env)) return
  const missing = new Set(await log.missing(specs.map((s) => s.name)))
  if (missing.size === 0) return
  say(creationPlan(options, cluster, missing))
  if (!yes) {
    throw new Problem(
      'nothing was created: these brokers are not on this machine; look at the list above, then say --yes ' +
        '(`npx huacheng clean --prefix …` removes it all again)',
    )
  }
}

/**
 * Whether all of them are on this machine, or said to be ours: bootstrap servers, and what the cluster says of its brokers. A
 * tunnel ends on this machine, but its brokers say where they really are.
 */
export function isOurs(brokers: string[], env: Preflight['env']): boolean {
  return env[OURS] === 'true' || brokers.every(isLocal)
}

export function isLocal(broker: string): boolean {
  return LOOPBACK.test(broker) || broker.replace(/:\d+$/, '') === hostname()
}

function creationPlan(
  { where, topics, settings, specs, world }: Preflight,
  cluster: { id: string; brokers: string[] },
  missing: Set<string>,
): string {
  const { retention } = settings
  const replication = replicationOf(settings.replication, cluster.brokers.length)
  const created = specs.filter((s) => missing.has(s.name))
  const there = specs.filter((s) => !missing.has(s.name))
  const most = (list: TopicSpec[]) => list.reduce((sum, s) => sum + mostBytes(s, retention), 0)
  const partitions = created.reduce((sum, s) => sum + s.partitions, 0)
  const width = Math.max(...created.map((s) => s.name.length))
  const lines = created.map(
    (s) =>
      `  ${s.name.padEnd(width)}  ${counted(s.partitions, 'partition').padStart(14)}  ${s.cleanup.padEnd(14)}  at most ${sizeText(most([s]))}`,
  )
  if (there.length > 0) {
    lines.push(`  there already, left as it is: ${there.map((s) => s.name).join(', ')}`)
  }
  const hours = retention.eventMs / HOUR_MS
  return `cluster ${cluster.id} at ${where} (${counted(cluster.brokers.length, 'broker')})
to be created:
${lines.join('\n')}
  consumer groups ${topics.taskGroup} and ${topics.mergeGroup}
${counted(created.length, 'topic')}, ${counted(partitions, 'partition')} × replication ${replication}
writes about ${traffic(world, settings, replication)}
keeps at most about ${sizeText(most(created) * replication)} on the brokers' disks (events: ${sizeText(retention.eventBytes)} and ${hours} h per topic-partition, then whole segments of ${sizeText(retention.segmentBytes)} go)`
}

function traffic(world: World, { compression }: LogSettings, replication: number): string {
  const { scenario } = world
  const { census, perSimHour } = estimateEvents(world)
  const packed = compression === 'none' ? 'uncompressed' : `before ${compression}`
  const copies = `${packed}, × replication ${replication}`
  const first = `${sizeText(census)} at the start`
  if (scenario.speed >= UNPACED_SPEED) {
    return `${first}, then ${sizeText(perSimHour)} of events an hour of sim time, as fast as it goes, ${copies}`
  }
  const outputs = (OUTPUT_BYTES_PER_S + CHECKPOINT_BYTES_PER_S * scenario.scale) * 3600
  return `${first}, then ${sizeText(perSimHour * scenario.speed)} of events and ${sizeText(outputs)} of readings and checkpoints an hour at speed ${scenario.speed}, ${copies}`
}

/** Bytes of the opening census, and of an hour of sim time by its first minute (or tick, where that is longer). */
export function estimateEvents(world: World): { census: number; perSimHour: number } {
  const { start, durationMs, tickMs } = world.scenario
  const kernel = openKernel(world, 0, 1)
  const untilAt = (to: number) => {
    kernel.advance(to, (time) => time)
    let bytes = 0
    for (const { records } of kernel.drain().lanes) {
      for (const { key, value } of records) {
        bytes += (key?.length ?? 0) + (value?.length ?? 0) + RECORD_OVERHEAD
      }
    }
    return bytes
  }
  const census = untilAt(start)
  const slice = Math.min(Math.max(MINUTE_MS, tickMs), durationMs)
  return { census, perSimHour: (untilAt(start + slice) * HOUR_MS) / slice }
}
