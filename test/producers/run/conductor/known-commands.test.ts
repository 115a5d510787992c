// Commands that were met before, as many as are worth remembering.
import { expect, it } from 'vitest'
import { KnownCommands } from '../../../../producers/run/conductor/known-commands.ts'
import { lampDescriptor, lampScenario, lamps } from '../../lamp-city.ts'

const effectiveAt = '2025-06-18T08:30:00.000Z'
const command = { id: 'a', name: 'lamp.off', args: {}, by: 'x', effectiveAt, term: 0 }

it('remembers what earlier conductors accepted, until it is revoked', () => {
  const known = new KnownCommands()
  const nothing = { horizon: null, controls: [], restarting: null, end: null }
  const descriptor = lampDescriptor(lampScenario(), lamps(4))
  known.remember([{ epoch: 5, descriptor, commands: [command], ...nothing }])
  expect(known.acceptance('a')).toEqual({ epoch: 5, effectiveAt })
  known.revoke('a')
  expect(known.acceptance('a')).toBeUndefined()
})

it('forgets the oldest answers and acceptances beyond ten thousand', () => {
  const known = new KnownCommands()
  for (let i = 0; i <= 10_000; i++) {
    known.keepResult({ id: `r${i}`, ok: true })
    known.accept(`r${i}`, { epoch: 0, effectiveAt })
  }
  expect([known.result('r0'), known.acceptance('r0')]).toEqual([undefined, undefined])
  expect(known.result('r1')).toEqual({ id: 'r1', ok: true })
  expect(known.acceptance('r10000')).toEqual({ epoch: 0, effectiveAt })
})
