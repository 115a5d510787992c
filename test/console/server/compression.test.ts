// Answers come in the form that the caller accepts.
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { openSmallCity } from './small-city.ts'

it('sends long answers compressed to who accepts it, and the same to everybody', async () => {
  const here = await openSmallCity()
  await here.start()
  const asked = async (accepted: string) => {
    const headers = { host: '127.0.0.1', 'accept-encoding': accepted }
    return here.server.app.inject({ url: '/api/run', headers })
  }
  const plain = await asked('identity')
  const brotli = await asked('gzip, br')
  const zipped = await asked('gzip')
  expect(plain.headers['content-encoding']).toBeUndefined()
  expect(plain.headers.vary).toBe('accept-encoding')
  expect(brotli.headers['content-encoding']).toBe('br')
  expect(brotliDecompressSync(brotli.rawPayload).toString()).toContain('"epoch"')
  expect(zipped.headers['content-encoding']).toBe('gzip')
  expect(gunzipSync(zipped.rawPayload).toString()).toContain('"epoch"')
  await here.close()
})

it('leaves short answers as they are', async () => {
  const here = await openSmallCity()
  const headers = { host: '127.0.0.1', 'accept-encoding': 'br' }
  const answer = await here.server.app.inject({ url: '/api/run', headers })
  expect([answer.statusCode, answer.headers['content-encoding']]).toEqual([503, undefined])
  await here.close()
})
