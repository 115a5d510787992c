// The run over REST, and how often one may ask.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { waitUntil } from '../../../../load/wait-until.ts'
import { descriptorRecord } from '../../../run-records.ts'
import {
  ASSETS,
  catalogueOfSize,
  descriptor,
  END,
  ledger,
  openSmallCity,
  type SmallCity,
  START,
} from '../small-city.ts'

let here: SmallCity
let epoch: number

beforeEach(async () => {
  here = await openSmallCity({ scenariosOf: () => ['evening'] })
  epoch = await here.start()
})
afterEach(() => here.close())

describe('/api/run', () => {
  it('describes the run with its clock', async () => {
    await here.horizon(epoch, '2025-06-18T08:31:00.000Z')
    await waitUntil('running', async () => (await here.json('/api/run')).clock.status === 'running')
    expect(await here.json('/api/run')).toMatchObject({
      ...{ run: 'r-000000000001', epoch, assets: ASSETS, windowMs: 60_000, partitions: 4 },
      clock: { speed: 45, simAnchor: Date.parse(START), end: Date.parse(END) },
      speeds: [1, 10, 30, 45, 60, 120, 300],
      commands: true,
    })
  })

  it('says 503 and what to do before there is a run', async () => {
    const empty = await openSmallCity()
    const reply = await empty.get('/api/kpis')
    expect([reply.statusCode, reply.json()]).toEqual([
      503,
      { error: 'no-run', message: 'run: none on city.run, expected a run; start the producers' },
    ])
    await empty.close()
  })

  it('says so when the seeds here are not those of the run', async () => {
    const other = await openSmallCity({ catalogueOf: () => catalogueOfSize(ASSETS, 'beef') })
    await other.log.append(other.topics.run, 0, [descriptorRecord(descriptor)])
    await waitUntil('the problem', async () => (await other.get('/health')).body.includes('beef'))
    expect((await other.json('/api/run')).message).toMatch(
      /^catalogue of run .*: beef here, expected cafe/,
    )
    await other.close()
  })
})

describe('the rest of /api', () => {
  it('serves plan, ledger, scenarios and the city', async () => {
    await here.ledger(ledger(epoch))
    await waitUntil('the ledger', async () => (await here.json('/api/ledger')).length === 1)
    expect(await here.json('/api/plan')).toEqual({ targets: [], planned: {} })
    expect(await here.json('/api/scenarios')).toEqual(['evening'])
    expect(await here.json('/api/city')).toMatchObject({
      ...{ code: '990000', bounds: [113, 23, 113.199, 23.0995] },
      notice: { zh: '示意图 · 模拟数据' },
    })
  })

  it('refuses a caller that asks too often, but not the page or the health', async () => {
    const strict = await openSmallCity({ limits: { requestsPerMinute: 3 } })
    const codes = []
    for (let i = 0; i < 4; i++) codes.push((await strict.get('/api/runs')).statusCode)
    expect(codes).toEqual([200, 200, 200, 429])
    expect((await strict.json('/api/runs')).error).toBe('too-many-requests')
    expect((await strict.get('/')).statusCode).toBe(200)
    await strict.close()
  })
})
