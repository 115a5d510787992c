// /api/open-data: all current KPIs with metadata, as JSON or CSV.
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { AppContext } from '../app.ts'
import { openDataCsv, openDataJson } from '../open-data.ts'
import { answers, Described } from './schemas.ts'

const Query = Type.Object({
  format: Type.Optional(Type.Union([Type.Literal('json'), Type.Literal('csv')])),
})

export function openDataRoutes(app: FastifyInstance, { options, run }: AppContext): void {
  app.get<{ Querystring: Type.Static<typeof Query> }>(
    '/open-data',
    {
      schema: {
        tags: ['open data'],
        summary: 'All current KPIs (模拟数据 / SIMULATED) as JSON or CSV',
        querystring: Query,
        response: answers(Described('title, notice, licence, run, scopes, kpis'), [400, 503]),
      },
    },
    (request, reply) => {
      const now = run()
      if (request.query.format !== 'csv') return openDataJson(now, options.clock.now())
      const name = `huacheng-${now.descriptor.run}-simulated.csv`
      reply
        .header(
          'content-disposition',
          `attachment; filename="${name.replace(/[^A-Za-z0-9._-]/g, '_')}"`,
        )
        .type('text/csv; charset=utf-8')
      return reply.send(openDataCsv(now))
    },
  )
}
