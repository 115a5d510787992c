// One asset and its newest event.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CityEvent } from '../../../../producers/contract/records.ts'
import { openSmallCity, type SmallCity, START } from '../small-city.ts'

let here: SmallCity

beforeEach(async () => {
  here = await openSmallCity()
  await here.start()
})
afterEach(() => here.close())

const refusal = async (url: string) => {
  const reply = await here.get(url)
  return [reply.statusCode, reply.json().error, reply.json().message]
}

describe('/api/assets', () => {
  const event = (seq: number, more: Partial<CityEvent> = {}) => ({
    ...{ specversion: '1.0', id: `lamp-5:${seq}`, source: '/huacheng/r-000000000001/lamp' },
    ...{ type: 'city.lamp.status.v1', subject: 'lamp-5', time: START, seq, district: '990002' },
    data: { on: true },
    ...more,
  })
  const partition = 0

  it('gives the newest event of this run with its place and exact text', async () => {
    const topic = here.topics.domain('lamp')
    await here.put(topic, 'lamp-5', event(1), partition)
    const offset = await here.put(topic, 'lamp-5', event(2), partition)
    await here.put(topic, 'lamp-9', event(1), partition)
    await here.put(topic, 'lamp-5', Buffer.from('{"id":"lam'), partition)
    await here.put(topic, 'lamp-5', event(9, { source: '/huacheng/r-other/lamp' }), partition)
    const asset = await here.json('/api/assets/lamp-5')
    expect(asset).toMatchObject({
      id: 'lamp-5',
      number: 5,
      domain: 'lamp',
      district: '990002',
      partition,
    })
    expect(asset.latest).toEqual({
      ...{
        topic,
        partition,
        offset: String(offset),
        value: event(2),
        text: JSON.stringify(event(2)),
      },
    })
    expect(asset.note).toMatch(/1 newer damaged/)
    expect((await here.json('/api/assets/5')).id).toBe('lamp-5')
  })

  it('finds assets by a piece of their id, and names those of given numbers', async () => {
    const ids = async (query: string) =>
      (await here.json(`/api/assets?${query}`)).map((a: { id: string }) => a.id)
    expect(await ids('q=LAMP-5')).toContain('lamp-5')
    expect((await ids('q=lamp')).length).toBe(20)
    expect(await ids('q=lamp&limit=2')).toEqual(['lamp-0', 'lamp-1'])
    expect(await ids('numbers=5,9,999999')).toEqual(['lamp-5', 'lamp-9'])
    expect(await ids('q=.*')).toEqual([])
    expect((await refusal('/api/assets?numbers=5;9'))[0]).toBe(400)
    expect((await refusal('/api/assets?limit=500&q=a'))[0]).toBe(400)
  })

  it('says why there is none', async () => {
    expect(await here.json('/api/assets/lamp-6')).toMatchObject({
      latest: null,
      note: 'city.lamp/0: empty',
    })
    await here.put(here.topics.domain('lamp'), 'lamp-5', event(1), partition)
    const { latest, note } = await here.json('/api/assets/lamp-9')
    expect([latest, note]).toEqual([
      null,
      expect.stringMatching(/no event of this asset .* within 1 records/),
    ])
    expect((await refusal('/api/assets/lamp-999'))[2]).toMatch(
      /"lamp-999", expected an id such as lamp-0/,
    )
  })
})
