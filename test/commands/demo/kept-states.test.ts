// The demo goes back and on to where it was kept: whatever was done in between, it is the run that nobody disturbed, to the byte.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { startDemo } from '../../../commands/demo/demo-start.ts'
import { KeptStates } from '../../../commands/demo/kept-states.ts'
import { digestOf } from '../../../commands/digest.ts'
import { computeKpis } from '../../../commands/kpis.ts'
import { openWorld } from '../../../commands/wiring/world.ts'
import {
  type CommandAnswer,
  type KpiReading,
  type ProofView,
  REPLACED,
  type ServerMessage,
  type StageMessage,
  SUBPROTOCOL,
  type TaskView,
} from '../../../console/messages.ts'
import { waitUntil } from '../../../load/wait-until.ts'
import { topicNames } from '../../../producers/contract/topics.ts'
import { readRuns } from '../../../producers/run/run-history.ts'
import { SEEDS_ROOT } from '../../../seeds/load/city.ts'

/** It only ends what hangs: a machine with other work takes long for so many starts. */
const LONG_MS = 180_000
const MINUTE_MS = 60_000
/** Sim minutes after the start; the clock stands at each but the first. */
const CUES = [0, 10, 20, 30]
const lasting = (minutes: number) => (minutes === 0 ? 'PT0S' : `PT${minutes}M`)

const folder = mkdtempSync(join(tmpdir(), 'huacheng-kept-'))
const scenario = join(folder, 'kept.json')
const values = {
  city: 'testville',
  scenario,
  for: 'PT1H',
  port: '0',
  // No cue comes before it is asked for.
  speed: '1',
  'log-level': 'fatal',
}

let demo: Awaited<ReturnType<typeof startDemo>>
let socket: WebSocket
let hello: Extract<ServerMessage, { op: 'hello' }>
let agg: Extract<ServerMessage, { op: 'agg' }> | null = null
let problem: string | null = null

/** As a page does: where its server was replaced it dials again. */
function dial(): void {
  socket = new WebSocket(`${demo.url.replace('http', 'ws')}/live`, SUBPROTOCOL, {
    origin: demo.url,
  })
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (isBinary) return
    const message = JSON.parse(data.toString()) as ServerMessage
    if (message.op === 'hello') {
      hello = message
      agg = null
      problem = message.stage.problem
    } else if (message.op === 'agg') agg = message
    else if (message.op === 'event' && message.kind === 'stage') problem = message.stage.problem
  })
  socket.on('close', (code: number) => code === REPLACED && dial())
  socket.on('error', () => {})
}

beforeAll(async () => {
  const file = join(SEEDS_ROOT, 'testville', 'scenarios', 'storm.json')
  const cues = CUES.map((minutes) => {
    const title = { zh: `第${minutes}分钟`, en: `minute ${minutes}` }
    return { at: lasting(minutes), title, say: title, ...(minutes > 0 && { hold: true }) }
  })
  const storm = JSON.parse(readFileSync(file, 'utf8')) as object
  writeFileSync(scenario, JSON.stringify({ ...storm, cues }))
  demo = await startDemo(values)
  dial()
  await waitUntil('the city reports', () => agg !== null, LONG_MS)
}, 2 * LONG_MS)
afterAll(async () => {
  socket?.terminate()
  await demo?.stop()
  rmSync(folder, { recursive: true })
})

async function ask<T>(path: string, body?: object): Promise<T> {
  const headers = { 'content-type': 'application/json', origin: demo.url }
  const request = body && { method: 'POST', headers, body: JSON.stringify(body) }
  return (await (await fetch(demo.url + path, request)).json()) as T
}

const send = (stage: Omit<StageMessage, 'op'>) =>
  socket.send(JSON.stringify({ op: 'stage', ...stage }))
const timeOf = (cue: number) => Date.parse(demo.world.descriptor.start) + CUES[cue] * MINUTE_MS

/** Goes to a cue where the clock stands; `kept` = whether the city had been kept there, where that is known. */
async function go(cue: number, kept?: boolean): Promise<void> {
  const before = hello.run.world
  send({ cue })
  const stands = () =>
    agg?.clock.status === 'paused' && agg.clock.horizon === timeOf(cue) && agg.health.lagSimMs === 0
  const isGone = () => kept === undefined || (hello.run.world !== before) === kept
  const seen = () =>
    `${agg?.clock.status} at ${agg && new Date(agg.clock.horizon).toISOString()}, ${agg?.health.lagSimMs} ms behind, world ${hello.run.world} after ${before}, stage ${JSON.stringify(hello.stage)} ${problem}`
  await waitUntil(`cue ${cue}`, () => (isGone() && stands()) || seen(), LONG_MS)
}

async function reset(): Promise<void> {
  const before = hello.run.world
  send({ restart: true })
  await waitUntil('the start', () => hello.run.world !== before && agg !== null, LONG_MS)
}

/** A command to an asset of the city; resolves with its answer. */
function order(id: string, number = 0): Promise<CommandAnswer> {
  const { ids, ranges } = demo.world.catalogue
  const target = ids[ranges.parking.from + number]
  return ask('/api/commands', {
    id,
    name: 'parking.divert',
    target,
    args: { for: 'PT1H', share: 1 },
  })
}

/** The run without a clock up to a cue, with these accepted commands. */
async function undisturbed(cue: number, wanted: string[]) {
  const [run] = await readRuns(demo.log, topicNames().run, () => {})
  const log = run.commands.filter(({ id }) => wanted.includes(id))
  expect(log.map(({ id }) => id)).toEqual(wanted)
  const file = join(folder, 'commands.jsonl')
  writeFileSync(file, log.map((command) => `${JSON.stringify(command)}\n`).join(''))
  return openWorld({ ...values, for: `PT${CUES[cue]}M`, commands: file }, { truth: true })
}

