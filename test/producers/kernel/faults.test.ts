// When a fault is active, and that no fault's window moves the draws of another.
import { describe, expect, it } from 'vitest'
import { createFaults } from '../../../producers/kernel/faults.ts'
import type { Fault } from '../../../seeds/contract.ts'
import { lampScenario } from '../lamp-city.ts'

const fault = (over: Partial<Fault>): Fault => ({
  kind: 'drop',
  domain: 'lamp',
  share: 1,
  fromMs: 20_000,
  forMs: 30_000,
  delayMs: 0,
  ...over,
})

/** What is drawn for lamp-1's events, one a second from `scenario.start` on. */
function drawn(list: Fault[], seconds: number) {
  const scenario = lampScenario({ faults: list })
  const faults = createFaults(scenario, 'lamp')!
  return Array.from({ length: seconds }, (_, s) => faults.draw('lamp-1', scenario.start + 1000 * s))
}

describe('faults', () => {
  it('are active from their first millisecond and no longer at their end', () => {
    const scenario = lampScenario({ faults: [fault({})] })
    const faults = createFaults(scenario, 'lamp')!
    const at = (ms: number) => faults.draw('lamp-1', scenario.start + ms)?.kind ?? null
    expect([19_999, 20_000, 49_999, 50_000].map(at)).toEqual([null, 'drop', 'drop', null])
  })

  it('hold a gateway back to the end of the outage, and not one that comes at its end', () => {
    const scenario = lampScenario({ faults: [fault({ kind: 'gateway-outage' })] })
    const faults = createFaults(scenario, 'lamp')!
    const until = scenario.start + 50_000
    expect(faults.draw('lamp-1', until - 1)).toEqual({ kind: 'gateway-outage', until })
    expect(faults.draw('lamp-1', until)).toBeNull()
  })

  it('draw alike whenever another one begins and ends, and before their own window', () => {
    const half = fault({ kind: 'duplicate', share: 0.5, fromMs: 100_000, forMs: 100_000 })
    const kinds = (other: Partial<Fault>) =>
      drawn([fault({ share: 0, ...other }), half], 200)
        .slice(100)
        .map((injection) => injection?.kind ?? null)
    const usual = kinds({})
    expect(usual.filter((k) => k === 'duplicate').length).toBeGreaterThan(30)
    expect(usual.filter((k) => k === null).length).toBeGreaterThan(30)
    expect(kinds({ fromMs: 0, forMs: 1 })).toEqual(usual)
    expect(kinds({ fromMs: 0, forMs: 200_000 })).toEqual(usual)
    // The window itself may move as well: an event's draw is that event's.
    const early = drawn([{ ...half, fromMs: 0, forMs: 200_000 }], 200).slice(100)
    const late = drawn([half], 200).slice(100)
    expect(late).toEqual(early)
  })

  it('happen one at a time: the first of two that hit', () => {
    const both = drawn([fault({}), fault({ kind: 'corrupt' })], 60)
    expect(new Set(both.map((injection) => injection?.kind))).toEqual(new Set([undefined, 'drop']))
  })
})
