// Where a load goes: topics on Kafka, or in the log in memory.
import { fineClock } from '../../infra/clock.ts'
import type { EventLog, TopicSpec } from '../../infra/event-log/event-log.ts'
import { createKafkaAdmin } from '../../infra/kafka/admin.ts'
import { createMemoryLog } from '../../infra/memory/memory-log.ts'
import {
  DEFAULT_PREFIX,
  type Topics,
  topicNames,
  topicSpecs,
} from '../../producers/contract/topics.ts'
import { environment } from '../options/environment.ts'
import type { OptionValues } from '../options/options.ts'
import { askBeforeCreating } from '../produce/preflight.ts'
import { openKafka } from '../wiring/on-kafka.ts'
import type { World } from '../wiring/world.ts'
import { withPrefix } from './load-options.ts'

export type LoadTarget = {
  log: EventLog
  topics: Topics
  where: string
  /** Of the brokers; null where nobody says. */
  version: string | null
  compression: string
  close(): Promise<void>
}

/** `isForeign`: no city lives there, so only its events' topics are created. */
export async function openTarget(
  values: OptionValues,
  world: World,
  isForeign: boolean,
): Promise<LoadTarget> {
  const { scenario } = world
  if (values.memory === true) {
    const topics = topicNames(DEFAULT_PREFIX)
    const log = createMemoryLog({ clock: fineClock })
    await log.ensureTopics(topicSpecs(topics, scenario.domains, scenario.partitions))
    const close = () => log.close()
    return { log, topics, where: 'the log in memory', version: null, compression: 'none', close }
  }
  const kafka = openKafka(withPrefix(values))
  const { log, topics, where, connection, settings } = kafka
  try {
    const all = topicSpecs(topics, scenario.domains, scenario.partitions)
    const ours = scenario.domains.map(topics.domain)
    const specs: TopicSpec[] = isForeign ? all.filter(({ name }) => ours.includes(name)) : all
    await askBeforeCreating({
      ...{ log, brokers: connection.brokers, where, topics, settings, specs, world },
      yes: values.yes === true,
      env: environment(),
      say: (text) => console.error(text),
    })
    await log.ensureTopics(specs)
    const admin = createKafkaAdmin({ connection })
    const { version } = await admin.cluster().finally(() => admin.close())
    const { compression } = settings
    return { log, topics, where, version, compression, close: () => log.close() }
  } catch (error) {
    await log.close()
    throw error
  }
}
