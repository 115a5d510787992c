// Status, command and wait against a running city, as a shell script uses them: output and exit code.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CityState, stateOf, stateText } from '../../../commands/city/city-state.ts'
import { waitFor } from '../../../commands/city/city-wait.ts'
import { conditionsOf } from '../../../commands/city/wait.ts'
import { startDemo } from '../../../commands/demo/demo-start.ts'
import { buildWebIfStale } from '../../../commands/wiring/web-build.ts'
import type { RunView } from '../../../console/messages.ts'
import { virtualClock } from '../../../infra/clock.ts'
import { SMALL_CITY } from '../../cities.ts'

const ROOT = join(import.meta.dirname, '../../..')
const NOBODY = 'http://127.0.0.1:1'
/** With a build of the page. */
const START_MS = 120_000
let demo: Awaited<ReturnType<typeof startDemo>>

beforeAll(async () => {
  // Whoever is first builds it; without a page no city is ready.
  await buildWebIfStale()
  const values = { city: SMALL_CITY, for: 'P1D', port: '0', 'log-level': 'error' }
  demo = await startDemo({ ...values, speed: '60', partitions: '2' })
}, START_MS)
afterAll(() => demo?.stop())

function huacheng(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const env = { ...process.env, KAFKA_BROKERS: '', TOKEN: '' }
  return new Promise((resolve) => {
    execFile(process.execPath, ['huacheng.js', ...args], { cwd: ROOT, env }, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err })
    })
  })
}
const ask = (...args: string[]) => huacheng(...args, '--url', demo.url)

describe('a running city from a shell', () => {
  it('is waited for, shown on one screen, and as JSON', async () => {
    expect(await ask('wait', '--ready', '--lag', '60', '--timeout', '160')).toMatchObject({
      code: 0,
      out: 'ready, lag 60\n',
    })
    const text = await ask('status')
    expect([text.code, text.err]).toEqual([0, ''])
    const { run } = demo.world.descriptor
    expect(text.out).toMatch(new RegExp(`^run +${run} +epoch 0 +${SMALL_CITY}/default`, 'm'))
    expect(text.out).toMatch(/^clock .* running, speed 60 asked, /m)
    const { scenario } = demo.world
    const tasks = scenario.domains.length * scenario.partitions
    expect(text.out).toMatch(
      new RegExp(`^lag +\\d+ s of sim time; ${tasks} of ${tasks} tasks report$`, 'm'),
    )
    expect(text.out).toMatch(/^ledger +produced \d+ = folded \d+ .*unexplained 0;/m)
    expect(text.out).toMatch(/^alerts /m)
    expect(text.out).toMatch(/^ready +yes$/m)
    const { code, out } = await ask('status', '--json')
    const state = JSON.parse(out) as CityState
    expect([code, state.ready, state.run?.run, state.run?.status]).toEqual([
      0,
      true,
      run,
      'running',
    ])
    const { produced, folded, late, held, lost } = state.ledger
    expect(produced).toBeGreaterThan(0)
    expect(produced).toBe(folded + late + held + lost)
  })

  it('takes commands and says what came of them', async () => {
    const paused = await ask('command', 'clock.pause')
    expect(paused).toMatchObject({ code: 0, err: '' })
    expect(paused.out).toMatch(/^clock\.pause: accepted, counts from \S+Z$/m)
    expect(JSON.parse((await ask('status', '--json')).out).run.status).toBe('paused')
    expect((await ask('command', 'clock.speed', 'speed=120')).code).toBe(0)
    expect((await ask('command', 'clock.resume', '--json')).out).toMatch(/"ok":true/)
    const { run } = JSON.parse((await ask('status', '--json')).out) as CityState
    expect([run?.status, run?.speed]).toEqual(['running', 120])
  })

  it('refuses what it cannot do, with 1, and what is no command line, with 2', async () => {
    const fast = await ask('command', 'clock.speed', '--args', '{"speed": 99999}')
    expect([fast.code, fast.out]).toEqual([1, ''])
    expect(fast.err).toMatch(/^clock\.speed: HTTP 4\d\d, .*speed/)
    expect((await ask('command', 'clock.nap')).code).toBe(1)
    for (const args of [
      ['command'],
      ['command', 'clock.speed', '60'],
      ['command', 'clock.speed', '--args', '[60]'],
      ['wait'],
      ['wait', '--lag', 'none'],
      ['wait', '--sim-time', 'noon'],
      ['status', 'now'],
      ['status', '--url', 'city.example'],
      ['status', '--url', demo.url, '--brokers', '127.0.0.1:1'],
    ]) {
      const { code, err } = await huacheng(...args)
      expect([args, code]).toEqual([args, 2])
      expect(err).toMatch(/expected/)
      expect(err).not.toMatch(/\n\s+at /)
    }
  })

  it('is waited for in vain with 1, saying what was seen', async () => {
    const never = await ask('wait', '--ended', '--timeout', '0.2')
    expect([never.code, never.out]).toEqual([1, ''])
    expect(never.err).toMatch(/^not within 0\.2 s: ended: running at \S+Z$/m)
    const nobody = await huacheng('wait', '--ready', '--timeout', '0.2', '--url', NOBODY)
    expect(nobody).toMatchObject({ code: 1, err: expect.stringContaining(NOBODY) })
    expect(await huacheng('status', '--url', NOBODY)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/expected the answer of a console; start /),
    })
  })
})

