// A cut is that stretch of its recording: the same events, readings and proofs, by itself; and a cut of a cut is one of the whole.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readValues } from '../../../commands/options/options.ts'
import { cut as cutCommand } from '../../../commands/replay/cut.ts'
import { exportCommand } from '../../../commands/replay/export.ts'
import { openWorld } from '../../../commands/wiring/world.ts'
import { realClock } from '../../../infra/clock.ts'
import { createLogger } from '../../../infra/logger.ts'
import { Problem } from '../../../infra/problem.ts'
import { isoTime } from '../../../infra/time.ts'
import { UNPACED_SPEED } from '../../../producers/contract/run/run-commands.ts'
import { topicNames } from '../../../producers/contract/topics.ts'
import { cutRecording } from '../../../replay/cut/cut.ts'
import { compareRecordings, isAlike } from '../../../replay/diff/diff.ts'
import { checkpointsBefore } from '../../../replay/player/checkpoints.ts'
import { Replay, type ReplayStart } from '../../../replay/player/replay.ts'
import { ReplayedRun } from '../../../replay/player/replayed-run.ts'
import type { RecordingManifest } from '../../../replay/recording/manifest.ts'
import { Recording } from '../../../replay/recording/recording.ts'
import { RecordingWriter } from '../../../replay/recording/recording-writer.ts'
import { isProved, type RecordingVerdict, verifyRecording } from '../../../replay/verify/verify.ts'
import {
  differing,
  order,
  playedThrough,
  type Readings,
  settledReadings,
} from '../player/readings-of.ts'
import { fastClock, recordSmallRun } from '../small-recording.ts'

const scratch = mkdtempSync(join(tmpdir(), 'huacheng-cut-'))
const at = (name: string) => join(scratch, name)
const topics = topicNames()
const VALUES = { scenario: 'rainstorm', for: 'PT30M', scale: '0.02', partitions: '2' }
const world = openWorld(VALUES, { truth: true })
const minute = (n: number) => world.scenario.start + n * 60_000
const options = {
  clock: realClock,
  cityOf: () => world.city,
  catalogueOf: () => world.catalogue,
  logger: createLogger({ level: 'error' }),
}
/** Asked for between two ticks: from the one before to the one behind. */
const [ASKED_FROM, ASKED_TO] = [minute(14) + 3_000, minute(24) - 4_000]
const [FROM, TO] = [minute(14), minute(24)]
let manifest: RecordingManifest

beforeAll(async () => {
  await recordSmallRun(at('whole'), 'gz', VALUES, fastClock(), async (log) => {
    const place = { district: world.city.scopes[1].code }
    const args = { kind: 'power-loss', place, for: 'PT20M' }
    expect(await order(log, topics, 'incident.start', args)).toMatchObject({ ok: true })
  })
  manifest = await cut('whole', 'part', ASKED_FROM, ASKED_TO)
}, 120_000)
afterAll(() => rmSync(scratch, { recursive: true }))

async function opened<T>(name: string, use: (recording: Recording) => Promise<T>): Promise<T> {
  const recording = await Recording.open(at(name))
  try {
    return await use(recording)
  } finally {
    await recording.close()
  }
}

const cut = (source: string, name: string, from: number, to: number) =>
  opened(source, async (recording) => {
    const run = await ReplayedRun.open(recording)
    return cutRecording(run, { out: at(name), from, to, clock: realClock })
  })

const replayed = <T>(name: string, start: ReplayStart, use: (replay: Replay) => Promise<T>) =>
  opened(name, async (recording) => {
    const replay = await Replay.open(recording, options, start)
    try {
      return await use(replay)
    } finally {
      await replay.close()
    }
  })

const verdictOf = (name: string): Promise<RecordingVerdict> => opened(name, verifyRecording)

const ledgersOf = ({ open }: Readings) =>
  Object.fromEntries(Object.entries(open).filter(([key]) => key.includes('|ledger|')))

/** Finals of windows that both have. */
function common(a: Readings, b: Readings): [Record<string, string>, Record<string, string>] {
  const names = Object.keys(a.finals).filter((name) => name in b.finals)
  const only = (of: Readings) => Object.fromEntries(names.map((name) => [name, of.finals[name]]))
  return [only(a), only(b)]
}

