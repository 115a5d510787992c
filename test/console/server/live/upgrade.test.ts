// Who may open the socket, and what ends it.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { createConsoleServer } from '../../../../console/server/server.ts'
import { Problem } from '../../../../infra/problem.ts'
import { waitUntil } from '../../../../load/wait-until.ts'
import { type Client, openSmallCity, type SmallCity } from '../small-city.ts'

const TOKEN = 'a-token-of-some-length'
let here: SmallCity

async function open(more: Parameters<typeof openSmallCity>[0] = {}): Promise<void> {
  here = await openSmallCity(more)
  await here.server.listen()
  await here.start()
}

async function refusalOf(client: Client): Promise<{ status: number; message: string }> {
  await waitUntil('a refusal', () => client.refused !== null)
  return { status: client.refused!.status, message: JSON.parse(client.refused!.body).message }
}

async function endOf(client: Client) {
  await waitUntil('the end', () => client.closed !== null)
  return client.closed!
}

afterEach(() => here.close())

describe('the door', () => {
  beforeEach(() => open())

  it.each([
    ['another site', { origin: 'http://evil.example' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['another scheme', { origin: 'https://127.0.0.1' }],
    ['no page at all', {} as Record<string, string>],
  ])('refuses %s with 403', async (_name, headers) => {
    const { status, message } = await refusalOf(here.dial({ headers }))
    expect(status).toBe(403)
    expect(message).toMatch(/^origin: .*, expected this server's own; /)
  })

  it('refuses another name for this machine (DNS rebinding) on the socket and over HTTP', async () => {
    const host = `rebound.example:${new URL(here.server.url).port}`
    const headers = { origin: here.server.url, host }
    expect((await refusalOf(here.dial({ headers }))).status).toBe(403)
    const reply = await here.server.app.inject({ url: '/api/run', headers: { host } })
    expect([reply.statusCode, reply.json().error]).toEqual([403, 'host'])
  })

  it('accepts localhost as its own name', async () => {
    const port = new URL(here.server.url).port
    const headers = { origin: `http://localhost:${port}`, host: `localhost:${port}` }
    const client = here.dial({ headers })
    await waitUntil('hello', () => client.of('hello').length === 1)
  })

  it('refuses another protocol, and another path', async () => {
    const { status, message } = await refusalOf(here.dial({ protocol: 'mqtt' }))
    expect(status).toBe(400)
    expect(message).toContain('expected huacheng.v1')
    expect((await refusalOf(here.dial({ path: '/other' }))).status).toBe(404)
  })

  it('refuses a page of another site that posts a command', async () => {
    const reply = await here.server.app.inject({
      ...{ method: 'POST', url: '/api/commands', payload: { id: 'a', name: 'clock.pause' } },
      headers: { host: new URL(here.server.url).host, origin: 'http://evil.example' },
    })
    expect([reply.statusCode, reply.json().error]).toEqual([403, 'origin'])
  })
})

describe('a crowd', () => {
  it('is refused above the limit per address', async () => {
    await open({ limits: { clientsPerAddress: 2, requestsPerMinute: 1_000_000 } })
    await here.join()
    const second = await here.join()
    const { status, message } = await refusalOf(here.dial())
    expect(status).toBe(503)
    expect(message).toMatch(/^connections from .*: 2, expected fewer than 2/)
    second.socket.close()
    await waitUntil('room', async () => (await here.get('/metrics')).body.includes('_clients 1'))
    await here.join()
  })
})

describe('what a client says', () => {
  beforeEach(() => open())

  it.each([
    ['not JSON', '{', 'message: not JSON'],
    ['not an object', '[1]'.slice(1, 2), 'message: expected an object'],
    ['an unknown op', '{"op":"shutdown"}', 'op: "shutdown", expected ack, subscribe, stage or cmd'],
    ['a wrong ack', '{"op":"ack","seq":-1}', 'ack.seq: expected a whole number'],
    ['nested without end', `{"op":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, 'message: too-deep'],
    ['an op of nothing but wide letters', `{"op":"${'城'.repeat(99)}"}`, 'op: a string, expected'],
    ['a wrong subscription', '{"op":"subscribe","maxHz":0,"frames":true}', 'subscribe: expected'],
  ])('ends the socket with 1008 and the reason when it is %s', async (_name, text, reason) => {
    const client = await here.join()
    client.socket.send(text)
    const end = await endOf(client)
    expect(end.code).toBe(1008)
    expect(end.reason).toContain(reason)
  })

  it('answers a command whose arguments nest without end, and appends nothing', async () => {
    const client = await here.join()
    const args = `${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}`
    client.socket.send(`{"op":"cmd","id":"deep","name":"clock.pause","args":${args}}`)
    const end = await endOf(client)
    expect(end).toEqual({ code: 1008, reason: expect.stringContaining('too-deep') })
    expect((await here.log.offsets(here.topics.command))[0].latest).toBe(0n)
  })

  it('ends the socket with 1009 when it is larger than 16 kB', async () => {
    const client = await here.join()
    client.socket.send('x'.repeat(16 * 1024 + 1))
    expect((await endOf(client)).code).toBe(1009)
  })

  it('ends the socket when it comes faster than the limit', async () => {
    const client = await here.join()
    for (let i = 0; i < 200; i++) client.say({ op: 'ack', seq: 0 })
    const end = await endOf(client)
    expect(end).toMatchObject({ code: 1008, reason: expect.stringContaining('per second') })
  })
})

describe('a token', () => {
  const host = () => ({ host: new URL(here.server.url).host })

  it('guards /api and /metrics but not the page, nor whether the server is well', async () => {
    await openGuarded()
    const status = async (url: string, headers: Record<string, string> = {}) =>
      (await here.server.app.inject({ url, headers: { ...host(), ...headers } })).statusCode
    expect(await status('/api/runs')).toBe(401)
    expect(await status('/%61pi/runs')).toBe(401)
    expect(await status('/metrics')).toBe(401)
    expect(await status('/api/runs', { authorization: 'Bearer wrong' })).toBe(401)
    expect(await status('/api/runs', { authorization: `Bearer ${TOKEN}` })).toBe(200)
    expect(await status('/')).toBe(200)
    expect(await status('/health')).toBe(503)
  })

  it('admits a socket once per ticket, and a program that shows the token', async () => {
    await openGuarded()
    expect((await refusalOf(here.dial())).status).toBe(401)
    const reply = await here.server.app.inject({
      ...{ method: 'POST', url: '/api/ticket' },
      headers: { ...host(), authorization: `Bearer ${TOKEN}` },
    })
    const path = `/live?ticket=${reply.json().ticket}`
    const client = here.dial({ path })
    await waitUntil('open', () => client.socket.readyState === WebSocket.OPEN)
    expect((await refusalOf(here.dial({ path }))).status).toBe(401)
    const program = here.dial({ headers: { authorization: `Bearer ${TOKEN}` } })
    await waitUntil('open', () => program.socket.readyState === WebSocket.OPEN)
  })

  it('does not admit with a ticket that is too old', async () => {
    await openGuarded()
    const reply = await here.server.app.inject({
      ...{ method: 'POST', url: '/api/ticket' },
      headers: { ...host(), authorization: `Bearer ${TOKEN}` },
    })
    here.clock.advance(reply.json().expiresInMs + 1)
    const late = here.dial({ path: `/live?ticket=${reply.json().ticket}` })
    expect((await refusalOf(late)).status).toBe(401)
  })

  it('is asked for when the address is open to others', async () => {
    await open()
    const options = { ...here, host: '0.0.0.0' } as unknown as Parameters<
      typeof createConsoleServer
    >[0]
    const error = await createConsoleServer(options).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(Problem)
    expect((error as Problem).message).toMatch(
      /^console host: 0\.0\.0\.0 without a token, expected a loopback .*; .*--token/,
    )
  })

  async function openGuarded(): Promise<void> {
    here = await openSmallCity({ token: TOKEN })
    await here.server.listen()
  }
})
