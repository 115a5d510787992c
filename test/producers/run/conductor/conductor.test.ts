// The conductor and a shard: horizons, commands, jumps, restarts and the end of a run.
// Long because it is the one list of what a conductor does to its shards.
import { afterEach, describe, expect, it } from 'vitest'
import { virtualClock } from '../../../../infra/clock.ts'
import type { EventLog, NewRecord } from '../../../../infra/event-log/event-log.ts'
import type { IgnoredRecords } from '../../../../infra/event-log/ignored-records.ts'
import { createMemoryLog } from '../../../../infra/memory/memory-log.ts'
import { isoTime } from '../../../../infra/time.ts'
import { runKey } from '../../../../producers/contract/keys.ts'
import type { Horizon, Tick } from '../../../../producers/contract/records.ts'
import { topicNames, topicSpecs } from '../../../../producers/contract/topics.ts'
import {
  type RunningConductor,
  startConductor,
} from '../../../../producers/run/conductor/conductor.ts'
import { type RunningShard, startShard } from '../../../../producers/run/shard/shard.ts'
import { replacingLog } from '../../../faults/foreign-records.ts'
import { collectIgnored, noneIgnored } from '../../../ignored.ts'
import { commandRecord, horizonRecord } from '../../../run-records.ts'
import { city, lamp, lampDescriptor, lampScenario, lamps, START } from '../../lamp-city.ts'

const WALL = 1_750_000_000_000
const catalogue = lamps(40)
const closing: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** One conductor and `shards` shards on a memory log, driven by a virtual clock. */
async function open(
  over: {
    shards?: number
    processed?: () => number | null
    run?: boolean
    /** How long each tail takes to open for the conductor. */
    openingMs?: number
    ignored?: IgnoredRecords
    /** A command that is sent before the conductor listens. */
    quick?: string
    /** What stands between the parts and the log. */
    over?: (log: EventLog) => EventLog
  } = {},
) {
  const shards = over.shards ?? 1
  const scenario = lampScenario()
  const descriptor = lampDescriptor(scenario, catalogue, shards)
  const clock = virtualClock(WALL)
  const memory = createMemoryLog()
  const log = over.over?.(memory) ?? memory
  const topics = topicNames()
  await log.ensureTopics(topicSpecs(topics, ['lamp'], scenario.partitions))
  const problems: string[] = []
  const running: RunningShard[] = []
  for (let shard = 0; shard < (over.run === false ? 0 : shards); shard++) {
    running.push(
      await startShard({
        log,
        clock,
        topics,
        shard,
        shards,
        domains: [lamp],
        worldOf: () => ({ city, catalogue, scenario }),
        ignored: over.ignored ?? noneIgnored,
      }),
    )
  }
  const send = (id: string, name: string, args: object, target?: string) =>
    log.append(topics.command, 0, [sent(id, name, args, target)])
  const slow: EventLog = {
    ...log,
    tail(options) {
      clock.advance(over.openingMs ?? 0)
      if (options.topic === topics.command && over.quick) send('c0', over.quick, {})
      return log.tail(options)
    },
  }
  const conduct = () =>
    startConductor({
      log: slow,
      clock,
      topics,
      descriptorOf: (restart) => ({
        ...descriptor,
        run: restart === 0 ? descriptor.run : `${descriptor.run.slice(0, -1)}${restart}`,
      }),
      domainOf: (target) => (catalogue.ids.includes(target) ? 'lamp' : undefined),
      leadMs: 250,
      ignored: over.ignored ?? noneIgnored,
      processed: over.processed,
      onProblem: (text) => problems.push(text),
    })
  const conductor = await conduct()
  /** Lets wall time pass in 10 ms steps, with everyone's turn after each. */
  async function pass(ms: number): Promise<void> {
    for (let t = 0; t < ms; t += 10) {
      clock.advance(10)
      for (let i = 0; i < 6; i++) await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const others: RunningConductor[] = []
  /** A second conductor for the same run, while the first one lives. */
  async function another(): Promise<void> {
    others.push(await conduct())
  }
  let stopped = false
  closing.push(async () => {
    stopped = true
    const conductors = [conductor, ...others]
    const done = Promise.all([...conductors, ...running].map((part) => part.stop()))
    for (let i = 0; i < 20; i++) await pass(10)
    await done
    await log.close()
  })
  const isStopped = () => stopped
  return { log, clock, topics, pass, send, conductor, another, problems, running, isStopped }
}

const sent = (id: string, name: string, args: object, target?: string) => ({
  key: Buffer.from(id),
  value: Buffer.from(JSON.stringify({ id, name, args, by: 'test', ...(target ? { target } : {}) })),
  timestamp: WALL,
})

/** Everything on a topic so far: [key, parsed value]. */
async function read(log: EventLog, topic: string, partition = 0): Promise<[string, unknown][]> {
  const out: [string, unknown][] = []
  const tail = await log.tail({
    topic,
    partitions: [partition],
    from: 'earliest',
    batch({ records }) {
      for (const r of records) out.push([r.key?.toString() ?? '', JSON.parse(r.value!.toString())])
    },
  })
  for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve))
  await tail.close()
  return out
}

