// /api/alerts and /api/findings: what is wrong, by the KPIs and by the assets themselves.
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { problemText } from '../../../../infra/problem.ts'
import type { Acknowledgement, AcknowledgementRequest, FindingAssets } from '../../../messages.ts'
import type { AppContext } from '../../context.ts'
import { acknowledgementRequest } from '../../contract/alert-bodies.ts'
import { type BodyName, body } from '../../contract/bodies.ts'
import { httpError } from '../../errors.ts'
import { alertViews } from '../../views/alerts.ts'
import { answers } from '../schemas.ts'

const tags = ['alerts']
const listOf = (name: BodyName) => answers(Type.Array(body(name)), [503])

export function alertRoutes(app: FastifyInstance, context: AppContext): void {
  const { run } = context
  acknowledgementRoute(app, context)
  app.get(
    '/alerts',
    {
      schema: {
        tags,
        summary: 'Alerts of this run, newest first, grouped by place and time',
        response: listOf('AlertView'),
      },
    },
    async () => alertViews(run()),
  )
  app.get(
    '/findings',
    {
      schema: {
        tags,
        summary: 'Assets that are abnormal together, with what they have in common, newest first',
        response: listOf('FindingView'),
      },
    },
    async () => run().findings.newestFirst(),
  )
  app.get<{ Params: { finding: string } }>(
    '/findings/:finding',
    {
      schema: {
        tags,
        summary: 'The abnormal assets of a finding',
        params: Type.Object({ finding: Type.String({ maxLength: 200 }) }),
        response: answers(body('FindingAssets'), [404, 503]),
      },
    },
    async ({ params: { finding: id } }): Promise<FindingAssets> => {
      const assets = run().findings.assetsOf(id)
      if (assets) return { id, assets }
      const expected = 'an id that GET /api/findings lists'
      throw httpError(404, 'not-found', problemText('finding', `"${id}"`, expected))
    },
  )
}

function acknowledgementRoute(app: FastifyInstance, { run, takenUp }: AppContext): void {
  app.post<{ Body: AcknowledgementRequest }>(
    '/acknowledgements',
    {
      schema: {
        tags,
        summary: 'Says to all pages that somebody has seen an alert or a finding, or whose it is',
        body: acknowledgementRequest,
        response: answers(body('Acknowledgement'), [400, 403, 404, 413, 415, 503]),
      },
    },
    async ({ body: asked }): Promise<Acknowledgement> => {
      const acknowledgement = takenUp.seen(run(), asked)
      if (acknowledgement) return acknowledgement
      const expected = 'an id that GET /api/alerts or /api/findings lists'
      throw httpError(404, 'not-found', problemText('acknowledgement', `"${asked.id}"`, expected))
    },
  )
}