/** What is shown while the clock stands at a cue is what a run without a clock comes to that obeys these commands. */
async function expectUndisturbed(cue: number, commands: string[] = []): Promise<void> {
  const world = await undisturbed(cue, commands)
  const { digest, partitions } = digestOf(world, 1)
  await waitUntil('the last tick is complete', async () => {
    const { digest: shown } = await ask<ProofView>('/api/proof')
    return shown?.digest === digest
  })
  const proof = await ask<ProofView>('/api/proof')
  expect(proof.digest!.chains).toEqual(partitions)
  for (const task of await ask<TaskView[]>('/api/ledger')) {
    expect([task.unexplained, task.duplicate, task.late, task.deadLetter]).toEqual([0, 0, 0, 0])
    expect(task.produced).toBe(task.folded)
  }
  const expected = new Map<string, KpiReading[]>()
  computeKpis(world, (reading) => {
    if (reading.window.kind !== 'window') return
    expected.set(reading.kpi, [...(expected.get(reading.kpi) ?? []), reading])
  })
  expect(expected.size).toBeGreaterThan(20)
  for (const [kpi, finals] of expected) {
    const shown = await ask<KpiReading[]>(`/api/kpis/${kpi}/history`)
    expect(shown, kpi).toEqual(finals)
  }
}

describe('a demo that was kept', () => {
  it(
    'goes back to before a command, and the command is undone',
    async () => {
      await go(1, false)
      expect(await order('a')).toMatchObject({ ok: true })
      await go(2, false)
      await expectUndisturbed(2, ['a'])
      await go(1, true)
      await expectUndisturbed(1)
      // The second cue was kept with the command, so that it is no use now.
      await go(2, false)
      await expectUndisturbed(2)
    },
    10 * MINUTE_MS,
  )

  it(
    'goes to the start and on to what was kept, as often as one likes',
    async () => {
      await reset()
      await go(2, true)
      await expectUndisturbed(2)
      await go(1, true)
      await go(2, true)
      await reset()
      await go(1, true)
      await expectUndisturbed(1)
    },
    10 * MINUTE_MS,
  )

  it(
    'does what is asked for while it goes, when it is there',
    async () => {
      send({ restart: true })
      await go(2, true)
      await expectUndisturbed(2)
      send({ restart: true })
      send({ cue: 2 })
      await go(1, true)
      await expectUndisturbed(1)
    },
    10 * MINUTE_MS,
  )

  it(
    'obeys commands where it went to, keeps them for what follows, and drops them where it goes back',
    async () => {
      await go(2, true)
      expect(await order('b', 1)).toMatchObject({ ok: true })
      await go(3, false)
      await expectUndisturbed(3, ['b'])
      await go(2, true)
      await expectUndisturbed(2)
      await go(3, false)
      await expectUndisturbed(3)
      await go(1, true)
      await go(3, true)
      await expectUndisturbed(3)
    },
    10 * MINUTE_MS,
  )

  it(
    'answers every command that is on its way, or refuses it in words',
    async () => {
      const orders = Array.from({ length: 40 }, (_, i) =>
        new Promise((resolve) => setTimeout(resolve, 25 * i)).then(() => order(`c${i}`, i % 5)),
      )
      await go(1, true)
      const answers = await Promise.all(orders)
      for (const { ok, message } of answers as (CommandAnswer & { message?: string })[]) {
        if (!ok)
          expect(message).toMatch(/went to 2026-03-09T23:40:00.000Z while this was on its way/)
      }
      // Of those that were taken the run has the ones that came after.
      const [run] = await readRuns(demo.log, topicNames().run, () => {})
      const known = run.commands.filter(({ name }) => name === 'parking.divert').map(({ id }) => id)
      expect(known.length).toBeLessThanOrEqual(answers.filter(({ ok }) => ok).length)
      await go(2)
      await expectUndisturbed(2, known)
    },
    10 * MINUTE_MS,
  )
})

describe('a kept state that is damaged', () => {
  it.each([
    [
      'its kernel',
      async (state: Awaited<ReturnType<KeptStates['find']>>) => {
        const bytes = await state!.kernel
        bytes[bytes.length >> 1] ^= 1
      },
    ],
    [
      'its log',
      async (state: Awaited<ReturnType<KeptStates['find']>>) => {
        const topic = topicNames().domain('parking')
        const [{ partition }] = await state!.log.offsets(topic)
        const stray = { key: null, value: Buffer.from('{}'), timestamp: 0 }
        await state!.log.append(topic, partition, [stray])
      },
    ],
  ])(
    'is refused and said so, for %s, and the city is simulated up to there',
    async (_, damage) => {
      await reset()
      await go(1)
      await reset()
      const { find } = KeptStates.prototype
      vi.spyOn(KeptStates.prototype, 'find').mockImplementationOnce(async function (
        this: KeptStates,
        ...asked
      ) {
        const state = await find.apply(this, asked)
        await damage(state)
        return state
      })
      await go(1, true)
      const said = /^the city as it was kept is of no use, so it is simulated up to there again: /
      await waitUntil('it is said', () => said.test(problem ?? ''), LONG_MS)
      await go(2)
      const { digest } = digestOf(await undisturbed(2, []), 1)
      await waitUntil('the last tick is complete', async () => {
        const { digest: shown } = await ask<ProofView>('/api/proof')
        return shown?.digest === digest
      })
    },
    10 * MINUTE_MS,
  )
})
