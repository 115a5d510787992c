// City and catalogue for the map.
import { brotliDecompressSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  CATALOGUE_HEADER_BYTES,
  CATALOGUE_MAGIC,
  type RoadsView,
} from '../../../../console/messages.ts'
import { COARSE_MAGIC, FINE_HEADER_BYTES, FINE_MAGIC } from '../../../../console/packed-messages.ts'
import {
  ASSETS,
  CATALOGUE,
  catalogueOfSize,
  LAMPS,
  openSmallCity,
  type SmallCity,
} from '../small-city.ts'

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

describe('/api/city', () => {
  it('leaves roads for near by to /api/city/roads where only the main ones are asked for', async () => {
    const [whole, main, others] = await Promise.all(
      ['/api/city', '/api/city?roads=main', '/api/city/roads'].map(here.json),
    )
    const classes = (of: RoadsView) => [...new Set(of.roadInfo.map((road) => road.class))].sort()
    expect([classes(main), classes(others)]).toEqual([['trunk'], ['local']])
    expect([main.roads.length, others.roads.length]).toEqual([1, 1])
    const { roads, roadInfo } = main
    expect({ ...whole, roads, roadInfo }).toEqual(main)
    expect([...main.roads, ...others.roads]).toEqual(whole.roads)
  })
})

describe('/api/catalogue', () => {
  it('carries positions on a grid, domain and scope, and may be kept for ever', async () => {
    const reply = await here.get(`/api/catalogue/${CATALOGUE}`)
    expect(reply.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect(reply.headers['x-domains']).toBe('lamp,well')
    const bytes = reply.rawPayload
    const catalogue = catalogueOfSize()
    expect(bytes.length).toBe(CATALOGUE_HEADER_BYTES + 6 * ASSETS)
    expect([bytes.readUInt32LE(0), bytes.readUInt32LE(4)]).toEqual([CATALOGUE_MAGIC, ASSETS])
    const number = LAMPS + 7
    const grid = bytes.readUInt16LE(CATALOGUE_HEADER_BYTES + 2 * number)
    const lon = bytes.readDoubleLE(8) + grid * bytes.readDoubleLE(24)
    expect(lon).toBeCloseTo(catalogue.lon[number], 4)
    const domains = bytes.subarray(CATALOGUE_HEADER_BYTES + 4 * ASSETS)
    expect([domains[0], domains[number], domains[ASSETS + number]]).toEqual([0, 1, 2])
  })

  it('comes compressed to whom it may', async () => {
    const headers = { host: '127.0.0.1', 'accept-encoding': 'gzip, br' }
    const reply = await here.server.app.inject({ url: `/api/catalogue/${CATALOGUE}`, headers })
    expect(reply.headers['content-encoding']).toBe('br')
    const plain = (await here.get(`/api/catalogue/${CATALOGUE}`)).rawPayload
    expect(brotliDecompressSync(reply.rawPayload).equals(plain)).toBe(true)
  })

  it('comes in a coarse and a fine part, which are the whole between them', async () => {
    const [whole, coarse, fine] = await Promise.all(
      ['', '?part=coarse', '?part=fine'].map(
        async (part) => (await here.get(`/api/catalogue/${CATALOGUE}${part}`)).rawPayload,
      ),
    )
    const head = CATALOGUE_HEADER_BYTES
    expect([coarse.readUInt32LE(0), coarse.subarray(4, head)]).toEqual([
      COARSE_MAGIC,
      whole.subarray(4, head),
    ])
    expect([fine.readUInt32LE(0), fine.readUInt32LE(4)]).toEqual([FINE_MAGIC, ASSETS])
    for (let i = 0; i < 2 * ASSETS; i++) {
      const both = 256 * coarse[head + i] + fine[FINE_HEADER_BYTES + i]
      expect(both).toBe(whole.readUInt16LE(head + 2 * i))
    }
    expect(coarse.subarray(head + 2 * ASSETS)).toEqual(whole.subarray(head + 4 * ASSETS))
  })

  it('is refused under another hash', async () => {
    expect(await refusal('/api/catalogue/beef')).toEqual([
      404,
      'not-found',
      `catalogue: "beef", expected ${CATALOGUE} (this run's)`,
    ])
  })
})
