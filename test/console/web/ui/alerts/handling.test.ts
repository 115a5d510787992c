// What has been done about an alert, and how many are at which point.
import { describe, expect, it } from 'vitest'
import type { Acknowledgement } from '../../../../../console/messages.ts'
import { countHandlings, handlingOf } from '../../../../../console/web/ui/alerts/handling.ts'

const SIM = '2025-06-18T08:31:00.000Z'
const seen: Acknowledgement = {
  ...{ epoch: 1, id: 'a', by: null, to: null, command: null, at: 5, simTime: SIM },
}

describe('the handling of an alert', () => {
  it('is new until somebody has seen it, in hand once a command is about it, over when it has recovered', () => {
    const inHand = { ...seen, command: { id: 'c', name: 'lamp.off', simTime: SIM } }
    expect(handlingOf(true, undefined)).toBe('new')
    expect(handlingOf(true, { ...seen, to: 'duty' })).toBe('seen')
    expect(handlingOf(true, inHand)).toBe('in-hand')
    expect(handlingOf(false, inHand)).toBe('over')
    expect(handlingOf(false, undefined)).toBe('over')
  })

  it('is counted, those at no point included', () => {
    expect(countHandlings(['new', 'over', 'new'])).toEqual({
      ...{ new: 2, seen: 0, 'in-hand': 0, over: 1 },
    })
  })
})
