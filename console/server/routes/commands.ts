// POST /api/commands and /api/ticket: the scripts' way to the run, with the socket's own checks.
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { AppContext } from '../context.ts'
import { body } from '../contract/bodies.ts'
import { COSTLY } from '../request-limits.ts'
import { answers } from './schemas.ts'

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
      validatorCompiler: () => () => true, // the run's declarations check it, not this schema
      schema: {
        tags: ['commands'],
        summary: 'Sends one command; the same id again gives the same answer and nothing else',
        description:
          'Names and arguments stand in /api/run under declarations; the clock and the run take clock.speed, clock.pause, clock.resume, clock.jump, run.restart and run.stop.',
        body: body('CommandRequest'),
        response: answers(body('CommandAnswer'), [400, 403, 409, 413, 415, 503, 504]),
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
