// /api/city and /api/catalogue/:hash: what the map is drawn from, built once per run.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { problemText } from '../../../infra/problem.ts'
import type { AppContext } from '../context.ts'
import { body } from '../contract/bodies.ts'
import { httpError } from '../errors.ts'
import type { ShownRun } from '../state/run.ts'
import { encodeCatalogue, partsOf } from '../views/catalogue-bytes.ts'
import { cityView, partedRoads } from '../views/city-view.ts'
import { type EncodedBody, encoded, sendEncoded } from './encoded.ts'
import { answers, content } from './schemas.ts'

/** As console/messages.ts says it beside CATALOGUE_MAGIC. */
const LAYOUT =
  'Little-endian: u32 magic 0x31434348, u32 count, f64 lon0, lat0, lonStep, latStep, then the columns u16 lon[count], ' +
  'u16 lat[count], u8 domain[count], u8 scope[count]; position = lon0 + lon × lonStep; domains are in the header x-domains'
const IMMUTABLE = 'public, max-age=31536000, immutable'

const CatalogueQuery = Type.Object({
  part: Type.Optional(
    Type.Enum(['coarse', 'fine'], {
      description:
        'coarse: magic 0x32434348, the same but for u8 lon[count], u8 lat[count], the high bytes of the positions; ' +
        'fine: u32 magic 0x33434348, u32 count, then the low bytes, u8 lon[count], u8 lat[count]',
    }),
  ),
})
const CityQuery = Type.Object({
  roads: Type.Optional(
    Type.Literal('main', {
      description: 'Only roads that are drawn from afar; /api/city/roads answers the others',
    }),
  ),
})

export function cityRoutes(app: FastifyInstance, { options, run }: AppContext): void {
  const tags = ['city']
  const bytesOf = (now: ShownRun) => encodeCatalogue(now.catalogue)
  const catalogueOf = {
    whole: oncePerRun(bytesOf),
    coarse: oncePerRun((now) => partsOf(bytesOf(now)).coarse),
    fine: oncePerRun((now) => partsOf(bytesOf(now)).fine),
  }
  const json = (value: unknown) => Buffer.from(JSON.stringify(value))
  const viewOf = ({ city, catalogue }: ShownRun) =>
    cityView(city, catalogue, options.topologyOf(city), options.roadsOf(city))
  const wholeOf = oncePerRun((now) => json(viewOf(now)))
  const mainOf = oncePerRun((now) => {
    const view = viewOf(now)
    return json({ ...view, ...partedRoads(view).main })
  })
  const othersOf = oncePerRun((now) => json(partedRoads(viewOf(now)).others))
  const send = (request: FastifyRequest, reply: FastifyReply, of: EncodedBody) => {
    reply.header('cache-control', 'no-cache').type('application/json; charset=utf-8')
    return sendEncoded(request, reply, of)
  }

  app.get<{ Querystring: Type.Static<typeof CityQuery> }>(
    '/city',
    {
      schema: {
        tags,
        summary: 'Districts, water, landmarks and roads',
        querystring: CityQuery,
        response: answers(body('CityView'), [400, 503]),
      },
    },
    (request, reply) => {
      const of = request.query.roads === 'main' ? mainOf : wholeOf
      return send(request, reply, of(run()))
    },
  )

  app.get(
    '/city/roads',
    {
      schema: {
        tags,
        summary: 'Roads that are drawn from near by: those that /api/city?roads=main leaves out',
        response: answers(body('RoadsView'), [503]),
      },
    },
    (request, reply) => send(request, reply, othersOf(run())),
  )

  app.get<{ Params: { hash: string }; Querystring: Type.Static<typeof CatalogueQuery> }>(
    '/catalogue/:hash',
    {
      schema: {
        tags,
        summary: 'Positions, domains and scopes of all assets in columns',
        params: Type.Object({ hash: Type.String({ maxLength: 100 }) }),
        querystring: CatalogueQuery,
        response: answers(
          content({ 'application/octet-stream': Type.Any({ description: LAYOUT }) }),
          [400, 404, 503],
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
      return sendEncoded(request, reply, catalogueOf[request.query.part ?? 'whole'](now))
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
