// /api/opening: all that a page asks of the past when it opens, in one read that is built once per change.
import type { FastifyInstance } from 'fastify'
import type { OpeningView } from '../../messages.ts'
import type { AppContext } from '../context.ts'
import { body } from '../contract/bodies.ts'
import type { ShownRun } from '../state/run.ts'
import { type EncodedBody, encoded, sendEncoded } from './encoded.ts'
import { answers } from './schemas.ts'

/** Windows of the small charts: two hours of one-minute windows. */
const SHOWN_WINDOWS = 120

export function openingRoutes(app: FastifyInstance, { run, demo }: AppContext): void {
  let built: { run: ShownRun; version: string; body: EncodedBody } | null = null

  function openingOf(now: ShownRun): EncodedBody {
    const happenings = demo.happenings()
    const version = [
      now.history.version(),
      now.alerts.version(),
      happenings.length,
      ...happenings.map(({ id, phase }) => `${id}${phase}`),
    ].join()
    if (built?.run === now && built.version === version) return built.body
    const headlines = [...now.kpis.values()].filter((k) => k.measure.headline !== undefined)
    const view: OpeningView = {
      epoch: now.epoch,
      alerts: now.alerts.newestFirst(),
      histories: Object.fromEntries(
        headlines.map(({ id }) => [id, now.history.readings(id, SHOWN_WINDOWS)]),
      ),
      happenings,
    }
    const body = encoded(Buffer.from(JSON.stringify(view)))
    built = { run: now, version, body }
    return body
  }

  app.get(
    '/opening',
    {
      schema: {
        tags: ['run'],
        summary:
          'Alerts, newest finals of the headline KPIs and the demo’s injected faults, for a page that opens',
        response: answers(body('OpeningView'), [503]),
      },
    },
    (request, reply) => {
      reply.header('cache-control', 'no-cache').type('application/json; charset=utf-8')
      return sendEncoded(request, reply, openingOf(run()))
    },
  )
}
