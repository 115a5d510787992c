// /api/city and /api/catalogue/:hash: what the map is drawn from, built once per run.
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { problemText } from '../../../infra/problem.ts'
import type { AppContext } from '../context.ts'
import { body } from '../contract/bodies.ts'
import { httpError } from '../errors.ts'
import type { ShownRun } from '../state/run.ts'
import { encodeCatalogue } from '../views/catalogue-bytes.ts'
import { cityView } from '../views/city-view.ts'
import { type EncodedBody, encoded, sendEncoded } from './encoded.ts'
import { answers, content } from './schemas.ts'

/** As console/messages.ts says it beside CATALOGUE_MAGIC. */
const LAYOUT =
  'Little-endian: u32 magic 0x31434348, u32 count, f64 lon0, lat0, lonStep, latStep, then the columns u16 lon[count], ' +
  'u16 lat[count], u8 domain[count], u8 scope[count]; position = lon0 + lon × lonStep; domains are in the header x-domains'
const IMMUTABLE = 'public, max-age=31536000, immutable'

export function cityRoutes(app: FastifyInstance, { options, run }: AppContext): void {
  const tags = ['city']
  const catalogueOf = oncePerRun((now) => encodeCatalogue(now.catalogue))
  const cityOf = oncePerRun(({ city, catalogue }) => {
    const view = cityView(city, catalogue, options.topologyOf(city), options.roadsOf(city))
    return Buffer.from(JSON.stringify(view))
  })

  app.get(
    '/city',
    {
      schema: {
        tags,
        summary: 'Districts, water, landmarks and roads',
        response: answers(body('CityView'), [503]),
      },
    },
    (request, reply) => {
      reply.header('cache-control', 'no-cache').type('application/json; charset=utf-8')
      return sendEncoded(request, reply, cityOf(run()))
    },
  )

  app.get<{ Params: { hash: string } }>(
    '/catalogue/:hash',
    {
      schema: {
        tags,
        summary: 'Positions, domains and scopes of all assets in columns',
        params: Type.Object({ hash: Type.String({ maxLength: 100 }) }),
        response: answers(
          content({ 'application/octet-stream': Type.Any({ description: LAYOUT }) }),
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
      reply
        .header('cache-control', options.token ? IMMUTABLE.replace('public', 'private') : IMMUTABLE)
        .header('x-domains', domains.join(','))
        .type('application/octet-stream')
      return sendEncoded(request, reply, catalogueOf(now))
    },
  )
}

function oncePerRun(build: (run: ShownRun) => Buffer): (run: ShownRun) => EncodedBody {
  const built = new WeakMap<ShownRun, EncodedBody>()
  return (run) => {
    const known = built.get(run)
    if (known) return known
    const made = encoded(build(run))
    built.set(run, made)
    return made
  }
}
