// What the console exposes to an operator's alert rules about the run.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { waitUntil } from '../../../../load/wait-until.ts'
import { ledger, openSmallCity, reading, type SmallCity } from '../small-city.ts'

let here: SmallCity
beforeEach(async () => {
  here = await openSmallCity()
})
afterEach(() => here.close())

async function levels(): Promise<Record<string, number>> {
  const lines = (await here.get('/metrics')).body.matchAll(/^huacheng_console_(\S+) (\S+)$/gm)
  return Object.fromEntries([...lines].map(([, name, value]) => [name, Number(value)]))
}
const seconds = (time: string) => Date.parse(time) / 1000

describe('metrics of the run', () => {
  it('say nothing of a run before there is one, but that it is not ready', async () => {
    const exposed = await levels()
    expect(exposed.ready).toBe(0)
    expect(Object.keys(exposed).filter((name) => /speed|unexplained|freshness/.test(name))).toEqual(
      [],
    )
  })

  it('show readings’ age by domain, speed, and what nothing explains', async () => {
    const epoch = await here.start()
    await here.horizon(epoch, '2025-06-18T08:33:00.000Z', 45)
    await here.kpi(reading(epoch, 0, 0.5))
    await here.kpi(reading(epoch, 1, 0.5, { kpi: 'well.coverage' }))
    await here.kpi(reading(epoch, 0, 0.5, { kpi: 'well.coverage' }))
    await here.ledger(ledger(epoch, { unexplained: -2 }))
    await here.ledger(ledger(epoch, { partition: 1, unexplained: 3 }))
    await waitUntil('all is there', async () => (await levels()).unexplained_events === 5)
    expect(await levels()).toMatchObject({
      'watermark_timestamp_seconds{domain="lamp"}': seconds('2025-06-18T08:31:00Z'),
      'watermark_timestamp_seconds{domain="well"}': seconds('2025-06-18T08:32:00Z'),
      'freshness_seconds{domain="lamp"}': 120,
      'freshness_seconds{domain="well"}': 60,
      ...{ asked_speed: 45, achieved_speed: 0, ready: 1, clients: 0 },
    })
  })

  it('forget a domain that the next run does not have', async () => {
    await here.kpi(reading(await here.start(), 0, 0.5))
    await waitUntil(
      'it is there',
      async () => 'freshness_seconds{domain="lamp"}' in (await levels()),
    )
    await here.start({ run: 'r-000000000002' })
    expect(Object.keys(await levels()).filter((name) => name.includes('domain'))).toEqual([])
  })
})
