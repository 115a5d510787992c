// /health, /metrics and /openapi.json: for whoever runs the server.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { AppContext } from '../context.ts'
import { describedApi } from '../contract/openapi.ts'
import { answers, content } from './schemas.ts'

/** Horizons come about ten times a second; after this long the conductor is gone or asleep. */
const SILENT_MS = 5_000

const Health = Type.Object({
  live: Type.Boolean(),
  ready: Type.Boolean(),
  reasons: Type.Array(Type.String()),
})

export function operationRoutes(
  app: FastifyInstance,
  context: AppContext,
  guard: (request: FastifyRequest) => Promise<void>,
): void {
  const { options } = context
  const tags = ['operations']
  let document: object | null = null

  app.get(
    '/health',
    {
      schema: {
        tags,
        summary: 'live: this process answers; ready: it shows a moving run, else the reasons (503)',
        response: { 200: Health, 503: Health },
      },
    },
    (_request, reply) => {
      const reasons = reasonsOf(context)
      const ready = reasons.length === 0
      reply.code(ready ? 200 : 503).header('cache-control', 'no-store')
      return { live: true, ready, reasons }
    },
  )
  app.get(
    '/metrics',
    {
      onRequest: guard,
      schema: {
        tags,
        summary: 'Prometheus text',
        response: answers(content({ 'text/plain': Type.String() })),
      },
    },
    async (_request, reply) => {
      reply.type(options.metrics.contentType)
      return reply.send(Buffer.from(await options.metrics.metrics()))
    },
  )
  app.get(
    '/openapi.json',
    {
      schema: {
        tags,
        summary: 'This interface',
        response: answers(Type.Object({}, { description: 'OpenAPI 3.1' })),
      },
    },
    () => {
      document ??= describedApi(app.swagger(), context.security.needsToken)
      return document
    },
  )
}

/** What keeps the console from being ready. */
export function reasonsOf({ options, snapshot, reader }: AppContext): string[] {
  const reasons = [...reader.problems()]
  const problem = snapshot.problem()
  if (problem) reasons.push(problem)
  const clock = snapshot.current()?.clock
  if (clock?.status() === 'waiting')
    reasons.push('clock: no horizon yet, expected one from the conductor')
  const silent = options.clock.now() - (clock?.heardAt() ?? 0)
  if (clock?.status() === 'running' && silent > SILENT_MS) {
    reasons.push(`clock: no horizon for ${Math.round(silent / 1000)} s, expected ten a second`)
  }
  if (!existsSync(join(options.webRoot, 'index.html'))) {
    reasons.push('page: no index.html, expected the built page; run npm run build')
  }
  return [...reasons, ...(options.extraHealth?.() ?? [])]
}
