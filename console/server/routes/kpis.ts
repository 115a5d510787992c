// /api/kpis and their history.
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { problemText } from '../../../infra/problem.ts'
import { isoTime } from '../../../infra/time.ts'
import type { AppContext } from '../context.ts'
import { body } from '../contract/bodies.ts'
import { httpError } from '../errors.ts'
import type { LineageQuestion } from '../lookup/window-events.ts'
import { COSTLY } from '../request-limits.ts'
import { type History, KEPT_WINDOWS } from '../state/history.ts'
import type { ShownRun } from '../state/run.ts'
import { checkKpi, checkScope, kpiOf, select } from '../views/selection.ts'
import { answers } from './schemas.ts'

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
  twin: Type.Optional(
    Type.String({
      maxLength: 100,
      description:
        'Of this twin of the city, `usual` = the one in which nothing happens and nobody acts; points of the whole city where no scope is given',
    }),
  ),
  last: Type.Optional(Type.Integer({ minimum: 1, maximum: KEPT_WINDOWS })),
})
const LineageQuery = Type.Object({
  scope: Type.Optional(Scope),
  window: Type.Optional(
    Type.String({ maxLength: 40, description: 'Start of a final window; default the newest' }),
  ),
  kind: Type.Optional(Type.Union([Type.Literal('window'), Type.Literal('day')])),
  partition: Type.Optional(
    Type.Integer({ minimum: 0, description: 'Whose events; default the one with most' }),
  ),
})

export function kpiRoutes(app: FastifyInstance, { run, lineage }: AppContext): void {
  const tags = ['kpis']

  app.get<{ Querystring: Type.Static<typeof Query> }>(
    '/kpis',
    {
      schema: {
        tags,
        summary: 'The latest reading of each KPI and window kind, provisional or final',
        querystring: Query,
        response: answers(Type.Array(body('KpiReading')), [400, 503]),
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
      ...COSTLY,
      schema: {
        tags,
        summary:
          'Final window readings, oldest first; with a scope or a twin only {kpi, scope, twin, points: [{end, value, n}]}',
        params: Type.Object({ id: Type.String({ maxLength: 100 }) }),
        querystring: HistoryQuery,
        response: answers(body('History'), [404, 503]),
      },
    },
    (request) => {
      const now = run()
      const { id } = request.params
      const { scope = now.city.code, twin, last } = request.query
      checkKpi(now, id)
      if (twin === undefined && request.query.scope === undefined)
        return now.history.readings(id, last)
      checkScope(now, scope)
      if (twin === undefined) return { kpi: id, scope, points: now.history.points(id, scope, last) }
      return { kpi: id, scope, twin, points: twinFinals(now, twin).points(id, scope, last) }
    },
  )

  app.get<{ Params: { id: string }; Querystring: Type.Static<typeof LineageQuery> }>(
    '/kpis/:id/lineage',
    {
      ...COSTLY,
      schema: {
        tags,
        summary: 'The parts of a final by topic-partition, and newest raw events with their place',
        params: Type.Object({ id: Type.String({ maxLength: 100 }) }),
        querystring: LineageQuery,
        response: answers(body('LineageView'), [400, 404, 503]),
      },
    },
    async (request) => {
      const now = run()
      const found = await lineage.find(now, questionOf(now, request.params.id, request.query))
      if (found) return found
      throw httpError(503, 'busy', 'look-up: too many at once, expected at most 20; try again')
    },
  )
}

/** Throws a 404 that names the twins of this run. */
function twinFinals({ twins }: ShownRun, twin: string): History {
  const finals = twins.finalsOf(twin)
  if (finals) return finals
  const known = twins.all().map((one) => one.twin)
  const expected = known.length > 0 ? `one of ${known.join(', ')}` : 'one to begin: none runs'
  throw httpError(404, 'not-found', problemText('twin', `"${twin}"`, expected))
}

function questionOf(
  run: ShownRun,
  id: string,
  query: Type.Static<typeof LineageQuery>,
): LineageQuestion {
  const { scope = run.city.code, kind = 'window', partition, window } = query
  const kpi = kpiOf(run, id)
  checkScope(run, scope)
  const { partitions } = run.descriptor
  if (partition !== undefined && partition >= partitions) {
    const expected = `0..${partitions - 1}`
    throw httpError(400, 'bad-request', problemText('partition', `${partition}`, expected))
  }
  const starts = run.history.starts(id)
  const start = window === undefined ? starts.at(-1) : starts.find((s) => isoTime(s) === window)
  if (start === undefined) {
    const got = window === undefined ? 'no final window yet' : `"${window}"`
    const expected =
      starts.length > 0
        ? `one of ${isoTime(starts[0])} to ${isoTime(starts.at(-1)!)}`
        : 'one to come'
    throw httpError(404, 'not-found', problemText('window', got, expected))
  }
  return { kpi, start, kind, scope, partition }
}
