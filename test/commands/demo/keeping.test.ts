// When a city is kept as it passes a cue: it may not be wholly there yet, and its processor may be slow or dead.
import { describe, expect, it } from 'vitest'
import { type KeptFrom, KeptStates } from '../../../commands/demo/kept-states.ts'
import type { PreparedCues } from '../../../commands/demo/prepared/prepared-cues.ts'
import { type Clock, virtualClock } from '../../../infra/clock.ts'
import { createMemoryLog } from '../../../infra/memory/memory-log.ts'
import { isoTime } from '../../../infra/time.ts'
import type { Descriptor } from '../../../producers/contract/records.ts'
import { topicNames, topicSpecs } from '../../../producers/contract/topics.ts'
import type { Kernel } from '../../../producers/kernel/kernel.ts'
import { turns } from '../../infra/recorder.ts'

const START = '2026-03-09T23:30:00.000Z'
const AT = Date.parse(START)
const PIECES = 5
const kernel = {
  simulatedTo: AT,
  *saving() {
    for (let i = 0; i < PIECES; i++) yield
    return Buffer.from('state')
  },
  restore: () => {},
} as unknown as Kernel
const topics = topicNames()

/** As `PreparedCues`: what is asked of it, and logs in which nothing is. */
function preparedCues(clock: Clock, times: number[]) {
  const there = new Set(times)
  const reads: number[] = []
  const broken = new Set<number>()
  let onReady = (_: number) => {}
  return {
    reads,
    broken,
    made(at: number) {
      there.add(at)
      onReady(at)
    },
    has: (epoch: number, at: number) => epoch === 0 && there.has(at),
    onReady(listener: typeof onReady) {
      onReady = listener
    },
    async read(at: number) {
      reads.push(at)
      if (broken.has(at)) throw new Error('damaged')
      return { kernel: Buffer.from('packed'), log: createMemoryLog({ clock }) }
    },
    refuse: (at: number) => void there.delete(at),
  }
}

const CUES = [10, 20, 30].map((seconds) => AT + 1_000 * seconds)

async function keeping(prepares: number[] | null = null) {
  const clock = virtualClock()
  const memory = createMemoryLog({ clock })
  await memory.ensureTopics(topicSpecs(topics, ['lamp'], 1))
  const warnings: string[] = []
  const prepared = prepares && preparedCues(clock, prepares)
  const cues = prepares ? CUES.map((at) => ({ at: isoTime(at) })) : []
  const states = new KeptStates({
    clock,
    logger: { warn: (_: object, text: string) => warnings.push(text) } as never,
    runTopic: topics.run,
    descriptor: { start: START, tick: 10_000, cues } as Descriptor,
    prepared: prepared as unknown as PreparedCues | null,
  })
  /** Sim ms up to which the processor has read. */
  const read = { to: AT }
  const from: KeptFrom = {
    memory,
    processor: { watermark: () => read.to, checkpoint: async () => {} },
    faults: [],
  }
  async function pass(seconds: number, step = () => {}) {
    for (let i = 0; i < seconds; i++) {
      step()
      clock.advance(1_000)
      await turns(60)
    }
  }
  return { states, from, read, pass, warnings, prepared: prepared! }
}

describe('the keeping of a city', () => {
  it('waits where the shard is there before the city is', async () => {
    const { states, from, pass } = await keeping()
    const show = states.expect()
    const kept = states.keep(0, kernel)
    await pass(1)
    expect(states.times()).toEqual([])
    show(from)
    await pass(1)
    await kept
    expect(states.times()).toEqual([AT])
  })

  it('waits for a processor that reads on, however slow', async () => {
    const { states, from, read, pass, warnings } = await keeping()
    read.to = AT - 100
    states.expect()(from)
    const kept = states.keep(0, kernel)
    await pass(100, () => read.to++)
    await pass(1)
    await kept
    expect([states.times(), warnings]).toEqual([[AT], []])
  })

  it('keeps nothing, and says so, where the processor does nothing', async () => {
    const { states, from, read, pass, warnings } = await keeping()
    read.to = AT - 1
    states.expect()(from)
    const kept = states.keep(0, kernel)
    await pass(12)
    await kept
    expect(states.times()).toEqual([])
    expect(warnings.join()).toMatch(/could not be kept here/)
  })

  it('keeps nothing that was given another state while it was saved', async () => {
    const { states, from, read, pass } = await keeping()
    states.expect()(from)
    const [first] = [states.keep(0, kernel), await pass(1)]
    await first
    const [earlier] = states.times()
    const there = (await states.find(0, earlier, from))!
    read.to = AT + 60_000
    let isRestored = false
    const second = states.keep(0, {
      simulatedTo: read.to,
      *saving() {
        while (!isRestored) yield
        return Buffer.from('of two times')
      },
      restore: () => {
        isRestored = true
      },
    } as unknown as Kernel)
    expect(await states.prepare(there)).toBe(null)
    await pass(1)
    await second
    expect(states.times()).toEqual([AT])
  })
})

describe('cues that are prepared', () => {
  const [first, second, third] = CUES

  it('are read while nobody waits, the next one first, and once', async () => {
    const { states, from, pass, prepared } = await keeping([first, third])
    states.expect()(from)
    const kept = states.keep(0, kernel)
    await pass(1)
    await kept
    expect(prepared.reads).toEqual([])
    await pass(2)
    expect(prepared.reads).toEqual([first])
    prepared.made(second)
    await pass(5)
    expect(prepared.reads).toEqual([first, second, third])
    const state = await states.find(0, second, from)
    expect(state).toMatchObject({ at: second, isPrepared: true })
    expect(await states.find(0, second, from)).toBe(state)
    expect(prepared.reads).toEqual([first, second, third])
    expect(states.times()).toEqual([AT, ...CUES])
  })

  it('are of no use where something was done to the city, though they were read', async () => {
    const { states, from, pass } = await keeping(CUES)
    states.expect()(from)
    const kept = states.keep(0, kernel)
    await pass(8)
    await kept
    const disturbed = { ...from, faults: [{ id: 'lost', at: second - 1 }] }
    expect(await states.find(0, first, disturbed)).toMatchObject({ at: first })
    expect(await states.find(0, second, disturbed)).toBe(null)
  })

  it('say that they are damaged when they are wanted, and are read again once they are made anew', async () => {
    const { states, from, pass, prepared } = await keeping(CUES)
    const refusals: string[] = []
    states.onRefused((why) => refusals.push(why))
    prepared.broken.add(first)
    states.expect()(from)
    const kept = states.keep(0, kernel)
    await pass(8)
    await kept
    expect([prepared.reads, refusals]).toEqual([CUES, []])
    expect(await states.find(0, first, from)).toBe(null)
    await pass(1)
    expect(refusals).toEqual(['damaged'])
    prepared.broken.clear()
    prepared.made(first)
    await pass(2)
    expect(await states.find(0, first, from)).toMatchObject({ at: first })
    expect(prepared.reads).toEqual([...CUES, first, first])
  })

  it('wait for the start to be kept where somebody goes on at once, and for its kernel', async () => {
    const { states, from, pass } = await keeping(CUES)
    states.expect()(from)
    let found: unknown = 'not yet'
    const finding = states.find(0, first, from).then((state) => {
      found = state
    })
    await pass(2)
    expect(found).toBe('not yet')
    const kept = states.keep(0, kernel)
    await pass(1)
    await Promise.all([kept, finding])
    expect(found).toMatchObject({ at: first })
    expect(states.times()).toContain(AT)
  })
})