test('says what it was cut from, and where', () => {
  const source = readFileSync(join(at('whole'), 'manifest.json'))
  const { kind, cut } = manifest.source
  expect(kind).toBe('cut')
  expect(cut).toMatchObject({ from: FROM, to: TO })
  expect(cut!.of.map((it) => it.manifest)).toEqual([
    createHash('sha256').update(source).digest('hex'),
  ])
  // Behind the newest checkpoints, and not from the beginning.
  expect(cut!.begin).toBeGreaterThan(minute(0))
  expect(cut!.begin).toBeLessThanOrEqual(FROM)
})

test('is proved by itself from its first tick to its last, by us and by Python', async () => {
  const verdict = await verdictOf('part')
  expect(isProved(verdict)).toBe(true)
  const lanes = verdict.lanes.filter(({ proved }) => proved.length > 0)
  expect(lanes).toHaveLength(2 * world.scenario.domains.length)
  for (const { proved, edges } of lanes) {
    expect(proved.map(({ from, to }) => [from, to])).toEqual([[manifest.source.cut!.begin, TO]])
    expect(edges).toEqual({ before: 0, behind: 0 })
  }
  const said = execFileSync('python3', [join(at('part'), 'verify.py')], { encoding: 'utf8' })
  expect(said).toContain(' 0 not, 0 other problems')
})

test('has every event of that time, and no cell that is other than in the whole', async () => {
  const result = await opened('whole', (a) => opened('part', (b) => compareRecordings(a, b)))
  expect(result.differing).toEqual([])
  expect(isAlike(result)).toBe(true)
  const ticks = (TO - manifest.source.cut!.begin) / 10_000
  expect(result.sections).toBe(2 * world.scenario.domains.length * ticks)
  expect(result.cells.cells).toBeGreaterThan(1_000)
  expect(result.beyond.b).toBe(0)
})

test('is exported as that stretch of the whole is, row by row', async () => {
  const times = ['--from', isoTime(FROM), '--until', isoTime(TO)]
  for (const name of ['whole', 'part']) {
    const args = [at(name), '--format', 'csv', '--out', at(`${name}-csv`), ...times]
    await exportCommand.run(readValues(exportCommand, args))
  }
  const rows = (name: string, file: string) =>
    readFileSync(join(at(`${name}-csv`), file), 'utf8')
      .split('\r\n')
      .sort()
  const files = readdirSync(at('whole-csv')).filter((file) => file.endsWith('.csv'))
  expect(files).toContain('kpi.csv')
  expect(files.length).toBeGreaterThan(8)
  // What is neither an event nor a reading (paces, partials a merge is rebuilt from) goes along as far as it is needed.
  for (const file of files.filter((it) => it !== 'other.csv')) {
    expect(rows('part', file).length, file).toBeGreaterThan(1)
    expect(rows('part', file), file).toEqual(rows('whole', file))
  }
})

test('shows at any time what the whole shows, and comes to the same', async () => {
  for (const time of [FROM, minute(19), TO]) {
    const start = { speed: UNPACED_SPEED, at: time, isPaused: true }
    const there = ({ world }: Replay) => settledReadings(world.log, topics)
    const [whole, part] = [
      await replayed('whole', start, there),
      await replayed('part', start, there),
    ]
    expect(differing(part.open, whole.open), isoTime(time)).toEqual([])
    const [inPart, inWhole] = common(part, whole)
    expect(differing(inPart, inWhole), isoTime(time)).toEqual([])
  }
  const start = { speed: UNPACED_SPEED, at: FROM, until: TO }
  const [whole, part] = [
    await replayed('whole', start, playedThrough),
    await replayed('part', { speed: UNPACED_SPEED }, playedThrough),
  ]
  expect(differing(ledgersOf(part), ledgersOf(whole))).toEqual([])
  expect(Object.keys(ledgersOf(part))).toHaveLength(2 * world.scenario.domains.length)
  const [inPart, inWhole] = common(part, whole)
  expect(differing(inPart, inWhole)).toEqual([])
  expect(Object.keys(inPart).length).toBeGreaterThan(300)
}, 120_000)

