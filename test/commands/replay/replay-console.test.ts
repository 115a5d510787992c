// The page's server over a recording: one address, the clock goes forward and back, and every seek shows a world of its own.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { checkedPage } from '../../../commands/options/page-options.ts'
import { showReplay } from '../../../commands/replay/page/replay-console.ts'
import { worldsOfDescriptors } from '../../../commands/wiring/on-kafka.ts'
import { REPLACED, type RunView, SUBPROTOCOL } from '../../../console/messages.ts'
import { realClock } from '../../../infra/clock.ts'
import { createLogger } from '../../../infra/logger.ts'
import { Replay } from '../../../replay/player/replay.ts'
import { Recording } from '../../../replay/recording/recording.ts'
import { recordSmallRun } from '../../replay/small-recording.ts'

const scratch = mkdtempSync(join(tmpdir(), 'huacheng-replay-console-'))
const folder = join(scratch, 'run')
const logger = createLogger({ level: 'error' })
const worlds = worldsOfDescriptors()
let recording: Recording
let replay: Replay
let shown: Awaited<ReturnType<typeof showReplay>>
beforeAll(async () => {
  await recordSmallRun(folder, 'gz')
  recording = await Recording.open(folder)
  replay = await Replay.open(recording, { clock: realClock, logger, ...worlds }, { speed: 1 })
  const page = checkedPage({ port: '0' }, {})
  shown = await showReplay({ replay, page, worlds, logger, webRoot: scratch })
}, 60_000)
afterAll(async () => {
  await shown.close()
  await replay.close()
  await recording.close()
  rmSync(scratch, { recursive: true })
})

const view = async () => (await (await fetch(`${shown.url}/api/run`)).json()) as RunView

async function ask(name: string, args: object = {}): Promise<{ status: number; message?: string }> {
  const response = await fetch(`${shown.url}/api/commands`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: crypto.randomUUID(), name, args }),
  })
  const { message } = (await response.json()) as { message?: string }
  return { status: response.status, message }
}

async function until(isSo: (run: RunView) => boolean): Promise<RunView> {
  for (let tries = 0; tries < 200; tries++) {
    const run = await view()
    if (isSo(run)) return run
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('not so within 10 s')
}

/** Resolves with the code with which the server closes it. */
async function openSocket(): Promise<{ closed: Promise<number>; hello: Promise<RunView> }> {
  const socket = new WebSocket(`${shown.url.replace('http', 'ws')}/live`, SUBPROTOCOL, {
    origin: shown.url,
  })
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  const hello = new Promise<RunView>((resolve) =>
    socket.on('message', (data, isBinary) => {
      const message = isBinary ? null : JSON.parse(String(data))
      if (message?.op === 'hello') resolve(message.run)
    }),
  )
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  return { closed, hello }
}

test('a seek back shows another world at the same address, and tells pages to dial again', async () => {
  const { from, to } = replay.span
  const before = await until(({ clock }) => clock.status === 'running')
  expect(before.replay).toEqual({ from, to, loop: null })
  const socket = await openSocket()
  expect((await socket.hello).world).toBe(before.world)
  const time = from + 180_000
  expect(await ask('clock.jump', { to: new Date(time).toISOString(), hold: true })).toMatchObject({
    status: 200,
  })
  expect(await socket.closed).toBe(REPLACED)
  const there = await until(({ clock, world }) => world > before.world && clock.status === 'paused')
  expect([there.epoch, there.clock.simAnchor]).toEqual([before.epoch, time])
  expect((await ask('clock.jump', { to: new Date(from + 60_000).toISOString() })).status).toBe(200)
  const back = await until(({ world }) => world > there.world)
  expect([back.clock.status, back.clock.simAnchor]).toEqual(['paused', from + 60_000])
  expect((await (await openSocket()).hello).world).toBe(back.world)
})

test('the city takes no commands', async () => {
  const { status, message } = await ask('incident.stop', { id: 'a' })
  expect([status, message]).toEqual([409, expect.stringContaining('this is a replay')])
})

test('GET /api/replay says what happens when, and commands of a replay are taken', async () => {
  const { from, to } = replay.span
  const response = await fetch(`${shown.url}/api/replay`)
  const timeline = (await response.json()) as object
  const { components } = (await (await fetch(`${shown.url}/openapi.json`)).json()) as {
    components: object
  }
  const $ref = '#/components/schemas/ReplayTimeline'
  const validate = new Ajv2020({ strict: false }).compile({ $ref, components })
  expect(validate(timeline) ? [] : validate.errors).toEqual([])
  expect([response.status, timeline]).toEqual([
    200,
    expect.objectContaining({ from, to, stepMs: 10_000, moments: expect.any(Array) }),
  ])
  const { world } = await view()
  const [begin, end] = [from + 60_000, from + 120_000].map((time) => new Date(time).toISOString())
  expect((await ask('replay.loop', { from: begin, to: end })).status).toBe(200)
  const looped = await until((run) => run.world > world)
  expect(looped.replay?.loop).toEqual({ from: from + 60_000, to: from + 120_000 })
  expect((await ask('replay.step', { by: 'PT10S', back: 1 })).status).toBe(400)
})
