// One conductor counts at a time: what an earlier one still says is void, live and when the history is read.
import { describe, expect, it } from 'vitest'
import { createMemoryLog } from '../../../infra/memory-log.ts'
import { isoTime } from '../../../infra/time.ts'
import { createTerms } from '../../../producers/contract/terms.ts'
import { topicNames, topicSpecs } from '../../../producers/contract/topics.ts'
import { readRuns } from '../../../producers/run-history.ts'
import { lampDescriptor, lampScenario, lamps, START } from '../lamp-city.ts'

const topics = topicNames()

describe('terms', () => {
  it('let count what the newest conductor announced before it says, and nothing of an earlier one', () => {
    const terms = createTerms(41)
    expect(terms.counts({ term: 41 })).toBe(true)
    terms.announced(50)
    expect([41, 50].map((term) => terms.counts({ term }))).toEqual([false, true])
    terms.announced(44)
    expect(terms.current).toBe(50)
    // Recordings from before there were terms.
    expect(terms.counts({})).toBe(true)
  })
})

describe('the history of runs', () => {
  it('knows accepted commands and the furthest horizon, whatever an overtaken conductor wrote last', async () => {
    const log = createMemoryLog()
    await log.ensureTopics(topicSpecs(topics, ['lamp'], 4))
    const append = async (key: string, value: object) => {
      const record = {
        key: Buffer.from(key),
        value: Buffer.from(JSON.stringify(value)),
        timestamp: 0,
      }
      return Number(await log.append(topics.run, 0, [record]))
    }
    const horizon = (term: number, ms: number, speed: number) => {
      const h = isoTime(START + ms)
      return append(`0|horizon|${term}`, { h, simAnchor: h, wallAnchor: 0, speed, term })
    }
    const command = (id: string, term: number, name = 'lamp.off') =>
      append(`0|command|${id}|${term}`, { id, name, effectiveAt: isoTime(START), term })
    await append('descriptor|r-0123456789ab|u', lampDescriptor(lampScenario(), lamps(4)))
    await horizon(0, 30_000, 30)
    await command('c1', 0)
    const term = await append('0|conductor|second', {})
    await command('j', 0, 'clock.jump')
    await command('j', term, 'clock.jump')
    await command('p', term, 'clock.pause')
    await horizon(term, 20_000, 60)
    await command('r', term, 'clock.resume')
    await command('c2', term)
    // Still on its way from the first conductor: void, but what it replaced by compaction may have been further.
    await horizon(0, 40_000, 10)
    await command('c1', term)
    await command('c3', 0)
    const [run] = await readRuns(log, topics.run)
    expect(run.horizon).toMatchObject({ h: isoTime(START + 40_000), speed: 60 })
    expect([...run.accepted.keys()]).toEqual(['c1', 'j', 'p', 'r', 'c2'])
    // The resume came after the last horizon that counts; a jump is told by no horizon.
    expect(run.controls.map((c) => c.id)).toEqual(['j', 'r'])
    await log.close()
  })
})
