// What is under way at all assets: gathered from the log, asked for by district, step and lateness, never of another run.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { waitUntil } from '../../../../load/wait-until.ts'
import type { ItemDeclaration } from '../../../../producers/contract/declaration.ts'
import { descriptor, openSmallCity, type SmallCity } from '../small-city.ts'

let here: SmallCity

const { lamp, well } = descriptor.declarations
const items: ItemDeclaration = {
  ...{ label: { zh: '', en: '' }, id: 'matter', ends: ['done'], notes: ['named'] },
  ...{ due: 'due', shows: ['kind'] },
}
const step = (name: string) => ({ ...lamp.events[0], name, type: `city.lamp.${name}.v1` })
const events = ['came', 'sent', 'named', 'done'].map(step)

beforeEach(async () => {
  here = await openSmallCity()
  const epoch = await here.start({ declarations: { lamp: { ...lamp, events, items }, well } })
  await here.horizon(epoch, '2025-06-18T09:00:00.000Z')
  await waitUntil('running', async () => (await here.json('/api/run')).clock.status === 'running')
})
afterEach(() => here.close())

/** An event about a matter at lamp `n`; `due` = minutes after eight. */
function tell(n: number, name: string, matter: string, due?: number, source = 'r-000000000001') {
  const id = `lamp-${n}`
  const time = '2025-06-18T08:31:00.000Z'
  const at = due === undefined ? {} : { due: `2025-06-18T08:${due}:00.000Z` }
  return here.put(
    here.topics.domain('lamp'),
    id,
    {
      ...{ specversion: '1.0', id: `${id}:1`, source: `/huacheng/${source}/lamp`, subject: id },
      ...{ type: `city.lamp.${name}.v1`, time, seq: 1, data: { matter, kind: 'leak', ...at } },
    },
    0,
  )
}

const asked = (query = '') => here.json(`/api/items?domain=lamp${query}`)
const idsOf = async (query: string) =>
  (await asked(query)).items.map(({ id }: { id: string }) => id)

async function told() {
  await tell(5, 'came', 'a', 59)
  await tell(9, 'came', 'b', 40)
  await tell(9, 'came', 'c', 50)
  await tell(9, 'sent', 'c', 55)
  await tell(9, 'named', 'b')
  await tell(5, 'came', 'd', 45)
  await tell(5, 'done', 'd')
  await tell(5, 'came', 'x', 30, 'r-other')
  await tell(7, 'came', 'e')
  await waitUntil('all is read', async () => (await asked()).complete)
}

describe('/api/items', () => {
  it('lists what was due longest ago first, what has no time last, and nothing of another run or that is over', async () => {
    await told()
    const all = await asked()
    expect(all).toMatchObject({ matching: 4, total: 4, overdue: 3, complete: true })
    expect(all.items.map(({ id }: { id: string }) => id)).toEqual(['b', 'c', 'a', 'e'])
    expect(all.items[0]).toMatchObject({
      ...{ asset: 'lamp-9', number: 9, type: 'city.lamp.came.v1', overdue: true },
      ...{ due: '2025-06-18T08:40:00.000Z', data: { kind: 'leak' } },
    })
    expect(all.items[3]).toMatchObject({ due: null, overdue: false })
  })

  it('is asked for by step, district and lateness, and follows the log', async () => {
    await told()
    expect(await idsOf('&type=city.lamp.sent.v1')).toEqual(['c'])
    expect(await idsOf('&overdue=true&limit=2')).toEqual(['b', 'c'])
    const { district } = (await asked()).items[0]
    expect((await asked(`&district=${district}`)).total).toBeGreaterThan(0)
    expect(await asked('&district=990099')).toMatchObject({ total: 0, items: [] })
    await tell(9, 'done', 'b')
    await waitUntil('it is over', async () => !(await idsOf('')).includes('b'))
  })

  it('begins anew with another run, and after nobody asked for a while', async () => {
    await told()
    here.clock.advance(120_000)
    await waitUntil('all is read again', async () => (await asked()).total === 4)
    await here.start({ run: 'r-000000000002', declarations: { lamp: { ...lamp, events, items } } })
    await waitUntil('the other run', async () => (await here.json('/api/run')).run.endsWith('2'))
    expect(await asked()).toMatchObject({ total: 0 })
  })

  it('says which domains have such things', async () => {
    for (const domain of ['well', 'nobody', '__proto__']) {
      const reply = await here.get(`/api/items?domain=${domain}`)
      expect([reply.statusCode, reply.json().message]).toEqual([
        ...[404, `domain: "${domain}", expected one of lamp`],
      ])
    }
    expect(await here.json('/api/items')).toEqual(await asked())
    expect((await here.get('/api/items?overdue=perhaps')).statusCode).toBe(400)
  })
})
