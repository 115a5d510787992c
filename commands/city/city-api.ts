// How a command asks a city: over a running console's address, or over the brokers with a console of its own that serves no page.
import { createConsoleServer } from '../../console/server/server.ts'
import { realClock } from '../../infra/clock.ts'
import { createLogger } from '../../infra/logger.ts'
import { createMetrics } from '../../infra/metrics.ts'
import { Problem, problemText } from '../../infra/problem.ts'
import { EXIT_FAILED } from '../../infra/program/exit-codes.ts'
import { roadGraph } from '../../seeds/geography/arterials.ts'
import { cityTopology } from '../../seeds/load/city.ts'
import { scenarioNames } from '../../seeds/scenario/scenario.ts'
import { environment } from '../options/environment.ts'
import type { OptionHelp, OptionValues } from '../options/options.ts'
import { isRecorded } from '../recordings/recorded-run.ts'
import { KAFKA_OPTIONS, kafkaOptions, openKafka, worldsOfDescriptors } from '../wiring/on-kafka.ts'
import { WEB_ROOT } from '../wiring/web-build.ts'

export const DEFAULT_URL = 'http://127.0.0.1:8080'
const ANSWER_LIMIT_MS = 20_000

export const CITY_OPTIONS: Record<string, OptionHelp> = {
  url: {
    type: 'string',
    value: 'address',
    text: 'of a running console or demo',
    default: DEFAULT_URL,
  },
  token: { type: 'string', value: 'secret', text: 'its token, where it has one (or TOKEN)' },
  ...KAFKA_OPTIONS,
  brokers: {
    type: 'string',
    value: 'h:p,h:p',
    text: 'ask the topics themselves, without a console',
  },
}

type CityAnswer = { status: number; body: unknown }

export interface CityApi {
  /** A JSON body asks with POST. Throws a Problem when nobody answers. */
  ask(path: string, body?: object): Promise<CityAnswer>
  close(): Promise<void>
}

/** Looks at where the options say that the city is, and asks nobody; throws a Problem when that is no address. */
export function checkCity(values: OptionValues): void {
  if (!isRecorded(values)) cityUrl(values)
  else if (values.url === undefined) kafkaOptions(values)
  else throw new Problem('--url: given with --brokers, expected one of them')
}

/** The city that the options name. */
export async function openCity(values: OptionValues): Promise<CityApi> {
  checkCity(values)
  return isRecorded(values) ? overKafka(values) : overHttp(cityUrl(values), tokenOf(values))
}

/** Without the last `/`. */
function cityUrl(values: OptionValues): string {
  const text = (values.url as string) ?? DEFAULT_URL
  const url = URL.parse(text)
  if (url && /^https?:$/.test(url.protocol)) return text.replace(/\/+$/, '')
  throw new Problem(problemText('--url', `"${text}"`, `an http address such as ${DEFAULT_URL}`))
}

const tokenOf = (values: OptionValues) => (values.token as string) ?? environment().TOKEN

function overHttp(url: string, token: string | undefined): CityApi {
  return {
    async ask(path, body) {
      const headers = {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(body ? { 'content-type': 'application/json' } : {}),
      }
      const signal = AbortSignal.timeout(ANSWER_LIMIT_MS)
      const request = body ? { method: 'POST', body: JSON.stringify(body) } : {}
      try {
        const response = await fetch(url + path, { ...request, headers, signal })
        return { status: response.status, body: await response.json() }
      } catch (error) {
        const { message, cause } = error as Error
        const got = (cause as Error | undefined)?.message || message
        const todo =
          'start `npm start` or `npx huacheng console`, or name it with --url or --brokers'
        throw new Problem(problemText(url, got, 'the answer of a console', todo), EXIT_FAILED)
      }
    },
    async close() {},
  }
}

async function overKafka(values: OptionValues): Promise<CityApi> {
  const logger = createLogger({ level: 'error' })
  const kafka = openKafka(values, logger)
  try {
    const missing = await kafka.log.missing([kafka.topics.run])
    if (missing.length > 0) {
      const where = `${missing.join(', ')} at ${kafka.where}`
      throw new Problem(
        problemText(where, 'no such topic', 'that of a city; see --prefix'),
        EXIT_FAILED,
      )
    }
    const server = await createConsoleServer({
      ...worldsOfDescriptors(),
      log: kafka.log,
      clock: realClock,
      topics: kafka.topics,
      topologyOf: cityTopology,
      roadsOf: roadGraph,
      scenariosOf: scenarioNames,
      webRoot: WEB_ROOT,
      logger,
      metrics: createMetrics().registry,
    })
    return {
      async ask(path, body) {
        const how = body ? { method: 'POST' as const, payload: body } : { method: 'GET' as const }
        const response = await server.app.inject({
          ...how,
          url: path,
          headers: { host: '127.0.0.1' },
        })
        return { status: response.statusCode, body: response.json() }
      },
      async close() {
        await server.close()
        await kafka.log.close()
      },
    }
  } catch (error) {
    await kafka.log.close()
    throw error
  }
}
