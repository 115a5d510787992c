// /api/demo: losing an event and killing a processor, there only where the server was handed the means.
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { AppContext } from '../context.ts'
import { body } from '../contract/bodies.ts'
import { COSTLY } from '../request-limits.ts'
import { answers } from './schemas.ts'

const SUMMARIES = {
  steal: 'Loses one event between its producer and the log; the ledger must find it',
  return:
    'Delivers the newest event that was stolen and is still lost; the ledger has it as late where its window is final',
  kill: 'Kills the processor without a word; answers when another has recovered its tasks',
}

export function demoRoutes(app: FastifyInstance, { demo }: AppContext): void {
  if (demo.capabilities.length === 0) return
  const tags = ['demo']

  app.get(
    '/demo',
    {
      schema: {
        tags,
        summary: 'What the demo offers and what was done to it, newest last',
        response: answers(
          Type.Object({
            capabilities: Type.Array(Type.String()),
            happenings: Type.Array(body('DemoHappening')),
          }),
        ),
      },
    },
    () => ({ capabilities: demo.capabilities, happenings: demo.happenings() }),
  )
  for (const capability of demo.capabilities) {
    app.post(
      `/demo/${capability}`,
      {
        ...COSTLY,
        schema: {
          tags,
          summary: SUMMARIES[capability],
          response: answers(body('DemoHappening'), [409]),
        },
      },
      async (_request, reply) => {
        const happening = await demo.act(capability)
        if (happening.phase !== 'failed') return happening
        return reply.code(409).send({ error: 'refused', message: happening.error })
      },
    )
  }
}
