// Where a final comes from: parts by topic-partition, and raw events with their place in the log.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LineageView } from '../../../../console/messages.ts'
import { waitUntil } from '../../../../load/wait-until.ts'
import { windowKey } from '../../../../producers/contract/keys.ts'
import { type Cell, NO_INJECTED } from '../../../../producers/contract/records.ts'
import { openSmallCity, reading, type SmallCity, START } from '../small-city.ts'

let here: SmallCity
let epoch: number
const FRESH_MS = 600_000
const LEDGER = {
  ...{ read: 0, folded: 0, duplicate: 0, late: 0, deadLetter: 0, produced: 0, unexplained: 0 },
  injected: NO_INJECTED,
}

beforeEach(async () => {
  here = await openSmallCity()
  epoch = await here.start()
  for (const k of [0, 1]) await here.kpi(reading(epoch, k, 0.5))
  await waitUntil(
    'finals',
    async () => (await here.json('/api/kpis/lamp.coverage/history')).length === 2,
  )
})
afterEach(() => here.close())

const at = (ms: number) => new Date(Date.parse(START) + ms).toISOString()
const lineage = (query = '') =>
  here.json(`/api/kpis/lamp.coverage/lineage${query}`) as Promise<LineageView>

/** Partition p's final part of window k: [numerator, null, n] by district. */
async function part(p: number, k: number, cells: Record<string, Cell>, e = epoch): Promise<bigint> {
  const start = at(k * 60_000)
  const value = {
    ...{ epoch: e, domain: 'lamp', partition: p, start, end: at((k + 1) * 60_000) },
    measures: { coverage: { window: cells, day: cells } },
    ledger: LEDGER,
  }
  return here.put(here.topics.partial, windowKey.build(value), value)
}

async function event(p: number, id: string, ms: number, more: Record<string, unknown> = {}) {
  const [subject, seq] = id.split(':')
  const value = {
    ...{ specversion: '1.0', id, source: '/huacheng/r-000000000001/lamp' },
    ...{ type: 'city.lamp.status.v1', subject, time: at(ms), seq: Number(seq) },
    ...{ district: '990002', data: {}, ...more },
  }
  const offset = await here.put(here.topics.domain('lamp'), subject, value, p)
  return {
    topic: here.topics.domain('lamp'),
    partition: p,
    offset: String(offset),
    time: at(ms),
    text: JSON.stringify(value),
  }
}

const tick = (p: number, ms: number) =>
  event(p, 'tick:0', ms, { type: 'city.tick.v1', source: '/huacheng/r-000000000001/producers' })

describe('/api/kpis/:id/lineage', () => {
  it('gives the parts of the newest final with the place of each, and how many were empty', async () => {
    await part(0, 0, { 990001: [9, null, 9] })
    const first = await part(0, 1, { 990001: [3, null, 3], 990002: [4, null, 5] })
    await part(1, 1, {})
    const last = await part(3, 1, { 990002: [2, null, 2] })
    await part(2, 1, { 990001: [7, null, 7] }, epoch + 1)
    const view = await lineage()
    expect(view).toMatchObject({
      kpi: 'lamp.coverage',
      scope: '990000',
      window: { kind: 'window', start: at(60_000), end: at(120_000) },
      decimals: 0,
      parts: [
        { partition: 0, offset: String(first), cell: [7, null, 8] },
        { partition: 3, offset: String(last), cell: [2, null, 2] },
      ],
      empty: 1,
      total: reading(epoch, 1, 0.5).scopes['990000'],
    })
    expect(view.notes).toContain(
      'city.kpi-partial: 3 of 4 parts of this window are still held; look at a newer one',
    )
    const east = await lineage(`?scope=990001&window=${at(60_000)}&kind=day`)
    expect(east.window.kind).toBe('day')
    expect(east.parts.map((p) => p.cell)).toEqual([[3, null, 3]])
    expect(east.empty).toBe(2)
    expect(east.total, 'no day reading yet').toBeNull()
  })

  it('lists what the measure read in the partition with most, newest first, exactly as it stands in the log', async () => {
    for (const p of [0, 1, 2, 3]) await part(p, 1, p === 2 ? { 990002: [2, null, 2] } : {})
    await event(2, 'lamp-1:1', 120_000 - FRESH_MS - 60_000)
    const a = await event(2, 'lamp-1:2', 1_000)
    const b = await event(2, 'lamp-5:1', 119_999)
    await event(2, 'lamp-5:1', 119_999) // a second copy
    await event(2, 'lamp-5:2', 120_000) // the next window's
    await event(2, 'lamp-9:1', 5_000, { type: 'city.lamp.other.v1' })
    await event(2, 'lamp-9:1', 5_000, { source: '/huacheng/r-other/lamp' })
    await event(1, 'lamp-3:1', 5_000)
    await tick(2, 120_000)
    await event(2, 'lamp-9:2', 6_000) // came when the window was closed
    const { events } = await lineage()
    expect(events).toMatchObject({ partition: 2, matched: 2, list: [b, a] })
    expect(events!.read).toBe(9)
  })

  it('takes no unexpected record for a part, and no tick that the run cannot have', async () => {
    const key = (partition: number) =>
      windowKey.build({ epoch, domain: 'lamp', partition, start: at(60_000) })
    for (const [p, value] of [{}, { measures: null }, 'hello', { epoch, measures: 7 }].entries()) {
      await here.put(here.topics.partial, key(p), value)
    }
    const genuine = await part(9, 1, { 990001: [9, null, 9] })
    expect(genuine).toBeGreaterThan(0n)
    await part(0, 1, { 990001: [3, null, 3] })
    await event(0, 'tick:0', Date.parse('2099-01-01T00:00:00.000Z') - Date.parse(START), {
      ...{ type: 'city.tick.v1', source: '/huacheng/r-000000000001/producers' },
    })
    await event(0, 'lamp-0:1', 90_000)
    const view = await lineage()
    expect(view.parts).toMatchObject([{ partition: 0, cell: [3, null, 3] }])
    expect(view.events).toMatchObject({ partition: 0, matched: 1 })
  })

  it('keeps to a district and to the partition asked for', async () => {
    for (const p of [0, 1, 2, 3]) await part(p, 1, { 990001: [1, null, 1] })
    await event(1, 'lamp-1:1', 70_000)
    const east = await event(1, 'lamp-5:1', 70_001, { district: '990001' })
    const view = await lineage('?scope=990001&partition=1')
    expect(view.events).toMatchObject({ partition: 1, matched: 1, list: [east] })
    const none = await lineage('?partition=3')
    expect(none.events).toMatchObject({ partition: 3, read: 0, matched: 0, list: [] })
    expect(none.notes).toEqual(['city.lamp/3: empty'])
  })

  it('says what it was asked wrongly', async () => {
    const refusal = async (query: string) => {
      const reply = await here.get(`/api/kpis/${query}`)
      return [reply.statusCode, reply.json().message]
    }
    expect((await refusal('x.y/lineage'))[0]).toBe(404)
    expect((await refusal('lamp.coverage/lineage?scope=1'))[0]).toBe(400)
    expect(await refusal('lamp.coverage/lineage?partition=4')).toEqual([
      400,
      'partition: 4, expected 0..3',
    ])
    expect(await refusal(`lamp.coverage/lineage?window=${at(600_000)}`)).toEqual([
      404,
      `window: "${at(600_000)}", expected one of ${at(0)} to ${at(60_000)}`,
    ])
    expect(await refusal('well.coverage/lineage')).toEqual([
      404,
      'window: no final window yet, expected one to come',
    ])
  })
})
