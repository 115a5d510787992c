// /api/opening: all that a page asks of the past when it opens, in one read that is built once per change.
import type { FastifyInstance } from 'fastify'
import type { KpiReading, OpeningView } from '../../messages.ts'
import type { AppContext } from '../context.ts'
import { body } from '../contract/bodies.ts'
import type { ShownRun } from '../state/run.ts'
import { alertViews } from '../views/alerts.ts'
import { type EncodedBody, encoded, sendEncoded } from './encoded.ts'
import { answers } from './schemas.ts'

/** Windows of the small charts: two hours of one-minute windows. */
const SHOWN_WINDOWS = 120

/**
 * A page that opens draws the city's lines: of older windows it gets the city alone, and a district's when it is chosen.
 * What a fault has to be compared with comes whole.
 */
function drawnFirst({ history, city }: ShownRun, kpi: string, whole: boolean): KpiReading[] {
  const readings = history.readings(kpi, SHOWN_WINDOWS)
  if (whole) return readings
  return readings.map((reading, i) => {
    const ofCity = reading.scopes[city.code]
    const isNewest = i === readings.length - 1
    return isNewest || !ofCity ? reading : { ...reading, scopes: { [city.code]: ofCity } }
  })
}

export function openingRoutes(app: FastifyInstance, { run, demo }: AppContext): void {
  let built: { run: ShownRun; version: string; body: EncodedBody } | null = null

  function openingOf(now: ShownRun): EncodedBody {
    const happenings = demo.happenings()
    const version = [
      now.history.version(),
      now.alerts.version(),
      now.incidents.version(),
      now.findings.version(),
      now.acknowledgements.version(),
      happenings.length,
      ...happenings.map(({ id, phase }) => `${id}${phase}`),
    ].join()
    if (built?.run === now && built.version === version) return built.body
    const headlines = [...now.kpis.values()].filter((k) => k.measure.headline !== undefined)
    const view: OpeningView = {
      epoch: now.epoch,
      alerts: alertViews(now),
      incidents: now.incidents.newestFirst(),
      findings: now.findings.newestFirst(),
      acknowledgements: now.acknowledgements.newestFirst(),
      histories: Object.fromEntries(
        headlines.map(({ id }) => [id, drawnFirst(now, id, happenings.length > 0)]),
      ),
      happenings,
      rates: now.spans.view(),
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
          'Alerts, incidents, findings, newest finals of the headline KPIs and the demo’s injected faults, events by spans, for a page that opens',
        response: answers(body('OpeningView'), [503]),
      },
    },
    (request, reply) => {
      reply.header('cache-control', 'no-cache').type('application/json; charset=utf-8')
      return sendEncoded(request, reply, openingOf(run()))
    },
  )
}
