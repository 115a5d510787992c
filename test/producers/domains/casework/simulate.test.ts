// Cases: their steps in order and within their limits, crews that are never more than there are, a steady board, conditions, commands.
import { describe } from 'vitest'
import { casework } from '../../../../producers/domains/casework/domain.ts'
import { DUTIES } from '../../../../producers/domains/casework/event.ts'
import { keepsTheDomainPromises } from '../../domain-promises.ts'
import type { FakeAsset } from '../../simulated-city.ts'

/** A Monday. */
const START = '2025-06-16T08:00:00+08:00'
const units = (count: number) =>
  Array.from(
    { length: count },
    (_, n): FakeAsset => ({
      id: `case-440106-${String(n).padStart(5, '0')}`,
      attributes: { duty: DUTIES[n % DUTIES.length], crews: 4 },
    }),
  )

describe('casework simulator', () => {
  keepsTheDomainPromises({ domain: casework, assets: units(12), start: START, hours: 3 })
})
