// The demo's own recordings: whatever stretch is kept or recorded is a recording like any, and replays to the byte as it was.
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startDemo } from '../../../commands/demo/demo-start.ts'
import { readValues } from '../../../commands/options/options.ts'
import { lastOf } from '../../../commands/replay/last/record-last.ts'
import { record } from '../../../commands/replay/record.ts'
import type { RecordingsView, RecordingView, RunView } from '../../../console/messages.ts'
import { realClock } from '../../../infra/clock.ts'
import { createLogger } from '../../../infra/logger.ts'
import { Problem } from '../../../infra/problem.ts'
import { waitUntil } from '../../../load/wait-until.ts'
import { UNPACED_SPEED } from '../../../producers/contract/run/run-commands.ts'
import { topicNames } from '../../../producers/contract/topics.ts'
import { Replay } from '../../../replay/player/replay.ts'
import { DurableFile } from '../../../replay/recording/durable-file.ts'
import { Recording } from '../../../replay/recording/recording.ts'
import { isProved, verifyRecording } from '../../../replay/verify/verify.ts'
import { differing, playedThrough, readingsOf } from '../../replay/player/readings-of.ts'

const scratch = mkdtempSync(join(tmpdir(), 'huacheng-ring-'))
const folder = join(scratch, 'recordings')
const MINUTE_MS = 60_000
const LONG_MS = 240_000
const topics = topicNames()
let demo: Awaited<ReturnType<typeof startDemo>>

beforeAll(async () => {
  const values = { scenario: 'rainstorm', scale: '0.02', partitions: '2', for: 'PT4H' }
  demo = await startDemo({
    ...{ ...values, speed: '120', port: '0', 'log-level': 'fatal', 'no-twin': true },
    recordings: folder,
  })
  await waitUntil('there is something to keep', holdsEnough, LONG_MS)
}, 2 * LONG_MS)
afterAll(async () => {
  await demo?.stop()
  rmSync(scratch, { recursive: true })
})

async function holdsEnough(): Promise<boolean> {
  const { reach } = await look()
  if (reach === null || reach.to - reach.from < 12 * MINUTE_MS) await goOn()
  return reach !== null && reach.to - reach.from >= 12 * MINUTE_MS
}
/** A machine that is busy for more than five seconds has slept to the city, which then stands. */
async function goOn(): Promise<void> {
  const { clock } = (await (await fetch(`${demo.url}/api/run`)).json()) as RunView
  if (clock.status !== 'paused') return
  const body = JSON.stringify({ id: `go-on-${Date.now()}`, name: 'clock.resume', args: {} })
  const headers = { 'content-type': 'application/json', origin: demo.url }
  await fetch(`${demo.url}/api/commands`, { method: 'POST', headers, body })
}
const look = async () =>
  (await (await fetch(`${demo.url}/api/recordings`)).json()) as RecordingsView

async function post(path: string, body?: object) {
  const headers = { 'content-type': 'application/json', origin: demo.url }
  const request = { method: 'POST', ...(body && { headers, body: JSON.stringify(body) }) }
  const answer = await fetch(`${demo.url}/api/recordings${path}`, request)
  return {
    status: answer.status,
    body: (await answer.json()) as RecordingView & { message: string },
  }
}

async function done(id: string): Promise<RecordingView> {
  let found: RecordingView | undefined
  await waitUntil(
    `${id} is written`,
    async () => {
      found = (await look()).recordings.find((it) => it.id === id)
      return found?.phase === 'done' || found?.phase === 'failed'
    },
    LONG_MS,
  )
  return found!
}

/** Proves it, plays it through, and holds each final of it against the city's own, byte by byte. */
async function holdAgainstCity({ folder: at, from }: RecordingView) {
  const recording = await Recording.open(at)
  try {
    expect(recording.manifest.closed).toBe(true)
    expect(isProved(await verifyRecording(recording))).toBe(true)
    const { world } = demo
    const logger = createLogger({ level: 'error' })
    const options = { clock: realClock, logger, cityOf: () => world.city }
    const replay = await Replay.open(
      recording,
      { ...options, catalogueOf: () => world.catalogue },
      { speed: UNPACED_SPEED },
    )
    expect(replay.span.from).toBe(from)
    // What stands there at once, before anything is played.
    const first = await readingsOf(replay.world.log, topics)
    const hasBegun = from! > world.scenario.start
    expect(Object.keys(first.finals).length > 0).toBe(hasBegun)
    const { finals } = await playedThrough(replay)
    const { span } = replay
    await replay.close()
    const own = (await readingsOf(demo.log, topics)).finals
    const ofWindows = (name: string) => !name.includes('|day|')
    const names = Object.keys(finals).filter((name) => ofWindows(name) && name in own)
    const only = (all: Record<string, string>) =>
      Object.fromEntries(names.map((name) => [name, all[name]]))
    expect(differing(only(finals), only(own))).toEqual([])
    const ends = names.map((name) => Date.parse(JSON.parse(finals[name]).window.end))
    return { span, made: ends.filter((end) => end > span.from).length }
  } finally {
    await recording.close()
  }
}

