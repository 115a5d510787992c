// The page's reads: what their failures say, and that none waits for ever.
import { describe, expect, it } from 'vitest'
import { createApi, ReadError } from '../../../../../console/web/store/connection/api.ts'

const answering =
  (...responses: (Response | Error)[]): typeof fetch =>
  async () => {
    const next = responses.shift()
    if (next instanceof Response) return next
    throw next ?? new Error('asked once too often')
  }

const failureOf = (read: Promise<unknown>) =>
  read.then(
    () => null,
    (error: ReadError) => error,
  )

describe('a read that fails', () => {
  it('says the server’s own sentence, its status and how long it asked to wait', async () => {
    const headers = { 'retry-after': '7' }
    const refusal = new Response('{"message":"too many"}', { status: 429, headers })
    const error = await failureOf(createApi(null, answering(refusal)).proof())
    expect([error?.message, error?.status, error?.retryAfterMs]).toEqual([
      'GET api/proof: too many',
      429,
      7_000,
    ])
  })

  it('reads a date as the time to wait, and no nonsense', async () => {
    const waitOf = async (said: string) => {
      const headers = { 'retry-after': said }
      const api = createApi(null, answering(new Response('', { status: 503, headers })))
      return (await failureOf(api.proof()))?.retryAfterMs
    }
    const inAMinute = await waitOf(new Date(Date.now() + 60_000).toUTCString())
    expect(inAMinute).toBeGreaterThan(50_000)
    expect(inAMinute).toBeLessThanOrEqual(60_000)
    expect([await waitOf('soon'), await waitOf('-3')]).toEqual([0, 0])
  })

  it('has no status when nothing answered, or when what came was cut off', async () => {
    const gone = await failureOf(
      createApi(null, answering(new TypeError('Failed to fetch'))).proof(),
    )
    expect([gone?.message, gone?.status]).toEqual(['GET api/proof: Failed to fetch', null])
    const cut = await failureOf(createApi(null, answering(new Response('{"a":'))).proof())
    expect([cut instanceof ReadError, cut?.status]).toEqual([true, null])
  })

  it('says that no answer came in time', async () => {
    const hanging: typeof fetch = (_input, init) =>
      new Promise((_, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
      })
    const error = await failureOf(createApi(null, hanging).city(20))
    expect(error?.message).toBe('GET api/city?roads=main: no answer within 0.02 s')
  })
})

describe('a ticket', () => {
  it('is asked for again at once where a dead connection swallowed the question, not where it was refused', async () => {
    const lost = new DOMException('', 'TimeoutError')
    const ticket = new Response('{"ticket":"once"}')
    const { ticket: handedOn } = createApi('s', answering(lost, lost, ticket))
    expect(await handedOn()).toBe('once')
    const refused = new Response('', { status: 401 })
    const error = await failureOf(createApi('s', answering(refused, ticket)).ticket())
    expect(error?.status).toBe(401)
  })
})
