// Producers of one city on a log: each ends when the run is over, and none writes where the options are not the run's.
import { afterEach, describe, expect, it } from 'vitest'
import { digestOf } from '../../../commands/digest.ts'
import { startProducer } from '../../../commands/produce/producer.ts'
import type { ProgramPart } from '../../../commands/wiring/program-parts.ts'
import { openWorld, type World } from '../../../commands/wiring/world.ts'
import { realClock, sleep } from '../../../infra/clock.ts'
import { createLogger } from '../../../infra/logger.ts'
import { createMemoryLog } from '../../../infra/memory/memory-log.ts'
import { isoTime } from '../../../infra/time.ts'
import { topicNames, topicSpecs } from '../../../producers/contract/topics.ts'
import { readRuns } from '../../../producers/run/run-history.ts'
import { CITIES, SMALL_CITY } from '../../cities.ts'
import { noneIgnored } from '../../ignored.ts'

const topics = topicNames()
const OPTIONS = { city: SMALL_CITY, scale: '1', for: 'PT2M', partitions: '2', speed: 'max' }

function worldWith(change: Record<string, string> = {}, shards = 1): World {
  return openWorld({ ...OPTIONS, ...change }, { truth: true, shards })
}

/** A log, and the producers that a test starts on it. */
function place() {
  const log = createMemoryLog()
  const parts: ProgramPart[] = []
  const said: string[] = []
  let hasRuns = false
  const to = { write: (line: string) => said.push((JSON.parse(line) as { msg: string }).msg) }
  const logger = createLogger({ to })
  return {
    log,
    said,
    async start(world: World, shard = 0, restart = false) {
      const { shards } = world.descriptor
      return startProducer({
        ignored: noneIgnored,
        ...{ log, topics, world, shard, shards, restart, logger, clock: realClock },
        where: topics.run,
        hasRuns: async () => hasRuns,
        async createTopics() {
          const { domains, partitions } = world.scenario
          await log.ensureTopics(topicSpecs(topics, domains, partitions))
          hasRuns = true
        },
        own: (part) => parts.unshift(part),
      })
    },
    async stop() {
      for (const part of parts.splice(0)) await part.stop()
    },
    async close() {
      await this.stop()
      await log.close()
    },
    /** What stands on the log: nothing was written while it stays the same. */
    async ends(): Promise<string> {
      const domains = worldWith().scenario.domains.map(topics.domain)
      const names = [topics.run, topics.truth, topics.commandResult, ...domains]
      const all = await Promise.all(names.map((name) => log.offsets(name)))
      return all.map((o) => o.map(({ latest }) => latest).join()).join(' ')
    },
  }
}

let p = place()
afterEach(async () => {
  await p.close()
  p = place()
})

describe('a producer of a bounded run', () => {
  it('is over when its time is up, says so with the digest, and all events are on the log', async () => {
    const world = worldWith()
    const { over } = await p.start(world)
    const { run, seed, start, end } = world.descriptor
    expect(await over).toBe(`run ${run} is over (duration)`)
    const { digest, events } = digestOf(world, 1)
    expect(p.said).toEqual([
      `run ${run} begins: epoch 0, seed ${seed}, scenario ${SMALL_CITY}/default, scale 1, ${start} to ${end} (PT2M) ` +
        'at speed max, shard 0 of 1',
      `run ${run} is over at ${end}: its time is up; ${events} events of this producer, ` +
        `all acknowledged, city digest ${digest}`,
    ])
    const offsets = await Promise.all(
      world.scenario.domains.map((d) => p.log.offsets(topics.domain(d))),
    )
    const records = offsets.flat().reduce((sum, { latest }) => sum + Number(latest), 0)
    // Per topic-partition a run-started record, and a tick every 10 s with both ends.
    expect(records).toBe(events + offsets.flat().length * (1 + 13))
  })

  it('is over for every shard, also those that do not conduct', async () => {
    const world = worldWith({}, 2)
    const started = [await p.start(world, 1), await p.start(world, 0)]
    const whys = await Promise.all(started.map(({ over }) => over))
    expect(whys).toEqual(Array(2).fill(`run ${world.descriptor.run} is over (duration)`))
    const ends = p.said.filter((text) => text.includes(' is over at '))
    expect(ends).toHaveLength(2)
    expect(ends.join()).not.toContain('digest')
    const events = ends.map((text) => Number(/; (\d+) events/.exec(text)![1]))
    expect(events[0] + events[1]).toBe(digestOf(world, 2).events)
  })

  it('is over when the run is stopped, and not when it is restarted', async () => {
    const world = worldWith({ speed: '1', for: 'PT1H' })
    const { over } = await p.start(world)
    const command = (id: string, name: string) =>
      p.log.append(topics.command, 0, [
        {
          key: Buffer.from(id),
          value: Buffer.from(JSON.stringify({ id, name, args: {}, by: 'test' })),
          timestamp: 0,
        },
      ])
    await command('a', 'run.restart')
    await until(() => p.said.filter((text) => text.includes(' begins: ')).length === 2)
    await command('b', 'run.stop')
    expect(await over).toMatch(/^run r-\w+ is over \(stop\)$/)
    expect(p.said.filter((text) => text.includes(' is over at '))).toHaveLength(1)
  })

  it('goes on with a run that it left, and is over at its end', async () => {
    const slow = worldWith({ speed: '60' })
    const first = await p.start(slow)
    await until(() => (first.producer.view()?.simulatedTo ?? 0) > slow.scenario.start + 10_000)
    await p.stop()
    // Speed is none of the things that make it another run.
    const { over } = await p.start(worldWith({ speed: 'max' }))
    await over
    expect(p.said.at(-1)).toContain(`city digest ${digestOf(slow, 1).digest}`)
    expect(p.said.filter((text) => / (begins|goes on): /.test(text))).toMatchObject([
      expect.stringContaining('begins: epoch 0'),
      expect.stringContaining('goes on: epoch 0'),
    ])
  })

  it('waits for the next run where the last one was over before it came', async () => {
    const world = worldWith({}, 2)
    const first = [await p.start(world, 1), await p.start(world, 0)]
    await Promise.all(first.map(({ over }) => over))
    await p.stop()
    p.said.length = 0
    let isOver = false
    const late = await p.start(world, 1)
    late.over.then(() => {
      isOver = true
    })
    await until(() => p.said.some((text) => text.includes('waits until shard 0 begins another')))
    expect(isOver).toBe(false)
    await p.start(world, 0)
    await late.over
    expect(
      (await readRuns(p.log, topics.run, noneIgnored.report)).map((r) => r.end !== null),
    ).toEqual([true, true])
  })
})

