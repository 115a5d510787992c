// What a twin leaves out: commands and incidents, never the clock's; and when there is nothing that it could.
import { describe, expect, it } from 'vitest'
import { USUAL } from '../../processor/contract/types.ts'
import type { AcceptedCommand } from '../../producers/contract/records.ts'
import type { PlannedIncident } from '../../seeds/contract.ts'
import { differs, isLeftOut, playedBy } from '../../twin/left-out.ts'
import { lampScenario } from '../producers/lamp-city.ts'

const command = (id: string, name: string): AcceptedCommand => ({
  ...{ id, name, args: {}, by: 'test', effectiveAt: '2025-06-18T08:31:00.000Z', term: 0 },
})
const PAUSE = command('p', 'clock.pause')
const START = command('i', 'incident.start')
const OFF = command('c', 'lamp.off')

const planned = (id: string): PlannedIncident => ({
  ...{ id, kind: 'rainstorm', fromMs: 0, forMs: 60_000, place: { district: '990001' } },
  ...{ severity: 'orange', parameters: {} },
})
const scenario = lampScenario({ incidents: [planned('storm'), planned('crowd')] })
const idsOf = (twin: string) => playedBy(twin, scenario).incidents.map(({ id }) => id)

describe('a twin leaves out', () => {
  it('as usual all that operators do to the city, and all incidents of the scenario', () => {
    expect([PAUSE, START, OFF].map((c) => isLeftOut(USUAL, c))).toEqual([false, true, true])
    expect(idsOf(USUAL)).toEqual([])
  })

  it('by name one command, or one incident of the scenario', () => {
    expect([PAUSE, START, OFF].map((c) => isLeftOut('c', c))).toEqual([false, false, true])
    expect([START, OFF].map((c) => isLeftOut('i', c))).toEqual([true, false])
    expect([idsOf('storm'), idsOf('c')]).toEqual([['crowd'], ['storm', 'crowd']])
  })

  it('nothing from a run that has none of it', () => {
    const calm = lampScenario()
    expect(differs(USUAL, calm, [])).toBe(false)
    expect(differs(USUAL, calm, [PAUSE])).toBe(false)
    expect(differs(USUAL, calm, [PAUSE, OFF])).toBe(true)
    expect(differs('c', calm, [START])).toBe(false)
    expect(differs('c', calm, [START, OFF])).toBe(true)
    expect([USUAL, 'storm', 'c'].map((twin) => differs(twin, scenario, []))).toEqual([
      ...[true, true, false],
    ])
  })
})
