// One conductor counts at a time: what an earlier one still says is void, live and when the history is read.
import { describe, expect, it } from 'vitest'
import type { NewRecord } from '../../../../infra/event-log/event-log.ts'
import { createMemoryLog } from '../../../../infra/memory/memory-log.ts'
import { isoTime } from '../../../../infra/time.ts'
import { Terms } from '../../../../producers/contract/run/terms.ts'
import { topicNames, topicSpecs } from '../../../../producers/contract/topics.ts'
import { readRuns } from '../../../../producers/run/run-history.ts'
import { noneIgnored } from '../../../ignored.ts'
import {
  commandRecord,
  conductorRecord,
  descriptorRecord,
  horizonRecord,
} from '../../../run-records.ts'
import { lampDescriptor, lampScenario, lamps, START } from '../../lamp-city.ts'

const topics = topicNames()
const catalogue = lamps(4)

describe('terms', () => {
  it('let count what the newest conductor announced before it says, and nothing of an earlier one', () => {
    const terms = new Terms(41)
    expect(terms.standing(41)).toBe('counts')
    terms.announced(50)
    expect([41, 50].map((term) => terms.standing(term))).toEqual(['void', 'counts'])
    terms.announced(44)
    expect(terms.current).toBe(50)
    // Whoever never announced itself does not conduct.
    expect([44, 51].map((term) => terms.standing(term))).toEqual(['void', 'unknown'])
  })
})

describe('the history of runs', () => {
  it('knows accepted commands and the furthest horizon, whatever an overtaken conductor wrote last', async () => {
    const log = createMemoryLog()
    await log.ensureTopics(topicSpecs(topics, ['lamp'], 4))
    const append = async (record: NewRecord) => Number(await log.append(topics.run, 0, [record]))
    const horizon = (term: number, ms: number, speed: number) => {
      const h = isoTime(START + ms)
      return append(horizonRecord(0, { h, simAnchor: h, wallAnchor: 0, speed, term }))
    }
    const effectiveAt = isoTime(START + 30_000)
    const target = catalogue.ids[0]
    const lampOff = (id: string, term: number) =>
      append(
        commandRecord(0, { id, name: 'lamp.off', target, args: {}, by: 'x', effectiveAt, term }),
      )
    const control = (id: string, term: number, name: string, args = {}) =>
      append(commandRecord(0, { id, name, args, by: 'x', effectiveAt, term }))
    const to = { to: isoTime(START + 90_000) }
    await append(descriptorRecord(lampDescriptor(lampScenario(), catalogue)))
    await horizon(0, 30_000, 30)
    await lampOff('c1', 0)
    const term = await append(conductorRecord(0, 'r-0123456789ab', 'second'))
    await control('j', 0, 'clock.jump', to)
    await control('j', term, 'clock.jump', to)
    await control('p', term, 'clock.pause')
    await horizon(term, 20_000, 60)
    await control('r', term, 'clock.resume')
    await lampOff('c2', term)
    // Still on its way from the first conductor: void, but what it replaced by compaction may have been further.
    await horizon(0, 40_000, 10)
    await lampOff('c1', term)
    await lampOff('c3', 0)
    const [run] = await readRuns(log, topics.run, noneIgnored.report)
    expect(run.horizon).toMatchObject({ h: isoTime(START + 40_000), speed: 60 })
    expect(run.commands.map((c) => c.id)).toEqual(['c1', 'j', 'p', 'r', 'c2'])
    // The resume came after the last horizon that counts; no horizon says where a jump goes.
    expect(run.controls.map((c) => c.id)).toEqual(['j', 'r'])
    await log.close()
  })
})