test('is replayed from its first tick on, although its events begin earlier', async () => {
  const span = await opened('part', async (r) => (await ReplayedRun.open(r)).positions.span())
  expect(span).toEqual({ from: FROM, to: TO })
})

test('is replayed from checkpoints that a busy machine wrote after its first tick', async () => {
  await opened('part', async (recording) => {
    const run = await ReplayedRun.open(recording)
    const { positions, book } = run
    const { place } = await positions.behindTick(FROM)
    const late = { ...place, wall: Number.NEGATIVE_INFINITY }
    expect(run.places).not.toBeNull()
    for (const places of [run.places, null]) {
      const found = await checkpointsBefore({ recording, places, positions, book }, late)
      expect(found.size).toBe(positions.lanes.length)
    }
  })
})

test('is, cut again, what the whole is, cut there', async () => {
  const [from, to] = [minute(19), minute(22)]
  const direct = await cut('whole', 'direct', from, to)
  const again = await cut('part', 'again', from, to)
  expect(again.segments).toEqual(direct.segments)
  expect(again.lanes).toEqual(direct.lanes)
  expect(again.source.cut!.of.slice(1)).toEqual(manifest.source.cut!.of)
  expect(isProved(await verdictOf('again'))).toBe(true)
})

test('from before any checkpoint has the beginning of the run', async () => {
  const { source } = await cut('whole', 'start', minute(0), minute(1))
  expect(source.cut).toMatchObject({ begin: minute(0), from: minute(0), to: minute(1) })
  const { lanes } = await verdictOf('start')
  const from = lanes.flatMap(({ proved }) => proved.map((it) => it.from))
  expect(new Set(from)).toEqual(new Set([Number.NEGATIVE_INFINITY]))
})

test('with late, lost and repeated events is proved all the same', async () => {
  await recordSmallRun(at('dirty'), 'zst', { scenario: 'dirty-input', for: 'PT10M' }, fastClock())
  const start = openWorld({ scenario: 'dirty-input' }, { truth: true }).scenario.start
  await cut('dirty', 'dirty-part', start + 300_000, start + 480_000)
  const { problems, lanes } = await verdictOf('dirty-part')
  expect(problems).toEqual([])
  expect(lanes.flatMap(({ broken }) => broken)).toEqual([])
  expect(lanes.reduce((sum, { disturbed }) => sum + disturbed, 0)).toBeGreaterThan(10)
}, 60_000)

describe('is refused', () => {
  async function refusal(args: string[]): Promise<string> {
    const error = await cutCommand.run(readValues(cutCommand, args)).then(
      () => null,
      (error: unknown) => error,
    )
    expect(error).toBeInstanceOf(Problem)
    return (error as Problem).message
  }
  const slice = (from: number, to: number, source = 'whole') => [
    at(source),
    '--from',
    isoTime(from),
    '--to',
    isoTime(to),
    '--out',
    at('refused'),
  ]

  test('where nothing lies between the two times', async () => {
    expect(await refusal(slice(minute(5), minute(5)))).toContain('--to')
    expect(await refusal(slice(minute(6), minute(5)))).toContain(`later than ${isoTime(minute(6))}`)
    const end = [at('whole'), '--from', isoTime(minute(30)), '--out', at('refused')]
    expect(await refusal(end)).toContain(`later than ${isoTime(minute(30))}`)
  })

  test('outside of what is recorded, and of what a cut can show', async () => {
    expect(await refusal(slice(minute(5), minute(31)))).toContain('which the recording holds')
    expect(await refusal(slice(minute(13), minute(20), 'part'))).toContain(
      `from ${isoTime(FROM)} to ${isoTime(TO)}`,
    )
  })

  test('where there is no city, and leaves nothing', async () => {
    const writer = await RecordingWriter.create({
      ...{ folder: at('foreign'), clock: realClock, codec: 'gz' },
      source: { kind: 'kafka', prefix: '' },
      topics: { orders: { partitions: 1, track: 'events' } },
    })
    await writer.close()
    expect(await refusal([at('foreign'), '--out', at('refused')])).toContain('no run of a city')
    expect(readdirSync(scratch)).not.toContain('refused')
    expect(await refusal([at('whole'), '--out', at('part')])).toContain('a new or empty one')
    expect(await refusal([at('whole')])).toContain('--out: nothing')
  })
})