const T0 = Date.parse('2026-01-01T00:00:00.000Z')
const RUN = {
  run: 'r-000000000001',
  partitions: 1,
  tickMs: 10_000,
  declarations: { a: {}, b: {} },
  clock: {
    status: 'running',
    simAnchor: T0 + 60_000,
    wallAnchor: 0,
    speed: 2,
    achieved: 2,
    horizon: T0 + 75_000,
    start: T0,
    end: T0 + 100_000,
  },
} as unknown as RunView
const ledger = (watermark: number, more = {}) =>
  ({
    watermark: new Date(T0 + watermark).toISOString(),
    ...{ produced: 10, folded: 7, late: 1, duplicate: 1, deadLetter: 0, unexplained: 0 },
    injected: { drop: 1, corrupt: 0, held: 1, late: 0, duplicate: 0 },
    ...more,
  }) as never
const READY = { ready: true, reasons: [] }

describe('the state of a city', () => {
  const both = [ledger(70_000), ledger(50_000)]

  it('counts the lag from the last tick to the slowest task, and knows none while a task is silent', () => {
    expect(stateOf(READY, RUN, both, [], 5_000)).toMatchObject({
      lag: 20,
      watermark: '2026-01-01T00:00:50.000Z',
      tasks: { telling: 2, of: 2 },
      run: { simTime: '2026-01-01T00:01:10.000Z' },
      ledger: { produced: 20, folded: 14, late: 2, held: 2, lost: 2, unexplained: 0 },
    })
    expect(stateOf(READY, RUN, [ledger(70_000), ledger(70_000)], [], 0).lag).toBe(0)
    expect(stateOf(READY, RUN, both.slice(1), [], 0)).toMatchObject({ lag: null, watermark: null })
    // The clock never shows more than may have been simulated.
    expect(stateOf(READY, RUN, both, [], 90_000).run?.simTime).toBe('2026-01-01T00:01:15.000Z')
    // The run's end need not be a whole tick.
    const clock = { ...RUN.clock, horizon: T0 + 100_000, end: T0 + 95_000 }
    expect(stateOf(READY, { ...RUN, clock }, [ledger(95_000), ledger(95_000)], [], 0).lag).toBe(0)
  })

  it('names a broken ledger, open alerts, and why it is not ready', () => {
    const open = {
      kpi: 'a.x',
      scope: '990001',
      severity: 'critical',
      openedAt: 't',
      closedAt: null,
    }
    const state = stateOf(
      { ready: false, reasons: ['clock: no horizon'] },
      RUN,
      [ledger(1), ledger(1, { unexplained: 3 })],
      [open, { ...open, closedAt: 't' }] as never,
      0,
    )
    const text = stateText(state)
    expect(text).toMatch(/unexplained 3;/)
    expect(text).toMatch(/^alerts +1 open alert\n +critical +a\.x +990001 +since t$/m)
    expect(text).toMatch(/^ready +no: clock: no horizon$/m)
    expect(stateText(stateOf(READY, null, [], [], 0))).toMatch(/^run +none yet$/m)
  })
})

describe('waiting', () => {
  it('needs all conditions at once, and ends with what lacks when time is up', async () => {
    const clock = virtualClock()
    const states = [
      stateOf(READY, RUN, [ledger(70_000), ledger(50_000)], [], 0),
      stateOf({ ready: false, reasons: ['asleep'] }, RUN, [ledger(70_000), ledger(70_000)], [], 0),
      stateOf(READY, RUN, [ledger(70_000), ledger(70_000)], [], 0),
    ]
    const conditions = conditionsOf({ ready: true, lag: '0', 'sim-time': '2026-01-01T00:01:00Z' })
    const seen: string[][] = []
    async function run(upTo: number, limitMs: number) {
      let i = 0
      const read = async () => states[Math.min(i++, upTo)]
      const done = waitFor(conditions, read, { limitMs, clock, onLook: (m) => seen.push(m) })
      for (let n = 0; n < 20; n++) {
        await new Promise((resolve) => setImmediate(resolve))
        clock.advance(500)
      }
      return done
    }
    expect(await run(2, 5_000)).toEqual([])
    expect(seen).toEqual([
      ['lag 0: 20 s', 'sim time 2026-01-01T00:01:00.000Z: 2026-01-01T00:00:50.000Z']
        .sort()
        .reverse(),
      ['ready: asleep'],
      [],
    ])
    expect(await run(1, 2_000)).toEqual(['ready: asleep'])
  })
})
