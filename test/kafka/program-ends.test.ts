// Programs on a real broker begin and end as they should: with 0 when the work is done, with 2 before anything is written, and in time.
import { afterAll, describe, expect, it } from 'vitest'
import { openWorld } from '../../commands/wiring/world.ts'
import { createKafkaLog } from '../../infra/kafka/kafka-log.ts'
import { topicNames } from '../../producers/contract/topics.ts'
import { SMALL_CITY } from '../cities.ts'
import { type Broker, findBroker } from './broker.ts'
import { type Running, startHuacheng } from './programs.ts'

const found = await findBroker()
if (typeof found === 'string') console.error(`\nEnds of programs NOT run: ${found}\n`)

const PREFIX = `program-ends-${process.pid}.`
const [MINUTES, PARTITIONS] = [3, 2]
const WORLD = [
  ...['--city', SMALL_CITY, '--for', `PT${MINUTES}M`],
  ...['--partitions', String(PARTITIONS)],
]
/** Of every domain that the city has, one a minute; each partition has its own truth of it. */
const DOMAINS = openWorld({ city: SMALL_CITY }, { truth: false }).scenario.domains.length
const WINDOWS = MINUTES * DOMAINS
const TRUTHS = WINDOWS * PARTITIONS
const TASKS = DOMAINS * PARTITIONS

describe.skipIf(typeof found === 'string')('programs on a real broker', () => {
  const broker = found as Broker
  const started: Running[] = []
  afterAll(async () => {
    await Promise.all(started.map((program) => program.kill()))
    await broker.stop?.()
  })

  function start(name: string, ...args: string[]): Running {
    const program = startHuacheng([name, '--brokers', broker.brokers, '--prefix', PREFIX, ...args])
    started.push(program)
    return program
  }
  const shardsOf = (n: number, ...args: string[]) =>
    Array.from({ length: n }, (_, i) => start('produce', '--shard', `${i}/${n}`, ...args))

  /** Output of a command that ends by itself, and its exit code. */
  async function run(name: string, ...args: string[]) {
    const program = start(name, ...args)
    return { code: await program.ended, out: program.stdout(), all: program.output() }
  }
  async function runRecords(): Promise<bigint> {
    const log = createKafkaLog({ connection: { brokers: [broker.brokers] } })
    const [{ latest }] = await log.offsets(topicNames(PREFIX).run)
    await log.close()
    return latest
  }

  it('a bounded run ends every producer with 0, says what it did, and nothing is left to tell', async () => {
    const producers = shardsOf(2, ...WORLD, '--speed', 'max')
    expect(await Promise.all(producers.map((p) => p.ended))).toEqual([0, 0])
    for (const p of producers) {
      expect(p.output()).toMatch(/"msg":"run r-\w+ begins: epoch 0, seed \d+, scenario /)
      expect(p.output()).toMatch(/"msg":"run r-\w+ is over at \S+: its time is up; \d+ events /)
      expect(p.output()).not.toMatch(/did not stop|"level":"error"/)
    }
    const offline = startHuacheng(['digest', ...WORLD, '--json'])
    await offline.ended
    const onLog = await run('digest', '--json')
    expect(JSON.parse(onLog.out)).toEqual(JSON.parse(offline.stdout()))
  })

  it('a run that nobody processed is no pass, and one that was is', async () => {
    expect(await run('audit')).toMatchObject({
      code: 99,
      out: expect.stringMatching(
        new RegExp(`^coverage: 0 of ${WINDOWS} windows.*: no final reading$.*^FAIL`, 'ms'),
      ),
    })
    expect((await run('kpis')).code).toBe(99)
    const processor = start('process')
    await processor.says(/"msg":"process runs"/)
    await until(async () => (await run('audit')).code === 0)
    expect(await run('audit')).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        new RegExp(
          `^coverage: ${WINDOWS} of ${WINDOWS} windows, ${TRUTHS} of ${TRUTHS} truths.*^PASS`,
          'ms',
        ),
      ),
    })
    expect(await processor.stop()).toBe(0)
    expect(processor.output()).not.toMatch(/did not stop|"level":"error"/)
  }, 180_000)

  it('refuses options that are not the run’s with 2, before anything is written, also after its end', async () => {
    const before = await runRecords()
    const others = [
      ['--scale', '2'],
      ['--seed', '7'],
      ['--start', '2026-03-11T07:30:00+08:00'],
    ]
    for (const other of others) {
      for (const shard of ['0/2', '1/2']) {
        const { code, all } = await run('produce', '--shard', shard, ...WORLD, ...other)
        expect([code, all]).toEqual([2, expect.stringContaining(`${other[0]} `)])
        expect(all).toMatch(/nothing was written: .*--restart/)
        expect(all).not.toMatch(/did not stop|\n\s+at /)
      }
    }
    expect(await runRecords()).toBe(before)
    // The same options begin the next run, and every shard takes it up.
    const again = shardsOf(2, ...WORLD, '--speed', 'max')
    expect(await Promise.all(again.map((p) => p.ended))).toEqual([0, 0])
  }, 180_000)

  it('with --restart a run with other options takes the place of the one that is there', async () => {
    const before = shardsOf(2, ...WORLD, '--speed', '1')
    for (const p of before) await p.says(/begins: /)
    const open = await run('audit')
    expect(open).toMatchObject({ code: 99, out: expect.stringMatching(/^NOTHING COMPARED: /m) })
    const producers = shardsOf(2, ...WORLD, '--scale', '2', '--restart', '--speed', 'max')
    // A run that another one replaced is nobody's to go on with.
    expect(await Promise.all(before.map((p) => p.ended))).toEqual([2, 2])
    for (const p of before) expect(p.output()).toMatch(/--scale 2, asked 1, expected the same/)
    for (const p of before) expect(p.output()).not.toMatch(/did not stop|\n\s+at /)
    expect(await Promise.all(producers.map((p) => p.ended))).toEqual([0, 0])
    const { out } = await run('digest')
    expect(out).toMatch(/run r-\w+ {2}epoch [1-9]\d* /)
  }, 120_000)

  it('with --stay producers remain, and everything ends with 0 in time when it is asked to', async () => {
    const stays = shardsOf(2, ...WORLD, '--scale', '2', '--speed', 'max', '--stay')
    for (const p of stays) await p.says(/is over at/)
    const others = [start('process'), start('console', '--port', '0', '--log-level', 'info')]
    for (const p of others) await p.says(/"msg":"(process|console) runs"/)
    expect(await run('wait', '--ended', '--lag', '0', '--timeout', '60')).toMatchObject({
      code: 0,
      out: 'ended, lag 0\n',
    })
    const status = JSON.parse((await run('status', '--json')).out)
    expect(status).toMatchObject({
      run: { status: 'ended' },
      lag: 0,
      tasks: { telling: TASKS, of: TASKS },
    })
    expect(status.ledger).toMatchObject({ unexplained: 0 })
    // A conductor that stayed begins the next run.
    expect(await run('command', 'run.restart')).toMatchObject({ code: 0 })
    expect(await run('command', 'clock.nap')).toMatchObject({ code: 1 })
    for (const p of [...stays, ...others]) {
      const since = performance.now()
      expect(await p.stop()).toBe(0)
      // The program's own limit is 5 s, and it says so when that is not enough.
      expect(p.output()).not.toMatch(/did not stop/)
      console.log(`ended after ${Math.round(performance.now() - since)} ms`)
    }
  }, 180_000)
})

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 60; i++) if (await condition()) return
  throw new Error('waited in vain')
}
