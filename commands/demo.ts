// `huacheng demo` (`npm start`): the whole city in one process on the in-memory log.

import { createConsoleServer } from '../console/server/server.ts'
import { realClock } from '../infra/clock.ts'
import { createLogger } from '../infra/logger.ts'
import { createMemoryLog } from '../infra/memory-log.ts'
import { createMetrics, meteredLog } from '../infra/metrics.ts'
import { Problem } from '../infra/problem.ts'
import { topicNames } from '../producers/contract/topics.ts'
import { arterials } from '../seeds/arterials.ts'
import { cityTopology } from '../seeds/city.ts'
import { listScenarios } from '../seeds/scenario.ts'
import { startOneProcess } from './one-process.ts'
import { type Command, numberOption, SCENARIO_OPTIONS, type Values } from './options.ts'
import { buildWebIfStale, WEB_ROOT } from './web-build.ts'
import { openWorld } from './world.ts'

async function startDemo(values: Values) {
  const logger = createLogger({ level: (values['log-level'] as string) ?? 'warn' })
  const metrics = createMetrics()
  const log = meteredLog(createMemoryLog({ clock: realClock }), metrics)
  const world = openWorld(values, { truth: values['no-truth'] !== true })
  const shared = { log, clock: realClock, topics: topicNames(), logger }
  const parts = await startOneProcess({ ...shared, world, metrics })
  metrics.watchTotal(
    'huacheng_horizon_stalls_total',
    'Beats at which the horizon waited for a shard or the processor',
    () => parts.conductor.stalls(),
  )
  const server = await createConsoleServer({
    ...shared,
    cityOf: () => world.city,
    catalogueOf: () => world.catalogue,
    topologyOf: cityTopology,
    roadsOf: arterials,
    scenarios: listScenarios,
    webRoot: WEB_ROOT,
    host: (values.host as string) ?? process.env.HOST ?? '127.0.0.1',
    port: numberOption({ port: process.env.PORT, ...values }, 'port', 0, 65_535, true) ?? 8080,
    token: (values.token as string) ?? process.env.TOKEN,
    metrics: metrics.registry,
  })
  const url = await server.listen()
  return {
    url,
    failed: parts.failed,
    async stop() {
      await parts.stop()
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
    speed: { type: 'string', value: 'x', text: 'sim seconds per wall second at the start, or max' },
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