test(
  'the last minutes are a recording that begins in the middle and replays as the city was',
  async () => {
    const { status, body } = await post('', { last: 'PT5M' })
    expect([status, body.phase, body.kind]).toEqual([200, 'writing', 'last'])
    const view = await done(body.id)
    expect([view.phase, view.problem, view.share]).toEqual(['done', null, 1])
    expect(view.to! - view.from!).toBe(5 * MINUTE_MS)
    const { span, made } = await holdAgainstCity(view)
    expect(span).toEqual({ from: view.from, to: view.to })
    expect(made).toBeGreaterThan(100)
  },
  LONG_MS,
)

test(
  'as much as there is is kept where more is asked for, and both are said',
  async () => {
    const { body } = await post('', { last: 'PT23H' })
    const view = await done(body.id)
    expect([view.phase, view.asked]).toEqual(['done', 23 * 60 * MINUTE_MS])
    expect(view.to! - view.from!).toBeGreaterThan(5 * MINUTE_MS)
    expect(view.to! - view.from!).toBeLessThan(60 * MINUTE_MS)
    await holdAgainstCity(view)
  },
  LONG_MS,
)

test(
  'what is begun and ended by hand replays from where it was begun; meanwhile no other is begun',
  async () => {
    const { body: begun } = await post('', {})
    expect([begun.kind, begun.phase]).toEqual(['live', 'writing'])
    for (const another of [{}, { last: 'PT1M' }]) {
      const refused = await post('', another)
      expect(refused.status).toBe(409)
      expect(refused.body.message).toContain('one at a time; end that one first')
    }
    const hasGrown = async () => {
      await goOn()
      const { reach, recordings } = await look()
      return (
        reach !== null && reach.to > begun.from! + 4 * MINUTE_MS && recordings.at(-1)!.bytes > 0
      )
    }
    await waitUntil('it has grown', hasGrown, LONG_MS)
    const { body: ended } = await post('/stop')
    expect([ended.phase, ended.problem]).toEqual(['done', null])
    const { span, made } = await holdAgainstCity(ended)
    expect(span.from).toBe(begun.from)
    expect(span.to).toBeGreaterThanOrEqual(ended.to!)
    expect(made).toBeGreaterThan(50)
    const nothing = await post('/stop')
    expect([nothing.status, nothing.body.message]).toEqual([
      409,
      expect.stringContaining('none that is going on'),
    ])
  },
  LONG_MS,
)

test(
  '`record --last` copies it to where it is wanted and leaves the demo’s own alone',
  async () => {
    const out = join(scratch, 'out')
    const args = ['--last', '3m', '--url', demo.url, '--out', out]
    vi.spyOn(console, 'error').mockImplementation(() => {})
    vi.spyOn(process.stdout, 'write').mockImplementation(() => true)
    try {
      await record.run(readValues(record, args))
    } finally {
      vi.restoreAllMocks()
    }
    const own = (await look()).recordings.at(-1)!
    expect(readdirSync(out).sort()).toEqual(readdirSync(own.folder).sort())
    await holdAgainstCity({ ...own, folder: out })
    const again = readValues(record, args)
    await expect(record.run(again)).rejects.toThrow('a folder with')
    const withOthers = readValues(record, ['--last', '3m', '--codec', 'zst'])
    await expect(record.run(withOthers)).rejects.toThrow('--codec: given with --last')
  },
  LONG_MS,
)

test('a duration is ISO or short', () => {
  expect(['90s', '10m', '2h', 'PT10M'].map(lastOf)).toEqual([90_000, 600_000, 7_200_000, 600_000])
  for (const wrong of ['10', 'm', '-5m', '10 m', '']) expect(() => lastOf(wrong)).toThrow('--last')
})

test(
  'where nothing can be written that is said, and nothing is left',
  async () => {
    // A file in the folder's place: even root cannot write there.
    const aside = `${folder}-aside`
    renameSync(folder, aside)
    writeFileSync(folder, '')
    try {
      const refused = await post('', {})
      expect([refused.status, refused.body.message]).toEqual([
        409,
        expect.stringContaining('a file stands where a folder should be'),
      ])
      const { body } = await post('', { last: 'PT1M' })
      const last = await done(body.id ?? (await look()).recordings.at(-1)!.id)
      expect([last.phase, last.problem]).toEqual(['failed', expect.stringContaining(last.folder)])
    } finally {
      rmSync(folder)
      renameSync(aside, folder)
    }
    const { body } = await post('', { last: 'PT1M' })
    expect((await done(body.id)).phase).toBe('done')
  },
  LONG_MS,
)

test(
  'a disk that is full ends it with what was written readable, and of the last minutes leaves nothing',
  async () => {
    const full = new Problem('events: got no space left, expected room on the disk')
    let left = 1
    const { append } = DurableFile.prototype
    vi.spyOn(DurableFile.prototype, 'append').mockImplementation(async function (
      this: DurableFile,
      ...given
    ) {
      if (left-- <= 0) throw full
      await append.apply(this, given)
    })
    try {
      const { body } = await post('', { last: 'PT5M' })
      const last = await done(body.id ?? (await look()).recordings.at(-1)!.id)
      expect([last.phase, last.problem]).toEqual(['failed', full.message])
      expect(existsSync(last.folder)).toBe(false)
      left = 10
      const begun = await post('', {})
      const live = await done(begun.body.id ?? (await look()).recordings.at(-1)!.id)
      expect([live.phase, live.problem]).toEqual(['failed', full.message])
      expect(existsSync(live.folder)).toBe(true)
    } finally {
      vi.restoreAllMocks()
    }
  },
  LONG_MS,
)
