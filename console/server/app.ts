// The Fastify application: headers, limits, errors and the routes; it does not listen (server.ts does, tests inject).
import helmet from '@fastify/helmet'
import swagger from '@fastify/swagger'
import Fastify, { type FastifyInstance, type FastifyRequest, LogController } from 'fastify'
import { installBody } from './body.ts'
import { installCompression } from './compression.ts'
import type { AppContext } from './context.ts'
import { answerError, httpError, installErrors } from './errors.ts'
import { isLoopback } from './own-names.ts'
import { withoutBase } from './proxy.ts'
import { installRequestLimits } from './request-limits.ts'
import { alertRoutes } from './routes/alerts/alerts.ts'
import { itemRoutes } from './routes/alerts/items.ts'
import { assetRoutes } from './routes/assets.ts'
import { cityRoutes } from './routes/city.ts'
import { commandRoutes } from './routes/commands.ts'
import { demoRoutes } from './routes/demo.ts'
import { engineRoutes } from './routes/engine.ts'
import { collectRoutes } from './routes/known-routes.ts'
import { kpiRoutes } from './routes/kpis.ts'
import { openDataRoutes } from './routes/open-data.ts'
import { openingRoutes } from './routes/opening.ts'
import { operationRoutes } from './routes/operations.ts'
import { pageRoutes } from './routes/page.ts'
import { recordingRoutes } from './routes/recordings/recordings.ts'
import { runRoutes } from './routes/run.ts'
import { CONTENT_SECURITY_POLICY } from './security.ts'

const BODY_LIMIT = 16 * 1024
const REQUEST_TIMEOUT_MS = 10_000
const CONNECTION_TIMEOUT_MS = 30_000

const API_ROUTES = [
  runRoutes,
  alertRoutes,
  openingRoutes,
  kpiRoutes,
  cityRoutes,
  assetRoutes,
  itemRoutes,
  commandRoutes,
  openDataRoutes,
  engineRoutes,
  demoRoutes,
  recordingRoutes,
]

type Hook = (request: FastifyRequest) => Promise<void>

export async function buildApp(context: AppContext): Promise<FastifyInstance> {
  const { options } = context
  const { basePath = '' } = options
  const app = Fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    forceCloseConnections: true,
    trustProxy: context.trust,
    frameworkErrors: answerError,
    rewriteUrl: ({ url = '/' }) => withoutBase(url, basePath),
  })
  const known = collectRoutes(app, options.webRoot)
  installErrors(app, known.missing)
  installBody(app, BODY_LIMIT)
  // Schemas describe the answers in /openapi.json; answers are written as they are.
  app.setSerializerCompiler(() => (value) => JSON.stringify(value))

  app.addHook('onRequest', admission(context, false))
  // Before a body is read: whoever asks for nothing that exists hears it at once.
  app.addHook('onRequest', async (request) => {
    if (request.is404) throw known.missing(request)
  })
  const exact: Hook = async (request) => known.refuseUnknownQuery(request)
  await installHeaders(app)
  await installDescription(app, context.version, basePath)
  await app.register(
    async (api) => {
      api.addHook('onRequest', admission(context, true))
      api.addHook('onRequest', exact)
      installCompression(api)
      await installRequestLimits(api, context.limits, context.metrics)
      for (const routes of API_ROUTES) routes(api, context)
      // Else the page's files would be searched for it, by rules of their own.
      const missing: Hook = async (request) => {
        throw known.missing(request)
      }
      api.all('/*', { onRequest: missing, schema: { hide: true } }, missing)
    },
    { prefix: '/api' },
  )
  await app.register(async (operations) => {
    operations.addHook('onRequest', exact)
    operationRoutes(operations, context, admission(context, true))
  })
  await pageRoutes(app, options.webRoot, basePath)
  return app
}

/** Refuses whoever may not ask: by Host and Origin, and by token where `guarded`. */
function admission({ security, metrics }: AppContext, guarded: boolean): Hook {
  return async ({ headers }) => {
    const refusal = security.refuseRequest(headers, guarded)
    if (!refusal) return
    metrics.refused.inc({ reason: refusal.reason })
    throw httpError(refusal.status, refusal.reason, refusal.message)
  }
}

async function installHeaders(app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: CONTENT_SECURITY_POLICY },
    strictTransportSecurity: false, // the server speaks plain HTTP; a proxy that adds TLS adds this too
  })
  // Browsers take this header from secure contexts only, and complain of it on every other page.
  app.addHook('onSend', async ({ protocol, hostname }, reply) => {
    if (protocol !== 'https' && !isLoopback(hostname)) {
      reply.raw.removeHeader('cross-origin-opener-policy')
    }
  })
}

async function installDescription(
  app: FastifyInstance,
  version: string,
  basePath: string,
): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Huacheng console',
        description: '模拟数据 / SIMULATED data of a city-operations event-stream simulator',
        version,
      },
      servers: [{ url: basePath === '' ? '/' : basePath }],
    },
  })
}
