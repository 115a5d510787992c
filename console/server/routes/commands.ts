// POST /api/commands and /api/ticket: the scripts' way to the run, with the socket's own checks.
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { AppContext } from '../app.ts'
import { COSTLY } from '../request-limits.ts'
import { answers } from './schemas.ts'

const Answer = Type.Object({
  id: Type.String(),
  ok: Type.Boolean(),
  error: Type.Optional(Type.String()),
  effectiveAt: Type.Optional(Type.String()),
})
const WORDS: Record<number, string> = {
  400: 'bad-request',
  403: 'switched-off',
  409: 'refused',
  503: 'unavailable',
  504: 'no-answer',
}

export function commandRoutes(app: FastifyInstance, { commands, security }: AppContext): void {
  app.post(
    '/commands',
    {
      ...COSTLY,
      schema: {
        tags: ['commands'],
        summary: 'Sends one command; the same id again gives the same answer and nothing else',
        description:
          'Body {id, name, target?, args}; names and arguments stand in /api/run under declarations.',
        body: Type.Any(),
        response: answers(Answer, [400, 403, 409, 503, 504]),
      },
    },
    async (request, reply) => {
      const { status, ...answer } = await commands.submit(request.body, 'api')
      if (status === 200) return answer
      return reply.code(status).send({ ...answer, error: WORDS[status], message: answer.error })
    },
  )

  app.post(
    '/ticket',
    {
      schema: {
        tags: ['commands'],
        summary: 'A one-time ticket for /live?ticket=…',
        response: answers(
          Type.Object({ ticket: Type.String(), expiresInMs: Type.Integer() }),
          [401],
        ),
      },
    },
    (_request, reply) => {
      reply.header('cache-control', 'no-store')
      return security.issueTicket()
    },
  )
}
