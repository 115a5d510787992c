// `huacheng process`: one processor on Kafka; start as many as wanted.
import { hostname } from 'node:os'
import { realClock } from '../infra/clock.ts'
import { collectByGrowth } from '../infra/program/collections.ts'
import { runProcessor } from '../processor/run.ts'
import { topicSpecs } from '../producers/contract/topics.ts'
import { COMPRESSION_OPTION, SESSION_OPTION } from './options/log-settings.ts'
import type { CliCommand } from './options/options.ts'
import { KAFKA_OPTIONS, worldsOfDescriptors } from './wiring/on-kafka.ts'
import { PROGRAM_OPTIONS, runProgram, topicsExist } from './wiring/program.ts'

/** A backlog comes as 10 MB a fetch beside 60 MB that stay: by half, all of them were gone through every second. */
const HEAP_GROWTH_PERCENT = 100

export const processCommand: CliCommand = {
  name: 'process',
  about: `
Joins the consumer groups of the prefix, takes its share of the tasks (one per topic-partition), restores them from
their checkpoints and writes partials, readings, alerts and map frames. SIGTERM drains and checkpoints within 5 s.`,
  options: {
    ...KAFKA_OPTIONS,
    ...SESSION_OPTION,
    ...COMPRESSION_OPTION,
    ...PROGRAM_OPTIONS,
  },
  examples: ['npx huacheng process --brokers 127.0.0.1:9092 --status-port 9101'],
  async run(values) {
    collectByGrowth(HEAP_GROWTH_PERCENT)
    const worlds = worldsOfDescriptors(true)
    await runProgram('process', values, async (program) => {
      const { log, kafka, logger, metrics, ignored } = program
      if (
        !(await topicsExist(
          program,
          topicSpecs(kafka.topics, [], 1).map((s) => s.name),
        ))
      ) {
        return null
      }
      const shared = { log, clock: realClock, topics: kafka.topics, logger, metrics, ignored }
      const owner = `${hostname()}/${process.pid}`
      const processor = await runProcessor({ ...shared, ...worlds, owner })
      program.own(processor)
      return {
        reasons: () =>
          processor.stats().tasks === 0 ? ['no task is assigned to this process'] : [],
      }
    })
  },
}
