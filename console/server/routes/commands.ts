// POST /api/commands, /api/twin and /api/ticket: the scripts' way to the run, with the socket's own checks.
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { problemText, shown } from '../../../infra/problem.ts'
import type { TwinRequest } from '../../messages.ts'
import type { AppContext } from '../context.ts'
import { body } from '../contract/bodies.ts'
import { twinRequest } from '../contract/run-bodies.ts'
import { httpError } from '../errors.ts'
import { COSTLY } from '../request-limits.ts'
import { answers } from './schemas.ts'

const WORDS: Record<number, string> = {
  400: 'bad-request',
  403: 'switched-off',
  409: 'refused',
  503: 'unavailable',
  504: 'no-answer',
}

export function commandRoutes(app: FastifyInstance, context: AppContext): void {
  const { commands, security } = context
  twinRoute(app, context)
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

function twinRoute(app: FastifyInstance, { options, run }: AppContext): void {
  app.post<{ Body: TwinRequest }>(
    '/twin',
    {
      ...COSTLY,
      schema: {
        tags: ['commands'],
        summary:
          'Begins a twin of the city without one command or incident, in place of the last such twin',
        body: twinRequest,
        response: answers(body('TwinRequest'), [400, 403, 404, 409, 413, 415, 503]),
      },
    },
    async ({ body: { without } }) => {
      const { actions, incidents, twins } = run()
      if (options.commands === false)
        throw httpError(403, 'switched-off', 'twin: switched off here')
      const isKnown =
        actions.some(({ id }) => id === without) ||
        incidents.newestFirst().some(({ id }) => id === without)
      if (!isKnown) {
        const expected = 'the id of an accepted command or of an incident of this run'
        throw httpError(404, 'not-found', problemText('without', shown(without), expected))
      }
      if (!options.twinWithout) {
        const todo = `start one: npx huacheng twin --without ${without}`
        throw httpError(409, 'refused', `twin: programs of their own on this log; ${todo}`)
      }
      const ended = await options.twinWithout(without)
      if (ended !== null) twins.forget(ended)
      return { without }
    },
  )
}
