// /api/items: what is under way at all assets of a domain that declares such things, what is late first.
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { problemText } from '../../../../infra/problem.ts'
import type { ItemsView, ListedItem } from '../../../messages.ts'
import type { AppContext } from '../../context.ts'
import { body } from '../../contract/bodies.ts'
import { httpError } from '../../errors.ts'
import type { BookedItem } from '../../lookup/item-book.ts'
import { COSTLY } from '../../request-limits.ts'
import type { ShownRun } from '../../state/run.ts'
import { answers } from '../schemas.ts'

const MOST = 200
const Query = Type.Object({
  domain: Type.Optional(
    Type.String({ maxLength: 100, description: 'One that declares items; default the first' }),
  ),
  district: Type.Optional(Type.String({ maxLength: 20, description: 'Code of a scope' })),
  type: Type.Optional(Type.String({ maxLength: 200, description: 'Of the newest step' })),
  overdue: Type.Optional(Type.Boolean({ description: 'true = those alone that are late' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST, default: MOST })),
})

export function itemRoutes(app: FastifyInstance, { run, itemBook }: AppContext): void {
  app.get<{ Querystring: Type.Static<typeof Query> }>(
    '/items',
    {
      ...COSTLY,
      schema: {
        tags: ['assets'],
        summary: 'What is under way at all assets of a domain, what is late first',
        querystring: Query,
        response: answers(body('ItemsView'), [400, 404, 503]),
      },
    },
    async ({ query }): Promise<ItemsView> => {
      const now = run()
      const { domain, district, type, overdue, limit = MOST } = query
      const declaration = declarationOf(now, domain)
      if (!declaration?.items) return NOTHING
      const { items, complete } = await itemBook.of(now, declaration)
      const due = declaration.items.due
      const listed = items
        .flatMap((booked) => listedItem(now, booked, due) ?? [])
        .filter((item) => district === undefined || item.district === district)
      const wanted = listed
        .filter((item) => type === undefined || item.type === type)
        .filter((item) => overdue !== true || item.overdue)
        .sort(bySoonest)
      return {
        ...{ items: wanted.slice(0, limit), matching: wanted.length, complete },
        ...{ total: listed.length, overdue: listed.filter((item) => item.overdue).length },
      }
    },
  )
}

const NOTHING: ItemsView = { items: [], matching: 0, total: 0, overdue: 0, complete: true }

function declarationOf({ descriptor }: ShownRun, domain: string | undefined) {
  const all = Object.values(descriptor.declarations).filter(({ items }) => items)
  const found = domain === undefined ? all[0] : all.find((d) => d.domain === domain)
  if (found || domain === undefined) return found
  const expected = `one of ${all.map((d) => d.domain).join(', ') || 'none in this run'}`
  throw httpError(404, 'not-found', problemText('domain', `"${domain}"`, expected))
}

function listedItem(
  { catalogue, city, clock }: ShownRun,
  { asset, item }: BookedItem,
  due: string | undefined,
): ListedItem | null {
  const number = catalogue.numberOf(asset)
  if (number < 0) return null
  const at = due === undefined ? Number.NaN : Date.parse(String(item.data[due]))
  return {
    ...item,
    ...{ asset, number, name: catalogue.names[number] },
    district: city.scopes[catalogue.district[number]].code,
    due: Number.isNaN(at) ? null : String(item.data[due!]),
    overdue: at < clock.horizonMs(),
  }
}

/** What was due longest ago first; what has no time at the end. */
const bySoonest = (a: ListedItem, b: ListedItem): number =>
  (a.due ? Date.parse(a.due) : Number.POSITIVE_INFINITY) -
    (b.due ? Date.parse(b.due) : Number.POSITIVE_INFINITY) || (a.id < b.id ? -1 : 1)
