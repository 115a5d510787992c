// The development server's way to a running city: what the page asks it for goes there, as if that server had brought the page.
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http'
import { createLogger, type Logger, type Plugin, type ProxyOptions } from 'vite'

/** Environment variable with the address of the city. */
const VARIABLE = 'HUACHENG_URL'
const DEFAULT_URL = 'http://127.0.0.1:8080'
const PATHS = ['/api', '/live', '/openapi.json']
const ANSWER_MS = 5_000
/** Names of this machine for itself: only under these is the development server the page's own. */
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]']

/** Where the city runs; throws for anything but an http address. */
export function cityUrl(variables: Record<string, string | undefined>): URL {
  const text = variables[VARIABLE] || DEFAULT_URL
  const url = URL.parse(text)
  if (url && /^https?:$/.test(url.protocol)) return url
  throw new Error(`${VARIABLE}: "${text}", expected an http address such as ${DEFAULT_URL}`)
}

/**
 * Hands requests on. The console compares Host and Origin with its own names: those of the development server on this
 * machine are replaced by the console's, all others stay, so that the console refuses them as it does without a proxy.
 */
export function cityProxy(city: URL): Record<string, ProxyOptions> {
  const asOwn = (onward: ClientRequest, { headers, socket }: IncomingMessage): void => {
    const own = LOOPBACK.map((name) => `${name}:${socket.localPort}`)
    const { host, origin } = headers
    if (host && own.includes(host)) onward.setHeader('host', city.host)
    if (origin && own.some((name) => origin === `http://${name}`)) {
      onward.setHeader('origin', city.origin)
    }
  }
  const options: ProxyOptions = {
    target: city.href.replace(/\/$/, ''),
    ws: true,
    configure(proxy) {
      proxy.on('proxyReq', asOwn)
      proxy.on('proxyReqWs', asOwn)
      // The page shows the sentence of an answer that is no success.
      proxy.on('error', (error, _request, response) => {
        if (!isResponse(response) || response.headersSent) return
        response.writeHead(502, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ message: noAnswer(city, error) }))
      })
    },
  }
  return Object.fromEntries(PATHS.map((path) => [path, options]))
}

/** Says at the start whether a city answers; without one the page waits, and is live as soon as there is one. */
export function cityCheck(city: URL): Plugin {
  return {
    name: 'huacheng-city-check',
    apply: 'serve',
    configureServer({ config: { logger }, httpServer }) {
      httpServer?.once('listening', () => {
        fetch(onCity(city, 'api/run'), { signal: AbortSignal.timeout(ANSWER_MS) }).then(
          ({ status }) => logger.info(`  city at ${city.href} (answers ${status})`),
          (error: Error) => logger.warnOnce(noAnswer(city, error)),
        )
      })
    },
  }
}

/** A page without a city tries again and again: that is said once, not with a stack for every try. */
export function patientLogger(city: URL, logger = createLogger()): Logger {
  const { error } = logger
  logger.error = (text, options) => {
    if (/proxy (socket )?error/.test(text) && options?.error) {
      logger.warnOnce(noAnswer(city, options.error as Error))
    } else error(text, options)
  }
  return logger
}

const onCity = (city: URL, path: string): URL => new URL(path, city.href.replace(/\/?$/, '/'))

const isResponse = (response: object): response is ServerResponse => 'writeHead' in response

function noAnswer(city: URL, error: Error): string {
  const { code } = (error.cause ?? error) as { code?: string }
  return (
    `${city.href}: no answer (${code ?? error.message}), expected a running city; ` +
    `start one with \`npm start\`, name another with ${VARIABLE}=http://<host>:<port>, ` +
    'or use the invented one of `npm run dev:mock`'
  )
}
