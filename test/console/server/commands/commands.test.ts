// Commands: one check for socket and REST, one record per id, the city's answer or none.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { waitUntil } from '../../../../load/wait-until.ts'
import type { Command } from '../../../../producers/contract/records.ts'
import { endRecord } from '../../../run-records.ts'
import { END, hostOf, openSmallCity, type SmallCity, START } from '../small-city.ts'

let here: SmallCity
let epoch: number
const sent: Command[] = []

beforeEach(async () => {
  here = await openSmallCity()
  await here.server.listen()
  epoch = await here.start()
  await here.horizon(epoch, '2025-06-18T08:31:00.000Z')
  await waitUntil('running', async () => (await here.json('/api/run')).clock.status === 'running')
  sent.length = 0
  await here.log.tail({
    topic: here.topics.command,
    from: 'earliest',
    batch: ({ records }) => {
      for (const { value } of records) sent.push(JSON.parse(String(value)))
    },
  })
})
afterEach(() => here.close())

const answer = (id: string, more: object = {}) =>
  here.put(here.topics.commandResult, id, { id, ok: true, effectiveAt: START, ...more })

async function post(payload: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
  const reply = await here.server.app.inject({
    ...{ method: 'POST', url: '/api/commands', payload: payload as object },
    headers: { host: hostOf(here.server.url) },
  })
  return { status: reply.statusCode, body: reply.json() }
}

const dim = { id: 'c-1', name: 'lamp.dim', target: 'lamp-3', args: { level: 4 } }

