// /api/engine: topics with rates and lag, this server's event loop and clients.
import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../context.ts'
import { body } from '../contract/bodies.ts'
import { httpError } from '../errors.ts'
import { answers } from './schemas.ts'

export function engineRoutes(app: FastifyInstance, { run, engine }: AppContext): void {
  app.get(
    '/engine',
    {
      schema: {
        tags: ['operations'],
        summary: 'Topics with rates and lag, event-loop delay, clients, horizon stalls',
        response: answers(body('EngineView'), [503]),
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', 'no-store')
      const now = run()
      try {
        return await engine.view(now)
      } catch (error) {
        throw httpError(503, 'log', `topics: ${(error as Error).message}`)
      }
    },
  )
}
