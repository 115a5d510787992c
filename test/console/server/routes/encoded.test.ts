// Long bodies: soon for whoever asks first, smaller for all who ask later, the same content for everybody.
import { brotliDecompressSync } from 'node:zlib'
import { fastify } from 'fastify'
import { describe, expect, it, vi } from 'vitest'
import { encoded, sendEncoded } from '../../../../console/server/routes/encoded.ts'

/** Like a city's roads: much that repeats a little further on, with numbers of its own. */
const ROADS = Buffer.from(
  JSON.stringify(
    Array.from({ length: 6_000 }, (_, i) => ({
      name: `road ${i % 97}`,
      line: [(i * 7919) % 10_007, (i * 104_729) % 9_973],
    })),
  ),
)

describe('a long body', () => {
  it('is sent in a smaller form to those who ask later, and says the same', async () => {
    const body = encoded(ROADS)
    const app = fastify()
    app.get('/roads', (request, reply) => sendEncoded(request, reply, body))
    const ask = () => app.inject({ url: '/roads', headers: { 'accept-encoding': 'br' } })
    const first = await ask()
    const { br } = body.made
    expect((await ask()).rawPayload.equals(first.rawPayload)).toBe(true)
    await vi.waitUntil(() => body.made.br !== br, { timeout: 20_000, interval: 10 })
    const later = await ask()
    expect(later.rawPayload.length).toBeLessThan(0.95 * first.rawPayload.length)
    for (const { rawPayload, headers } of [first, later]) {
      expect(brotliDecompressSync(rawPayload).equals(ROADS)).toBe(true)
      expect(headers.etag).toBe(body.etag)
    }
    await app.close()
  })
})