describe('a body that no command is', () => {
  const send = async (payload: string | Buffer, type = 'application/json') => {
    const reply = await here.server.app.inject({
      ...{ method: 'POST', url: '/api/commands', payload },
      headers: { host: hostOf(here.server.url), 'content-type': type },
    })
    return [reply.statusCode, reply.json().message] as const
  }

  it.each([
    [
      'arguments that nest without end',
      `{"id":"d","args":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
    ],
    ['a name that nests without end', `{"id":"d","name":${'['.repeat(5_000)}${']'.repeat(5_000)}}`],
    ['half of it', '{"id":'],
    ['nothing', ''],
    ['bytes that are no text', Buffer.from('{"id":"\xff\xfe"}', 'latin1')],
  ])('is refused with 400 when it is %s', async (_name, payload) => {
    const [status, message] = await send(payload)
    expect([status, message]).toEqual([400, expect.stringMatching(/^body: .*expected/)])
  })

  it('names at most twenty of its problems', async () => {
    const keys = Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`k${i}`, 1]))
    const [status, message] = await send(JSON.stringify({ ...keys, id: 'x', name: 'clock.pause' }))
    expect(status).toBe(400)
    expect(message.split('\n')).toHaveLength(21)
    expect(message).toMatch(/\nand 880 more$/)
  })

  it('is refused with 415 when it says that it is no JSON', async () => {
    expect((await send('a=1', 'text/plain'))[0]).toBe(415)
  })
})

describe('a command on the socket', () => {
  it('is appended, answered to the sender and published to everybody', async () => {
    const sender = await here.join()
    const other = await here.join()
    sender.say({ op: 'cmd', ...dim })
    await waitUntil('it is in the log', () => sent.length === 1)
    expect(sent[0]).toEqual({ ...dim, by: 'console' })
    expect(sender.of('result')).toEqual([])
    await answer('c-1')
    await waitUntil('the answer', () => sender.of('result').length === 1)
    await waitUntil('the event', () => other.of('event').length === 1)
    expect(sender.of('result')[0]).toEqual({
      op: 'result',
      id: 'c-1',
      ok: true,
      effectiveAt: START,
    })
    const event = { op: 'event', kind: 'command-result', id: 'c-1', ok: true, effectiveAt: START }
    expect(other.of('event')).toEqual([event])
    expect(other.of('result')).toEqual([])
  })

  it('that is refused names every problem and never reaches the log', async () => {
    const client = await here.join()
    client.say({ op: 'cmd', id: 'c 1', name: 'lamp.dim', target: 'well-160', args: { level: 11 } })
    await waitUntil('the answer', () => client.of('result').length === 1)
    expect(client.of('result')[0].error!.split('\n')).toEqual([
      'id: "c 1", expected 1-64 letters, digits, ".", "_" or "-"',
      'target: "well-160", expected the id of an asset of lamp, such as lamp-0',
      'args/level: 11, expected must be <= 10',
    ])
    expect(sent).toEqual([])
  })
})

describe('POST /api/commands', () => {
  it('appends one record for two requests with one id and gives both the same answer', async () => {
    const both = [post(dim), post(dim)]
    await waitUntil('it is in the log', () => sent.length === 1)
    await answer('c-1')
    const [a, b] = await Promise.all(both)
    expect(a).toEqual({ status: 200, body: { id: 'c-1', ok: true, effectiveAt: START } })
    expect(b).toEqual(a)
    expect(await post(dim)).toEqual(a)
    expect(sent.length).toBe(1)
  })

  it('refuses another command under a used id', async () => {
    const first = post(dim)
    await waitUntil('it is in the log', () => sent.length === 1)
    const { status, body } = await post({ ...dim, args: { level: 5 } })
    expect([status, body.ok, body.message]).toEqual([409, false, expect.stringContaining('new id')])
    await answer('c-1')
    await first
    expect(sent.length).toBe(1)
  })

  it('hands on the refusal of the city', async () => {
    const asked = post({ id: 'c-2', name: 'clock.pause' })
    await waitUntil('it is in the log', () => sent.length === 1)
    await answer('c-2', { ok: false, error: 'clock: already paused' })
    expect(await asked).toMatchObject({ status: 409, body: { message: 'clock: already paused' } })
  })

  it('gives up after five seconds and still takes a late answer for the same id', async () => {
    const asked = post(dim)
    await waitUntil('it is in the log', () => sent.length === 1)
    here.clock.advance(5_000)
    const { status, body } = await asked
    expect([status, body.message]).toEqual([504, expect.stringContaining('no answer in 5 s')])
    await answer('c-1')
    await waitUntil('the late answer', async () => (await post(dim)).status === 200)
    expect(sent.length).toBe(1)
  })

  it.each([
    [
      'an unknown name',
      { name: 'lamp.explode' },
      /name: "lamp.explode", expected one of clock.speed/,
    ],
    ['no target', { name: 'lamp.dim', args: { level: 1 } }, /target: nothing, expected the id/],
    [
      'a target of the clock',
      { name: 'clock.pause', target: 'lamp-1' },
      /expected none for clock.pause/,
    ],
    ['speed 0', { name: 'clock.speed', args: { speed: 0 } }, /args\/speed: 0, expected/],
    ['a speed beyond 3,600', { name: 'clock.speed', args: { speed: 4_000 } }, /args\/speed: 4000/],
    ['surplus arguments', { name: 'clock.pause', args: { now: true } }, /args/],
    ['a jump back', { name: 'clock.jump', args: { to: START } }, /expected an instant after/],
    ['a jump past the end', { name: 'clock.jump', args: { to: '2025-07-01T00:00:00Z' } }, /up to/],
    ['a jump to nowhere', { name: 'clock.jump', args: { to: 'noon' } }, /expected an ISO 8601/],
    ['a list', [], /command: an array, expected an object/],
    ['surplus fields', { name: 'clock.pause', by: 'me' }, /by: a field, expected id, name/],
  ])('refuses %s with 400', async (_name, command, problem) => {
    const payload = Array.isArray(command) ? command : { id: 'c-9', ...command }
    const { status, body } = await post(payload)
    expect(status).toBe(400)
    expect(body.message).toMatch(problem)
    expect(sent).toEqual([])
  })

  it('takes nothing but run.restart after the end', async () => {
    await here.log.append(here.topics.run, 0, [
      endRecord(epoch, { at: END, reason: 'duration', term: epoch }),
    ])
    await waitUntil('the end', async () => (await here.json('/api/run')).clock.status === 'ended')
    expect((await post({ id: 'p', name: 'clock.pause' })).body.message).toMatch(/run: it has ended/)
    const asked = post({ id: 'r', name: 'run.restart' })
    await waitUntil('it is in the log', () => sent.length === 1)
    await answer('r')
    expect((await asked).status).toBe(200)
  })
})

describe('a server without commands', () => {
  it('refuses all of them', async () => {
    const quiet = await openSmallCity({ commands: false })
    await quiet.start()
    expect((await quiet.json('/api/run')).commands).toBe(false)
    const reply = await quiet.server.app.inject({
      ...{ method: 'POST', url: '/api/commands', payload: { id: 'a', name: 'clock.pause' } },
      headers: { host: '127.0.0.1' },
    })
    expect(reply.statusCode).toBe(403)
    await quiet.close()
  })
})
