// The city beside its twins over REST: the newest final that both have, what is missing, and what fits nothing.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TwinView } from '../../../../console/messages.ts'
import { waitUntil } from '../../../../load/wait-until.ts'
import { twinKey } from '../../../../processor/contract/keys.ts'
import type { KpiReading, TwinReading } from '../../../../processor/contract/types.ts'
import { openSmallCity, reading, type SmallCity } from '../small-city.ts'

let here: SmallCity
let epoch = 0

beforeEach(async () => {
  here = await openSmallCity()
  epoch = await here.start()
})
afterEach(() => here.close())

const twins = () => here.json('/api/twin') as Promise<TwinView[]>
const says = (one: TwinReading, key = twinKey(one)) => here.put(here.topics.kpiTwin, key, one)
const of = (twin: string, k: number, value: number | null, more: Partial<KpiReading> = {}) => ({
  ...reading(epoch, k, value, more),
  twin,
})

describe('/api/twin', () => {
  it('lists none before there is one', async () => {
    expect(await twins()).toEqual([])
  })

  it('holds the newest final that the city and its twin both have against each other', async () => {
    for (const [k, value] of [0.5, 0.75, 0.8].entries()) await here.kpi(reading(epoch, k, value))
    await says(of('usual', 0, 0.5))
    await says(of('usual', 1, 0.5))
    await waitUntil('it is there', async () => (await twins())[0]?.kpis.length === 1)
    const second = reading(epoch, 1, 0.75).window
    await waitUntil('the second', async () => {
      return (await twins())[0].kpis[0].window.end === second.end
    })
    const [{ twin, watermark, kpis }] = await twins()
    expect([twin, watermark]).toEqual(['usual', second.end])
    expect(kpis[0]).toEqual({
      kpi: 'lamp.coverage',
      unit: '1',
      window: { start: second.start, end: second.end },
      scopes: {
        990000: { value: 0.75, twin: 0.5, difference: 0.25 },
        990001: { value: 0.375, twin: 0.25, difference: 0.125 },
        990002: { value: 0.375, twin: 0.25, difference: 0.125 },
      },
    })
  })

  it('says null where one of them has no value, and knows twins apart', async () => {
    await here.kpi(reading(epoch, 0, 0.5))
    await says(of('usual', 0, null))
    await says(of('c-1', 0, 0.5))
    await waitUntil('both are there', async () => (await twins()).length === 2)
    const shown = (await twins()).map(({ twin, kpis }) => [twin, kpis[0].scopes['990000']])
    expect(shown).toEqual([
      ['usual', { value: 0.5, twin: null, difference: null }],
      ['c-1', { value: 0.5, twin: 0.5, difference: 0 }],
    ])
  })

  it('ignores a reading under another key, and one that the run cannot have', async () => {
    await says(of('usual', 0, 0.5), twinKey(of('c-1', 0, 0.5)))
    await says(of('usual', 0, 0.5, { kpi: 'lamp.nothing' }))
    await says(of('c-2', 0, 0.5))
    await waitUntil('the last is there', async () => (await twins()).length > 0)
    expect((await twins()).map(({ twin }) => twin)).toEqual(['c-2'])
  })
})
