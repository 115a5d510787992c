// /api/assets: by a piece of their name, and one from the catalogue with its newest event from the log.
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { problemText } from '../../../infra/problem.ts'
import { isoTime } from '../../../infra/time.ts'
import type { AssetView, FoundAsset } from '../../messages.ts'
import type { AppContext } from '../context.ts'
import { body } from '../contract/bodies.ts'
import { httpError } from '../errors.ts'
import { findAssets } from '../lookup/asset-search.ts'
import { COSTLY } from '../request-limits.ts'
import type { ShownRun } from '../state/run.ts'
import { answers } from './schemas.ts'

const MOST = 20
const Query = Type.Object({
  q: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 80,
      description: 'A piece of an id or of a name in either language; never a pattern',
    }),
  ),
  numbers: Type.Optional(
    Type.String({
      pattern: '^\\d{1,9}(,\\d{1,9}){0,19}$',
      description: 'Instead: catalogue numbers, at most 20, with commas between',
    }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST, default: MOST })),
})

export function assetRoutes(app: FastifyInstance, { run, latestEvents }: AppContext): void {
  app.get<{ Querystring: Type.Static<typeof Query> }>(
    '/assets',
    {
      ...COSTLY,
      schema: {
        tags: ['assets'],
        summary: 'Assets by a piece of their id or name, or the names of numbers',
        querystring: Query,
        response: answers(Type.Array(body('FoundAsset')), [400, 503]),
      },
    },
    ({ query: { q, numbers, limit = MOST } }): FoundAsset[] => {
      const now = run()
      const { catalogue } = now
      const found = numbers ? numbers.split(',').map(Number) : findAssets(catalogue, q ?? '', limit)
      return found.filter((n) => n < catalogue.size).map((n) => nameOf(now, n))
    },
  )

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

const nameOf = ({ catalogue, city }: ShownRun, number: number): FoundAsset => ({
  id: catalogue.ids[number],
  number,
  domain: catalogue.domains[catalogue.domain[number]],
  name: catalogue.names[number],
  district: city.scopes[catalogue.district[number]].code,
})

function assetOf(run: ShownRun, number: number): Omit<AssetView, 'latest' | 'note' | 'items'> {
  const { catalogue, descriptor } = run
  return {
    ...nameOf(run, number),
    lon: catalogue.lon[number],
    lat: catalogue.lat[number],
    partition: catalogue.cell[number] % descriptor.partitions,
    commissionedAt: isoTime(catalogue.commissionedAt[number]),
    attributes: catalogue.attributes[number],
  }
}
