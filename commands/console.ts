// `huacheng console`: the page over a city on Kafka.
import { createConsoleServer } from '../console/server/server.ts'
import { realClock } from '../infra/clock.ts'
import { allOf } from '../infra/problem.ts'
import { printLine } from '../infra/program/standard-output.ts'
import { DEFAULT_PREFIX } from '../producers/contract/topics.ts'
import { roadGraph } from '../seeds/geography/arterials.ts'
import { cityTopology } from '../seeds/load/city.ts'
import { scenarioNames } from '../seeds/scenario/scenario.ts'
import { KPI_TOPIC_OPTION, kpiTopic } from './options/kpi-topic.ts'
import type { CliCommand } from './options/options.ts'
import { checkedPage, PAGE_OPTIONS } from './options/page-options.ts'
import { KAFKA_OPTIONS, worldsOfDescriptors } from './wiring/on-kafka.ts'
import { checkProgram, PROGRAM_OPTIONS, type Program, runProgram } from './wiring/program.ts'
import { recheckWith } from './wiring/recheck.ts'
import { buildWebIfStale, WEB_ROOT } from './wiring/web-build.ts'

export const consoleCommand: CliCommand = {
  name: 'console',
  about: `
Tails readings, map frames, alerts and the run, keeps one snapshot and serves page, REST and WebSocket. It reads only,
but for commands; any number of consoles may run. With --kpi-topic the readings are another engine's, the Flink SQL job's
for one: windows only, so that days and plan have no value. Map, alerts and account stay the processor's.`,
  options: { ...KAFKA_OPTIONS, ...KPI_TOPIC_OPTION, ...PAGE_OPTIONS, ...PROGRAM_OPTIONS },
  examples: [
    'npx huacheng console --brokers 127.0.0.1:9092 --port 8080',
    'npx huacheng console --brokers 127.0.0.1:9092 --kpi-topic city.kpi.flink',
  ],
  async run(values) {
    const { page, readings } = allOf('huacheng console', {
      page: () => checkedPage(values),
      readings: () => kpiTopic(values),
      program: () => checkProgram(values),
    })
    await buildWebIfStale()
    const worlds = worldsOfDescriptors()
    const start = async ({ log, kafka, logger, metrics, ignored, own }: Program) => {
      const server = await createConsoleServer({
        ...worlds,
        log,
        clock: realClock,
        topics: kafka.topics,
        kpiTopic: readings,
        topologyOf: cityTopology,
        roadsOf: roadGraph,
        scenariosOf: scenarioNames,
        webRoot: WEB_ROOT,
        ...page,
        logger,
        metrics: metrics.registry,
        ignored,
        extraHealth: () => kafka.log.health(),
        audit: {
          brokers: kafka.connection.brokers.join(','),
          prefix: (values.prefix as string) ?? DEFAULT_PREFIX,
          config: values['command-config'] as string | undefined,
          kpiTopic: readings,
        },
        recheck: recheckWith(),
      })
      // The server has no end of its own: it runs until it is stopped.
      own({ done: new Promise(() => {}), stop: () => server.close() })
      printLine(await server.listen())
      return {}
    }
    await runProgram('console', values, start, 'go-on')
  },
}
