// A partial or truth that is well-formed and still none of the run's.
import { expect, it } from 'vitest'
import { isoTime } from '../../../infra/time.ts'
import { partialFault } from '../../../processor/contract/read-partial.ts'
import { runFacts } from '../../../processor/contract/run-facts.ts'
import type { Partial as KpiPartial } from '../../../producers/contract/records.ts'
import { CITY, EPOCH, lampDescriptor, MEASURES, MINUTE, START } from '../lamp.ts'

const facts = runFacts(EPOCH, lampDescriptor({ partitions: 2 }), CITY)

function faultOf(change: Partial<KpiPartial>) {
  const measures = Object.fromEntries(MEASURES.map((m) => [m.name, { window: {}, day: {} }]))
  const window = { start: isoTime(START), end: isoTime(START + MINUTE) }
  const partial = { epoch: EPOCH, domain: 'lamp', partition: 0, ...window, measures, ...change }
  return partialFault(facts, partial)?.detail ?? null
}

it('is refused where the run has no such partition or domain, whatever kind of partial it is', () => {
  const provisional = { provisional: true, offset: '7', watermark: isoTime(START) } as const
  for (const kind of [{}, provisional]) {
    expect(faultOf({ partition: 1, ...kind })).toBeNull()
    for (const partition of [2, 99, -1, 0.5]) {
      const expected = `partition: ${partition}, expected one from 0 to 1`
      expect(faultOf({ partition, ...kind })).toBe(expected)
    }
    expect(faultOf({ domain: 'lantern', ...kind })).toBe('domain: "lantern", expected lamp')
  }
})

it('is refused where its window is none of the run, or its measures are not the domain’s', () => {
  expect(faultOf({ start: isoTime(START + 1) })).toMatch(/^start: /)
  expect(faultOf({ end: isoTime(START + 2 * MINUTE) })).toMatch(/^end: /)
  expect(faultOf({ measures: {} })).toMatch(/^measures: /)
})
