// Good manners on other people's clusters: say what will be created before creating it (design.md §10).
import type { TopicSpec } from '../infra/event-log.ts'
import { Problem } from '../infra/problem.ts'
import type { openKafka } from './on-kafka.ts'
import type { World } from './world.ts'

const LOCAL = /^(127\.\d+\.\d+\.\d+|localhost|\[::1\]|::1)(:\d+)?$/
/** Inside a compose network the broker is ours: the compose file says so. */
const OURS = 'HUACHENG_BROKER_IS_OURS'
/** Mean size of an event's record with key and overhead; measured with `huacheng events`. */
const RECORD_BYTES = 400
const EVENTS_PER_SIM_SECOND = 300

export async function askBeforeCreating(options: {
  kafka: ReturnType<typeof openKafka>
  specs: TopicSpec[]
  world: World
  yes: boolean
}): Promise<void> {
  const { kafka, specs, world, yes } = options
  const isLocal = kafka.connection.brokers.every((b) => LOCAL.test(b))
  if (isLocal || process.env[OURS] === 'true') return
  const { scenario } = world
  const cluster = await kafka.log.cluster()
  const partitions = specs.reduce((sum, s) => sum + s.partitions, 0)
  const bytesPerHour = EVENTS_PER_SIM_SECOND * scenario.scale * scenario.speed * RECORD_BYTES * 3600
  const text = `cluster ${cluster.id} at ${kafka.where} (${cluster.brokers.length} brokers)
${specs.map((s) => `  ${s.name.padEnd(28)} ${String(s.partitions).padStart(3)} partitions, ${s.cleanup}`).join('\n')}
  ${specs.length} topics, ${partitions} partitions × replication ${Math.min(3, cluster.brokers.length)}; about ${(bytesPerHour / 1e9).toFixed(1)} GB of events an hour at speed ${scenario.speed}, before retention`
  console.error(text)
  if (!yes) {
    throw new Problem(
      'this broker is not on this machine: look at the list above, then say --yes; `npx huacheng clean --prefix …` removes it all again',
    )
  }
}
