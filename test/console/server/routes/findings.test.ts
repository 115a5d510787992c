// What a page and a program hear of assets that are abnormal together: live, over REST, and what opens a page.
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { FindingView } from '../../../../console/messages.ts'
import { waitUntil } from '../../../../load/wait-until.ts'
import {
  ASSETS,
  catalogueOfSize,
  descriptor,
  frame,
  hostOf,
  openSmallCity,
  type SmallCity,
  START,
} from '../small-city.ts'

const DARK = 2
let here: SmallCity
let epoch: number

const { lamp, well } = descriptor.declarations
const states = (['normal', 'critical'] as const).map((tone) => ({
  ...{ code: tone, label: { zh: '', en: '' }, tone },
}))

beforeEach(async () => {
  here = await openSmallCity({
    catalogueOf: (d) => ({
      ...catalogueOfSize(ASSETS, d.catalogue),
      attributes: numbers(0, ASSETS).map((i) => ({ pipe: `pipe-${Math.floor(i / 10)}` })),
    }),
  })
  await here.server.listen()
  epoch = await here.start({
    declarations: { lamp, well: { ...well, layer: { ...well.layer, states } } },
  })
})
afterEach(() => here.close())

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, k) => from + k)
const findings = () => here.json('/api/findings') as Promise<FindingView[]>

/** All wells are in one state, but for those that are dark. */
async function dark(offset: number, some: number[]): Promise<void> {
  const cells = numbers(150, 200).map((n): [number, number, number] => [
    ...([n, some.includes(n) ? DARK : 1, 0] as [number, number, number]),
  ])
  await here.frame(frame(epoch, offset, cells), 'well|0')
}

const post = (url: string, payload: object) =>
  here.server.app.inject({
    ...{ method: 'POST', url, payload },
    headers: { host: hostOf(here.server.url), 'content-type': 'application/json' },
  })

it('a finding is published live, stands in REST with its assets, and opens a page', async () => {
  const client = await here.join()
  await dark(60_000, numbers(160, 166))
  await waitUntil('it is published', () => {
    here.clock.advance(2_000)
    return client.of('event').length > 0
  })
  const [told] = client.of('event')
  expect(told).toMatchObject({ kind: 'finding' })
  const { finding } = told as Extract<typeof told, { kind: 'finding' }>
  expect(finding).toMatchObject({ domain: 'well', attribute: 'pipe', count: 6, of: 10 })
  expect(await findings()).toEqual([finding])
  expect((await here.json('/api/opening')).findings).toEqual([finding])
  const path = `/api/findings/${encodeURIComponent(finding.id)}`
  expect(await here.json(path)).toEqual({ id: finding.id, assets: numbers(160, 166) })
  expect((await here.get('/api/findings/none')).statusCode).toBe(404)

  // Somebody has seen it: all pages hear of it, and the first stands.
  const seen = (by: string, id = finding.id, to?: string) =>
    post('/api/acknowledgements', { id, by, to })
  const [first, second] = [await seen(' duty '), await seen('other')]
  expect(first.json()).toMatchObject({ epoch, id: finding.id, by: 'duty' })
  expect(second.json()).toEqual(first.json())
  expect((await seen('duty', 'none')).statusCode).toBe(404)
  expect((await here.json('/api/opening')).acknowledgements).toEqual([first.json()])
  const heard = () => client.of('event').filter(({ kind }) => kind === 'acknowledgement')
  await waitUntil('it is published', () => heard().length > 0)
  expect(heard()).toEqual([{ op: 'event', kind: 'acknowledgement', acknowledgement: first.json() }])

  // Whose it is, and a command to one of what its assets have in common: of another pipe it is about nothing here.
  const given = (await seen('third', finding.id, ' crew 7 ')).json()
  expect(given).toEqual({ ...first.json(), to: 'crew 7' })
  for (const [id, target] of [
    ['c-1', 165],
    ['c-2', 185],
  ] as const) {
    const asset = (await here.json(`/api/assets/${target}`)).id
    const command = { id, name: 'well.dim', target: asset, args: { level: 4 } }
    const offsetOf = async () => (await here.log.offsets(here.topics.command))[0].latest
    const before = await offsetOf()
    const answered = post('/api/commands', command)
    await waitUntil('it is on the log', async () => (await offsetOf()) > before)
    await here.put(here.topics.commandResult, id, { id, ok: true, effectiveAt: START })
    expect((await answered).statusCode).toBe(200)
  }
  const [inHand] = (await here.json('/api/opening')).acknowledgements
  expect(inHand).toEqual({ ...given, command: { id: 'c-1', name: 'well.dim', simTime: START } })
  await waitUntil('it is published', () => heard().length > 2)
  expect(heard().map((e) => 'acknowledgement' in e && e.acknowledgement)).toEqual([
    ...[first.json(), given, inHand],
  ])
  expect((await seen('', finding.id, '')).json()).toMatchObject({ to: null, by: 'duty' })

  await dark(120_000, [])
  await waitUntil('it is over', async () => {
    here.clock.advance(2_000)
    return (await findings())[0].until !== null
  })
  expect((await here.json('/api/opening')).findings[0].until).toBe('2025-06-18T08:32:00.000Z')
  expect(await here.json(path)).toEqual({ id: finding.id, assets: [] })
  client.socket.close()
})