const idOf = (key: string) => (runKey.parse(key) as { id: string }).id

async function simulatedTo(log: EventLog, topic: string): Promise<number> {
  const progress = (await read(log, topic)).filter(([key]) => key.includes('|progress|'))
  return Math.min(
    ...progress.map(([, value]) => Date.parse((value as { simulatedTo: string }).simulatedTo)),
  )
}

async function horizon(log: EventLog, topic: string): Promise<Horizon> {
  const all = (await read(log, topic)).filter(([key]) => key.includes('|horizon|'))
  return all.at(-1)![1] as Horizon
}

describe('conductor and shard', () => {
  it('let sim time pass at the asked speed, never past the horizon', async () => {
    const { log, topics, pass } = await open({ shards: 2 })
    await pass(2_000)
    const reached = await simulatedTo(log, topics.run)
    const { h } = await horizon(log, topics.run)
    expect(reached).toBeLessThanOrEqual(Date.parse(h))
    expect(reached - START).toBeGreaterThan(30 * 1_500)
    expect(reached - START).toBeLessThanOrEqual(30 * 2_250)
  })

  it('stamps events with their intended wall time', async () => {
    const { log, topics, pass } = await open()
    await pass(1_000)
    const stamps: [number, string][] = []
    const tail = await log.tail({
      topic: topics.domain('lamp'),
      from: 'earliest',
      batch: ({ records }) => {
        for (const r of records) {
          if (r.key)
            stamps.push([r.timestamp, (JSON.parse(r.value!.toString()) as { time: string }).time])
        }
      },
    })
    await pass(20)
    await tail.close()
    const live = stamps.filter(([, time]) => Date.parse(time) >= START)
    expect(live.length).toBeGreaterThan(10)
    for (const [stamp, time] of live) {
      expect(Math.abs(stamp - WALL - (Date.parse(time) - START) / 30)).toBeLessThanOrEqual(60)
    }
  })

  it('pauses, resumes and changes speed by command, and answers each once', async () => {
    const { log, topics, pass, send } = await open()
    await pass(500)
    await send('c1', 'clock.pause', {})
    await pass(500)
    const paused = await simulatedTo(log, topics.run)
    await pass(1_000)
    expect(await simulatedTo(log, topics.run)).toBe(paused)
    expect((await horizon(log, topics.run)).speed).toBe(0)
    await send('c2', 'clock.resume', {})
    await send('c3', 'clock.speed', { speed: 60 })
    await pass(1_000)
    const moved = (await simulatedTo(log, topics.run)) - paused
    expect(moved).toBeGreaterThan(60 * 700)
    await send('c3', 'clock.speed', { speed: 60 })
    await send('c4', 'clock.speed', { speed: -1 })
    await pass(300)
    const results = await read(log, topics.commandResult)
    expect(results.filter(([key]) => key === 'c3')).toHaveLength(2)
    expect(results.at(-1)).toEqual(['c4', expect.objectContaining({ ok: false })])
    const recorded = (await read(log, topics.run)).filter(([key]) => key.includes('|command|'))
    expect(recorded.map(([key]) => idOf(key))).toEqual(['c1', 'c2', 'c3'])
  })

  it('takes a command of somebody who saw the run before its conductor listened', async () => {
    const { log, topics, pass } = await open({ quick: 'clock.pause' })
    await pass(500)
    expect((await horizon(log, topics.run)).speed).toBe(0)
  })

  it('ends where it stands when it is stopped while it is paused', async () => {
    const { log, topics, pass, send } = await open()
    await pass(500)
    await send('p', 'clock.pause', {})
    await pass(500)
    await send('s', 'run.stop', {})
    await pass(1_000)
    const end = (await read(log, topics.run)).find(([key]) => key.includes('|end|'))
    expect(end?.[1]).toEqual({ at: (await horizon(log, topics.run)).h, reason: 'stop', term: 0 })
    expect(await simulatedTo(log, topics.run)).toBe(Date.parse((end![1] as { at: string }).at))
  })

  it('jumps unpaced to a later time and goes on from there', async () => {
    const { log, topics, pass, send } = await open()
    await pass(200)
    await send('j', 'clock.jump', { to: new Date(START + 150_000).toISOString() })
    await pass(400)
    expect(await simulatedTo(log, topics.run)).toBeGreaterThanOrEqual(START + 150_000)
    await send('back', 'clock.jump', { to: new Date(START + 1_000).toISOString() })
    await pass(200)
    expect((await read(log, topics.commandResult)).at(-1)).toEqual([
      'back',
      expect.objectContaining({
        ok: false,
        error: expect.stringContaining('expected an instant after'),
      }),
    ])
  })

  it('hands an asset command to its owner at the effective time', async () => {
    const { log, topics, pass, send } = await open({ shards: 2 })
    await pass(300)
    const target = catalogue.ids[5]
    await send('off', 'lamp.off', {}, target)
    await send('bad', 'lamp.off', { much: 1 }, target)
    await send('who', 'lamp.off', {}, 'lamp-990001-77777')
    await pass(600)
    const results = new Map(await read(log, topics.commandResult))
    expect(results.get('off')).toMatchObject({ ok: true })
    expect(results.get('bad')).toMatchObject({ ok: false })
    expect(results.get('who')).toMatchObject({ ok: false })
  })

  it('ends at the duration with a last tick and an end record, and restarts as a new epoch', async () => {
    const { log, topics, pass, send } = await open()
    await pass(7_000)
    const ends = (await read(log, topics.run)).filter(([key]) => key.includes('|end|'))
    expect(ends.map(([, value]) => value)).toEqual([
      { at: new Date(START + 180_000).toISOString(), reason: 'duration', term: 0 },
    ])
    const ticks = (await read(log, topics.domain('lamp'))).map(([, v]) => v as Tick)
    expect(ticks.at(-1)!.time).toBe(new Date(START + 180_000).toISOString())
    await send('again', 'run.restart', {})
    await pass(500)
    const descriptors = (await read(log, topics.run)).filter(
      ([key]) => runKey.parse(key)?.kind === 'descriptor',
    )
    expect(descriptors.map(([key]) => (runKey.parse(key) as { run: string }).run)).toEqual([
      'r-0123456789ab',
      'r-0123456789a1',
    ])
    const started = (await read(log, topics.domain('lamp')))
      .map(([, v]) => v as { type: string; data: { epoch: number } })
      .filter((v) => v.type === 'city.run-started.v1')
    expect(started[1].data.epoch).toBeGreaterThan(started[0].data.epoch)
  })

  it('restarts at a sim time, goes there as fast as it can, and stands there where it is to hold', async () => {
    const { log, topics, pass, send } = await open()
    await pass(5_000) // past the two minutes, at its pace
    await send('bad', 'run.restart', { at: 'PT4M' })
    await send('worse', 'run.restart', { at: 'tomorrow' })
    await send('there', 'run.restart', { at: 'PT2M', hold: true })
    await pass(1_000)
    const { h, speed, ...more } = await horizon(log, topics.run)
    expect([h, speed]).toEqual([new Date(START + 120_000).toISOString(), 0])
    expect(more).not.toHaveProperty('jumpTo')
    const results = new Map(await read(log, topics.commandResult))
    const short = expect.stringContaining('PT3M')
    expect(results.get('bad')).toMatchObject({ ok: false, error: short })
    expect(results.get('worse')).toMatchObject({ ok: false })
    expect(results.get('there')).toMatchObject({ ok: true })
    // The two runs differ in their name, so in their chains, and in nothing else.
    const texts = (await read(log, topics.domain('lamp')))
      .map(([, value]) => value as Tick)
      .filter(({ time }) => Date.parse(time) < START + 120_000)
      .map(({ source, ...value }) => [source, JSON.stringify(value, withoutRun)])
    const of = (run: string) =>
      texts.flatMap(([source, text]) => (source.includes(run) ? [text] : [])).sort()
    expect(of('r-0123456789a1').length).toBeGreaterThan(50)
    expect(of('r-0123456789a1')).toEqual(of('r-0123456789ab'))
  })

  it('holds the horizon while the processor is behind', async () => {
    const { log, topics, pass, conductor } = await open({ processed: () => START })
    await pass(4_000)
    const { h } = await horizon(log, topics.run)
    expect(Date.parse(h) - START).toBeLessThanOrEqual(2 * 10_000 + 2_000 * 30)
    expect(conductor.stalls()).toBeGreaterThan(0)
  })

  it('pauses after a gap of the wall clock instead of catching up', async () => {
    const { log, topics, pass, clock, problems } = await open()
    await pass(500)
    const before = await simulatedTo(log, topics.run)
    clock.advance(60_000)
    await pass(500)
    expect((await simulatedTo(log, topics.run)) - before).toBeLessThan(30 * 1_000)
    expect((await horizon(log, topics.run)).speed).toBe(0)
    expect(problems[0]).toContain('60 s')
  })

  it('takes a slow start for no gap, and does not catch up on it', async () => {
    const { log, topics, pass, problems } = await open({ openingMs: 6_000 })
    await pass(500)
    expect(problems).toEqual([])
    expect((await horizon(log, topics.run)).speed).toBe(30)
    expect((await simulatedTo(log, topics.run)) - START).toBeLessThan(2_000 * 30)
  })

  it('go on at full speed when what they last wrote was replaced before anybody read it', async () => {
    const ignored = collectIgnored()
    const over = (log: EventLog) => replacingLog(log, topicNames())
    const { log, topics, pass, send } = await open({ shards: 2, ignored, over })
    await send('max', 'clock.speed', { speed: 'max' })
    await pass(15_000)
    const end = (await read(log, topics.run)).find(([key]) => key === '0|end|0')
    expect(end?.[1]).toMatchObject({ reason: 'duration' })
    expect(await simulatedTo(log, topics.run)).toBe(START + 180_000)
    expect(ignored.found.length).toBeGreaterThan(0)
  })

  it('repeat what they last wrote, the more rarely the longer the city stands', async () => {
    const { log, topics, pass, send } = await open()
    const written = async () => Number((await log.offsets(topics.run))[0].latest)
    const during = async (ms: number) => {
      const before = await written()
      await pass(ms)
      return (await written()) - before
    }
    await send('p', 'clock.pause', {})
    await pass(1_500)
    // Horizon and progress of one shard: 1, 3, 7 and 15 s after the pause, then every 10 s.
    expect(await during(20_000)).toBe(6)
    expect(await during(40_000)).toBe(8)
    await send('s', 'run.stop', {})
    await pass(30_000)
    // The end and the progress.
    expect(await during(40_000)).toBe(8)
  })

  it('gives way to another conductor, which goes on from the furthest horizon, and says so', async () => {
    const { log, topics, pass, another, problems, send } = await open()
    await pass(1_000)
    const before = await horizon(log, topics.run)
    await another()
    await pass(1_000)
    const after = await horizon(log, topics.run)
    expect(after.term).toBeGreaterThan(before.term!)
    expect(Date.parse(after.h)).toBeGreaterThan(Date.parse(before.h))
    expect(problems).toEqual([expect.stringContaining('another one took run r-0123456789ab over')])
    await send('c1', 'clock.pause', {})
    await pass(300)
    const recorded = (await read(log, topics.run)).filter(([key]) => key.includes('|command|'))
    expect(recorded.map(([key]) => key)).toEqual([`0|command|c1|${after.term}`])
  })

  it('takes a command once, however often it is sent, before and after another conductor took over', async () => {
    const { log, topics, pass, another, send } = await open()
    const target = catalogue.ids[5]
    await pass(300)
    await send('off', 'lamp.off', {}, target)
    await send('off', 'lamp.off', {}, target)
    await pass(300)
    await another()
    await pass(100)
    await send('off', 'lamp.off', {}, target)
    await pass(300)
    const recorded = (await read(log, topics.run)).filter(([key]) => key.includes('|command|'))
    expect(recorded.map(([key]) => idOf(key))).toEqual(['off'])
    const results = await read(log, topics.commandResult)
    expect(results.at(-1)).toEqual(['off', expect.objectContaining({ ok: true })])
  })

  it('obeys no horizon or command of a conductor that was overtaken, and a repeated command once', async () => {
    const { log, topics, pass, another } = await open()
    await pass(300)
    const { term: old } = await horizon(log, topics.run)
    await another()
    await pass(300)
    const { h, term } = await horizon(log, topics.run)
    const append = (record: NewRecord) => log.append(topics.run, 0, [record])
    const far = { h: isoTime(START + 170_000), simAnchor: isoTime(START + 170_000) }
    await append(horizonRecord(0, { ...far, wallAnchor: WALL, speed: 30, term: old }))
    const command = { name: 'lamp.off', args: {}, by: 'test', target: catalogue.ids[5] }
    const effectiveAt = isoTime(Date.parse(h) + 1_000)
    await append(commandRecord(0, { ...command, id: 'void', effectiveAt, term: old }))
    for (let i = 0; i < 2; i++) {
      await append(commandRecord(0, { ...command, id: 'once', effectiveAt, term }))
    }
    await pass(50)
    expect(await simulatedTo(log, topics.run)).toBeLessThan(START + 60_000)
    await pass(500)
    const results = await read(log, topics.commandResult)
    expect(results.map(([key]) => key)).toEqual(['once'])
  })
})

/** What names the run. */
const NAMES = ['chain', 'epoch', 'id', 'run']
const withoutRun = (key: string, value: unknown) => (NAMES.includes(key) ? undefined : value)
