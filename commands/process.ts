// `huacheng process`: one processor on Kafka; start as many as wanted.
import { realClock } from '../infra/clock.ts'
import { runProcessor } from '../processor/run.ts'
import { KAFKA_OPTIONS, PROCESS_OPTIONS, runProgram, worldsOfDescriptors } from './on-kafka.ts'
import type { Command } from './options.ts'

export const processCommand: Command = {
  name: 'process',
  summary: 'run a processor on Kafka; any number of them share the work',
  about: `
Joins the consumer groups of the prefix, takes its share of the tasks (one per topic-partition), restores them from
their checkpoints and writes partials, readings, alerts and map frames. SIGTERM drains and checkpoints within 5 s.`,
  options: { ...KAFKA_OPTIONS, ...PROCESS_OPTIONS },
  examples: ['npx huacheng process --brokers 127.0.0.1:9092 --status-port 9101'],
  async run(values) {
    const worlds = worldsOfDescriptors()
    await runProgram('process', values, async ({ log, kafka, logger, metrics }) => {
      const shared = { log, clock: realClock, topics: kafka.topics, logger, metrics }
      const processor = await runProcessor({ ...shared, ...worlds })
      return {
        parts: [processor],
        reasons: () =>
          processor.stats().tasks === 0 ? ['no task is assigned to this process'] : [],
      }
    })
  },
}
