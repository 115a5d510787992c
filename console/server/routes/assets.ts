// /api/assets/:id: one asset from the catalogue with its newest event from the log.
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { problemText } from '../../../infra/problem.ts'
import { isoTime } from '../../../infra/time.ts'
import type { AssetView } from '../../messages.ts'
import type { AppContext } from '../context.ts'
import { body } from '../contract/bodies.ts'
import { httpError } from '../errors.ts'
import { COSTLY } from '../request-limits.ts'
import type { ShownRun } from '../state/run.ts'
import { answers } from './schemas.ts'

export function assetRoutes(app: FastifyInstance, { run, latestEvents }: AppContext): void {
  app.get<{ Params: { id: string } }>(
    '/assets/:id',
    {
      ...COSTLY,
      schema: {
        tags: ['assets'],
        summary:
          'An asset by id or catalogue number, with its newest event and its place in the log',
        params: Type.Object({ id: Type.String({ maxLength: 100 }) }),
        response: answers(body('AssetView'), [404, 503]),
      },
    },
    async (request): Promise<AssetView> => {
      const now = run()
      const number = numberOf(now, request.params.id)
      return { ...assetOf(now, number), ...(await latestEvents.find(now, number)) }
    },
  )
}

function numberOf({ catalogue }: ShownRun, id: string): number {
  const number = /^\d{1,9}$/.test(id) ? Number(id) : catalogue.numberOf(id)
  if (number >= 0 && number < catalogue.size) return number
  const expected = `an id such as ${catalogue.ids[0]}, or a number in 0..${catalogue.size - 1}`
  throw httpError(404, 'not-found', problemText('asset', `"${id}"`, expected))
}

function assetOf(run: ShownRun, number: number): Omit<AssetView, 'latest' | 'note'> {
  const { catalogue, city, descriptor } = run
  return {
    id: catalogue.ids[number],
    number,
    domain: catalogue.domains[catalogue.domain[number]],
    name: catalogue.names[number],
    district: city.scopes[catalogue.district[number]].code,
    lon: catalogue.lon[number],
    lat: catalogue.lat[number],
    partition: catalogue.cell[number] % descriptor.partitions,
    commissionedAt: isoTime(catalogue.commissionedAt[number]),
    attributes: catalogue.attributes[number],
  }
}
