// /api/kpis and their history.
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { AppContext } from '../app.ts'
import { KEPT_WINDOWS } from '../history.ts'
import { checkKpi, checkScope, select } from '../selection.ts'
import { answers, KpiReadingBody } from './schemas.ts'

export const Scope = Type.String({
  maxLength: 20,
  description: 'Only this scope: a district’s six digits',
})
const Query = Type.Object({
  scope: Type.Optional(Scope),
  final: Type.Optional(Type.Boolean({ description: 'Latest finals only' })),
})
const HistoryQuery = Type.Object({
  scope: Type.Optional(Scope),
  last: Type.Optional(Type.Integer({ minimum: 1, maximum: KEPT_WINDOWS })),
})

export function kpiRoutes(app: FastifyInstance, { run }: AppContext): void {
  const tags = ['kpis']

  app.get<{ Querystring: Type.Static<typeof Query> }>(
    '/kpis',
    {
      schema: {
        tags,
        summary: 'The latest reading of each KPI and window kind, provisional or final',
        querystring: Query,
        response: answers(Type.Array(KpiReadingBody), [400, 503]),
      },
    },
    (request, reply) => {
      const now = run()
      const { scope, final } = request.query
      if (scope !== undefined) return select(now, { scope, final })
      const entries = final ? now.readings.finals() : now.readings.latest()
      reply.type('application/json; charset=utf-8')
      return reply.send(Buffer.from(`[${entries.map((entry) => entry.text).join(',')}]`))
    },
  )

  app.get<{ Params: { id: string }; Querystring: Type.Static<typeof HistoryQuery> }>(
    '/kpis/:id/history',
    {
      schema: {
        tags,
        summary:
          'Final window readings, oldest first; with a scope only {kpi, scope, points: [{end, value, n}]}',
        params: Type.Object({ id: Type.String({ maxLength: 100 }) }),
        querystring: HistoryQuery,
        response: answers(Type.Any(), [400, 404, 503]),
      },
    },
    (request) => {
      const now = run()
      const { id } = request.params
      const { scope, last } = request.query
      checkKpi(now, id)
      if (scope === undefined) return now.history.readings(id, last)
      checkScope(now, scope)
      return { kpi: id, scope, points: now.history.points(id, scope, last) }
    },
  )
}
