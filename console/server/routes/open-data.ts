// /api/open-data: current KPIs as a data set: JSON with clauses, CSV for spreadsheets, or its entry in a catalogue.
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { AppContext } from '../context.ts'
import { body } from '../contract/bodies.ts'
import { openDataCatalogue } from '../open-data/catalogue.ts'
import { openDataCsv, openDataJson } from '../open-data/open-data.ts'
import { boundsOf } from '../views/city-view.ts'
import { select } from '../views/selection.ts'
import { Scope } from './kpis.ts'
import { answers, content } from './schemas.ts'

const Query = Type.Object({
  format: Type.Optional(
    Type.Union([Type.Literal('json'), Type.Literal('csv'), Type.Literal('dcat')], {
      description: 'json (default), csv, or dcat: the description of the data set as JSON-LD',
    }),
  ),
  kpi: Type.Optional(Type.String({ maxLength: 100, description: 'Only this KPI' })),
  scope: Type.Optional(Scope),
  window: Type.Optional(Type.Union([Type.Literal('window'), Type.Literal('day')])),
  final: Type.Optional(Type.Boolean({ description: 'Latest finals only' })),
})

export function openDataRoutes(
  app: FastifyInstance,
  { options, run, publicUrl }: AppContext,
): void {
  app.get<{ Querystring: Type.Static<typeof Query> }>(
    '/open-data',
    {
      schema: {
        tags: ['open data'],
        summary: 'Current KPIs (模拟数据 / SIMULATED) as JSON, as CSV, or described in DCAT',
        querystring: Query,
        response: answers(
          content({
            'application/json': body('OpenData'),
            'text/csv': Type.String({ description: 'One row per reading and scope' }),
            'application/ld+json': Type.Object({}, { description: 'DCAT-AP 3' }),
          }),
          [400, 404, 503],
        ),
      },
    },
    (request, reply) => {
      const { format, ...selection } = request.query
      const now = run()
      const at = options.clock.now()
      if (format === 'dcat') {
        const bounds = boundsOf(options.topologyOf(now.city), now.catalogue)
        const base = publicUrl(request)
        reply.type('application/ld+json; charset=utf-8')
        return openDataCatalogue(now, bounds, base, at)
      }
      const readings = select(now, selection)
      if (format !== 'csv') return openDataJson(now, readings, at)
      const name = `huacheng-${now.descriptor.run}-simulated.csv`
      reply
        .header(
          'content-disposition',
          `attachment; filename="${name.replace(/[^A-Za-z0-9._-]/g, '_')}"`,
        )
        .type('text/csv; charset=utf-8')
      return reply.send(openDataCsv(now, readings))
    },
  )
}
