// /api/city and /api/catalogue/:hash: what the map is drawn from, built once per run.
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { problemText } from '../../../infra/problem.ts'
import type { AppContext } from '../app.ts'
import { encodeCatalogue } from '../catalogue-bytes.ts'
import { cityView } from '../city-view.ts'
import { httpError } from '../errors.ts'
import type { Run } from '../run.ts'
import { answers, Described } from './schemas.ts'

const compress = promisify(brotliCompress)
/** Quality 5 takes tens of milliseconds for 110,000 assets; higher ones gain little. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }
const IMMUTABLE = 'public, max-age=31536000, immutable'

type Built = { plain: Buffer; brotli: Promise<Buffer> }

export function cityRoutes(app: FastifyInstance, { options, run }: AppContext): void {
  const tags = ['city']
  const catalogues = new WeakMap<Run, Built>()
  const cities = new WeakMap<Run, Buffer>()

  function catalogueOf(now: Run): Built {
    const known = catalogues.get(now)
    if (known) return known
    const plain = encodeCatalogue(now.catalogue)
    const built = { plain, brotli: compress(plain, BROTLI) }
    catalogues.set(now, built)
    return built
  }

  function cityOf(now: Run): Buffer {
    const known = cities.get(now)
    if (known) return known
    const { city, catalogue } = now
    const view = cityView(city, catalogue, options.topologyOf(city), options.roadsOf(city))
    const bytes = Buffer.from(JSON.stringify(view))
    cities.set(now, bytes)
    return bytes
  }

  app.get(
    '/city',
    {
      schema: {
        tags,
        summary: 'Districts, water, landmarks and roads',
        response: answers(Described('CityView'), [503]),
      },
    },
    (_request, reply) => {
      reply.header('cache-control', 'no-cache').type('application/json; charset=utf-8')
      return reply.send(cityOf(run()))
    },
  )

  app.get<{ Params: { hash: string } }>(
    '/catalogue/:hash',
    {
      schema: {
        tags,
        summary: 'Positions, domains and scopes of all assets in columns',
        params: Type.Object({ hash: Type.String({ maxLength: 100 }) }),
        produces: ['application/octet-stream'],
        response: answers(
          Type.Any({ description: 'Layout: console/messages.ts, CATALOGUE_MAGIC' }),
          [404, 503],
        ),
      },
    },
    async (request, reply) => {
      const now = run()
      const { hash, domains } = now.catalogue
      if (request.params.hash !== hash) {
        const got = `"${request.params.hash}"`
        throw httpError(404, 'not-found', problemText('catalogue', got, `${hash} (this run's)`))
      }
      const built = catalogueOf(now)
      const accepts = /\bbr\b/.test(String(request.headers['accept-encoding'] ?? ''))
      if (accepts) reply.header('content-encoding', 'br')
      reply
        .header('cache-control', options.token ? IMMUTABLE.replace('public', 'private') : IMMUTABLE)
        .header('vary', 'accept-encoding')
        .header('x-domains', domains.join(','))
        .type('application/octet-stream')
      return reply.send(accepts ? await built.brotli : built.plain)
    },
  )
}