describe('a producer whose options are not the run’s', () => {
  const larger = CITIES.find((city) => city !== SMALL_CITY)!
  const others: [string, Record<string, string>, RegExp][] = [
    ['scale', { scale: '2' }, /--scale 1, asked 2,/],
    ['for', { for: 'PT3M' }, /--for PT2M, asked PT3M,/],
    ['seed', { seed: '7' }, /--seed \d+, asked 7,/],
    [
      'start',
      { start: '2025-06-19T16:30:00+08:00' },
      /--start \S+, asked 2025-06-19T08:30:00\.000Z,/,
    ],
    [
      'partitions',
      { partitions: '4', for: 'PT1M' },
      /--for PT2M, asked PT1M; --partitions 2, asked 4,/,
    ],
    ['city', { city: larger, scale: '0.02' }, /--city \S+, asked \S+; .*--scale 1, asked 0\.02/],
  ]

  it.each(others)(
    'is refused before it writes, whether the run is open or over: %s',
    async (_, change, said) => {
      for (const speed of ['1', 'max']) {
        const { over } = await p.start(worldWith({ speed }))
        if (speed === 'max') await over
        else await until(() => p.said.length > 0)
        await p.stop()
        const before = await p.ends()
        await expect(p.start(worldWith(change))).rejects.toMatchObject({
          exitCode: 2,
          message: expect.stringMatching(said),
        })
        await expect(p.start(worldWith(change))).rejects.toThrow(
          /nothing was written: start every shard with the run's options, or every shard with --restart .*--prefix/,
        )
        expect(await p.ends()).toBe(before)
        await p.close()
        p = place()
      }
    },
  )

  it('is refused with another number of shards too, whichever shard it is', async () => {
    await p.start(worldWith({}, 1)).then(({ over }) => over)
    await p.stop()
    for (const shard of [0, 1]) {
      await expect(p.start(worldWith({}, 2), shard)).rejects.toThrow(/number of shards 1, asked 2/)
    }
  })

  it('begins a new run in the other’s place with --restart, in whichever order the shards start', async () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      await p.start(worldWith({ speed: '1' }))
      await until(() => p.said.length > 0)
      await p.stop()
      const world = worldWith({ scale: '2' }, 2)
      const started = []
      for (const shard of order) started.push(await p.start(world, shard, true))
      await Promise.all(started.map(({ over }) => over))
      const runs = await readRuns(p.log, topics.run, noneIgnored.report)
      expect(runs.map((r) => [r.descriptor.scale, r.end !== null])).toEqual([
        [1, false],
        [2, true],
      ])
      expect(isoTime(world.scenario.start + world.scenario.durationMs)).toBe(runs[1].descriptor.end)
      await p.close()
      p = place()
    }
  })
})

async function until(what: () => boolean): Promise<void> {
  for (let i = 0; i < 1200; i++) {
    if (what()) return
    await sleep(realClock, 25)
  }
  throw new Error('waited 30 s in vain')
}
