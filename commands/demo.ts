// `huacheng demo` (`npm start`): the whole city in one process on the in-memory log.

import { createConsoleServer } from '../console/server/server.ts'
import { realClock } from '../infra/clock.ts'
import { createLogger } from '../infra/logger.ts'
import { createMemoryLog } from '../infra/memory-log.ts'
import { createMetrics, meteredLog } from '../infra/metrics.ts'
import { Problem } from '../infra/problem.ts'
import { runProcessor } from '../processor/run.ts'
import { startConductor } from '../producers/conductor.ts'
import { topicNames, topicSpecs } from '../producers/contract/topics.ts'
import { domains } from '../producers/domains.ts'
import { startShard } from '../producers/shard.ts'
import { arterials } from '../seeds/arterials.ts'
import { cityTopology } from '../seeds/city.ts'
import { listScenarios } from '../seeds/scenario.ts'
import { type Command, numberOption, SCENARIO_OPTIONS, type Values } from './options.ts'
import { restartOf } from './restart.ts'
import { buildWebIfStale, WEB_ROOT } from './web-build.ts'
import { openWorld } from './world.ts'

const LEAD_MS = 250

async function startDemo(values: Values) {
  const logger = createLogger({ level: (values['log-level'] as string) ?? 'warn' })
  const metrics = createMetrics()
  const log = meteredLog(createMemoryLog({ clock: realClock }), metrics)
  const world = openWorld(values, { truth: values['no-truth'] !== true })
  const { city, catalogue, scenario } = world
  const topics = topicNames()
  await log.ensureTopics(topicSpecs(topics, scenario.domains, scenario.partitions))
  const shared = { log, clock: realClock, topics }
  const cityOf = () => city
  const catalogueOf = () => catalogue

  const server = await createConsoleServer({
    ...shared,
    cityOf,
    catalogueOf,
    topologyOf: cityTopology,
    roadsOf: arterials,
    scenarios: listScenarios,
    webRoot: WEB_ROOT,
    host: (values.host as string) ?? process.env.HOST ?? '127.0.0.1',
    port: numberOption(values, 'port', 0, 65_535, true) ?? Number(process.env.PORT ?? 8080),
    token: (values.token as string) ?? process.env.TOKEN,
    logger,
    metrics: metrics.registry,
  })
  const processor = await runProcessor({ ...shared, cityOf, catalogueOf, logger, metrics })
  const shard = await startShard({
    ...shared,
    shard: 0,
    shards: 1,
    domains,
    worldOf: () => world,
  })
  const conductor = await startConductor({
    ...shared,
    descriptorOf: (restart) => restartOf(world.descriptor, restart),
    domainOf(target) {
      const number = catalogue.numberOf(target)
      return number < 0 ? undefined : catalogue.domains[catalogue.domain[number]]
    },
    leadMs: LEAD_MS,
    processed: () => processor.watermark(),
    onProblem: (text) => logger.warn(text),
  })
  metrics.watchTotal(
    'huacheng_horizon_stalls_total',
    'Beats at which the horizon waited for a shard or the processor',
    () => conductor.stalls(),
  )
  const url = await server.listen()
  return {
    url,
    failed: Promise.race([processor.done, shard.done, conductor.done]),
    /** Upstream first, so that nothing is left half-way. */
    async stop() {
      await conductor.stop()
      await shard.stop()
      await processor.stop()
      await server.close()
      await log.close()
    },
  }
}

function banner(url: string): string {
  const line = '═'.repeat(url.length + 8)
  return `
  ╔${line}╗
  ║    ${url}    ║
  ╚${line}╝
  花城 Huacheng · 模拟数据 SIMULATED DATA · Ctrl-C stops
`
}

export const demo: Command = {
  name: 'demo',
  summary: 'show the moving city in one process (what `npm start` runs)',
  about: `
Producers, processor and console in one process on the in-memory log: the same code that runs on Kafka, nothing else
installed. Builds the web page when it is stale and prints its address; a taken port is replaced by the next free one.`,
  options: {
    ...SCENARIO_OPTIONS,
    speed: { type: 'string', value: 'x', text: 'sim seconds per wall second at the start' },
    port: {
      type: 'string',
      value: 'n',
      text: 'port of the page (or PORT); 0 = any',
      default: '8080',
    },
    host: {
      type: 'string',
      value: 'address',
      text: 'address to listen on (or HOST); other than loopback needs a token',
      default: '127.0.0.1',
    },
    token: { type: 'string', value: 'secret', text: 'token that browsers must present (or TOKEN)' },
    'no-truth': { type: 'boolean', text: 'leave the truth stream out' },
    'log-level': {
      type: 'string',
      value: 'level',
      text: 'debug, info, warn or error',
      default: 'warn',
    },
  },
  examples: [
    'npm start',
    'npx huacheng demo --speed 60 --port 9000',
    'npx huacheng demo --scale 0.1',
  ],
  async run(values) {
    if (values.json)
      throw new Problem('--json: demo prints no data; use `npx huacheng kpis --json`')
    await buildWebIfStale()
    const city = await startDemo(values)
    console.log(banner(city.url))
    const signal = new Promise<void>((resolve) => {
      process.once('SIGINT', resolve)
      process.once('SIGTERM', resolve)
    })
    await Promise.race([signal, city.failed])
    await city.stop()
  },
}
