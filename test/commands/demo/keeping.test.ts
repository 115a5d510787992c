// When a city is kept as it passes a cue: it may not be wholly there yet, and its processor may be slow or dead.
import { describe, expect, it } from 'vitest'
import { type KeptFrom, KeptStates } from '../../../commands/demo/kept-states.ts'
import { virtualClock } from '../../../infra/clock.ts'
import { createMemoryLog } from '../../../infra/memory/memory-log.ts'
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

async function keeping() {
  const clock = virtualClock()
  const memory = createMemoryLog({ clock })
  await memory.ensureTopics(topicSpecs(topics, ['lamp'], 1))
  const warnings: string[] = []
  const states = new KeptStates({
    clock,
    logger: { warn: (_: object, text: string) => warnings.push(text) } as never,
    runTopic: topics.run,
    descriptor: { start: START, tick: 10_000 } as Descriptor,
    prepared: null,
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
  return { states, from, read, pass, warnings }
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
