// The compose file's profile flink: the generated SQL job answers a live city, and every cell of every closed window is the processor's.
import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EngineView, RunView } from '../../console/messages.ts'
import { cellsOf, differingCells, type FlatReading, flatFinals } from '../../load/flink/cells.ts'
import { findFlink } from '../../load/flink/jars.ts'
import { DEFAULT_IMAGE } from '../kafka/broker.ts'
import { noCompose } from './engine.ts'
import { eventually, openStack, type Stack } from './stack.ts'

const TOPIC = 'city.kpi.flink'
const TOOLS = '/opt/kafka/bin'
const BUILD_MS = 600_000
const START_MS = 400_000
/** As many closed windows as both have to have. */
const WINDOWS = 3

const isAsked = process.env.FLINK_COMPOSE === '1'
const found = isAsked ? (noCompose() ?? (await findFlink())) : 'FLINK_COMPOSE=1 is not set'
if (typeof found === 'string') {
  if (isAsked) throw new Error(`The compose file's profile flink: ${found}`)
  console.warn(`The compose file's profile flink NOT run: ${found}`)
}

describe.skipIf(typeof found === 'string')('docker compose --profile flink up', () => {
  let stack: Stack

  beforeAll(async () => {
    // Any image with Java 17 serves, and no network is asked: the jars are this machine's.
    const lib = typeof found === 'string' ? '' : found.lib
    expect(existsSync(lib)).toBe(true)
    const image = process.env.FLINK_IMAGE ?? process.env.KAFKA_IMAGE ?? DEFAULT_IMAGE
    const city = { SCENARIO: 'testville/default', SPEED: '10', KPI_TOPIC: TOPIC }
    stack = await openStack({ ...city, FLINK_LIB: lib, FLINK_IMAGE: image })
    await stack.compose(['build'], BUILD_MS)
    await stack.compose(['--profile', 'flink', 'up', '--detach', '--no-build'], START_MS)
  }, BUILD_MS + START_MS)

  afterAll(async () => {
    console.log(await stack.logs())
    stack.down()
  }, 150_000)

  const exec = (service: string, ...args: string[]) =>
    stack.compose(['exec', '-T', service, ...args], 300_000)

  /** All that the job has written so far. */
  async function ofFlink(): Promise<FlatReading[]> {
    const there = ['--bootstrap-server', '127.0.0.1:9092', '--topic', TOPIC]
    const [, latest] = /:(\d+)$/m.exec(
      await exec('kafka', `${TOOLS}/kafka-get-offsets.sh`, ...there),
    )!
    if (latest === '0') return []
    const all = ['--from-beginning', '--max-messages', latest, '--timeout-ms', '20000']
    const text = await exec('kafka', `${TOOLS}/kafka-console-consumer.sh`, ...there, ...all)
    const lines = text.split('\n').filter((line) => line.startsWith('{'))
    return lines.map((line) => JSON.parse(line) as FlatReading)
  }

  /** The processor's window finals so far. */
  async function ofProcessor(): Promise<FlatReading[]> {
    const brokers = ['--brokers', 'kafka:9092']
    return flatFinals(await exec('console', 'node', 'huacheng.js', 'kpis', ...brokers, '--json'))
  }

  it('brings up the job and tells the page whose readings it shows', async () => {
    await eventually(
      'the page shows readings of the job',
      async () => {
        const { engine } = await stack.json<RunView>('/api/run').catch(() => ({}) as RunView)
        return engine === 'flink-sql'
      },
      START_MS,
    )
    const { readings } = await stack.json<EngineView>('/api/engine')
    expect([readings.topic, readings.engine]).toEqual([TOPIC, 'flink-sql'])
    const ended = (await stack.containers())
      .filter(({ State }) => State.Status === 'exited')
      .map(({ Name, State }) => [Name.replace(/^.*-flink-|-1$/g, ''), State.ExitCode])
    expect(ended.sort()).toEqual(['jars', 'sql', 'submit', 'topic'].map((step) => [step, 0]))
  }, 500_000)

  it('answers every cell of the closed windows as the processor does', async () => {
    let wanted: FlatReading[] = []
    let said: FlatReading[] = []
    const starts = (readings: FlatReading[]) => new Set(readings.map((r) => r.window_start))
    let closed: string[] = []
    await eventually(
      `${WINDOWS} windows of both`,
      async () => {
        wanted = await ofProcessor()
        said = await ofFlink()
        // The newest of either may still be coming in.
        const both = [...starts(wanted)].filter((start) => starts(said).has(start)).sort()
        closed = both.slice(0, -1)
        return closed.length >= WINDOWS
      },
      START_MS,
    )
    const of = (readings: FlatReading[]) =>
      cellsOf(readings.filter(({ window_start }) => closed.includes(window_start)))
    const [ours, theirs] = [of(wanted), of(said)]
    const differing = differingCells(ours, theirs)
    console.log(`${closed.length} windows, ${ours.size} cells, ${differing} differing`)
    expect(ours.size).toBeGreaterThan(100)
    expect([theirs.size, differing]).toEqual([ours.size, 0])
  }, 500_000)

  it('submits no second job when it is brought up once more', async () => {
    await stack.compose(['--profile', 'flink', 'up', '--detach', '--no-build'], START_MS)
    await eventually('the step has ended', async () => {
      const [submit] = await stack.containers('flink-submit')
      return submit.State.Status === 'exited'
    })
    expect(await stack.compose(['--profile', 'flink', 'logs', 'flink-submit'])).toContain(
      'the job runs',
    )
  }, 500_000)

  it('leaves nothing behind', async () => {
    await stack.compose(['--profile', 'flink', 'down', '--volumes'], 120_000)
    expect(await stack.leftovers()).toEqual([])
  }, 150_000)
})
