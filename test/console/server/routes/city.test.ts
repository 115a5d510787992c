// City and catalogue for the map.
import { brotliDecompressSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CATALOGUE_HEADER_BYTES, CATALOGUE_MAGIC } from '../../../../console/messages.ts'
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

  it('is refused under another hash', async () => {
    expect(await refusal('/api/catalogue/beef')).toEqual([
      404,
      'not-found',
      `catalogue: "beef", expected ${CATALOGUE} (this run's)`,
    ])
  })
})
