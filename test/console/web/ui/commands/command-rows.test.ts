// The list of last commands: whose they are, and whether they count yet.
import { describe, expect, it } from 'vitest'
import type { SentCommand } from '../../../../../console/web/store/commands.ts'
import { commandRows } from '../../../../../console/web/ui/commands/command-rows.ts'

const MINUTE = 60_000
const iso = (minute: number) => new Date(minute * MINUTE).toISOString()
const accepted = (id: string, minute: number, by = 'console') => ({
  ...{ id, name: 'lamp.dim', target: 'lamp-1', by },
  effectiveAt: iso(minute),
})
const sent = (id: string, more: Partial<SentCommand> = {}): SentCommand => ({
  ...{ id, name: 'lamp.dim', target: 'lamp-1', args: {}, at: 0 },
  ...{ phase: 'sent', error: null, effectiveAt: null },
  ...more,
})
const states = (...of: Parameters<typeof commandRows>) =>
  commandRows(...of).map(({ id, state, by }) => [id, state, by])

describe('last commands', () => {
  it('count only once the city has come to their time', () => {
    expect(states([], [accepted('b', 9), accepted('a', 3, 'api')], 5 * MINUTE)).toEqual([
      ['b', 'due', 'console'],
      ['a', 'done', 'api'],
    ])
  })

  it('of this page are open until the stream says what became of them, each once', () => {
    const mine = [sent('a'), sent('b', { phase: 'accepted' }), sent('c', { phase: 'refused' })]
    expect(states(mine, [accepted('a', 3)], 5 * MINUTE)).toEqual([
      ['c', 'refused', null],
      ['b', 'open', null],
      ['a', 'done', null],
    ])
    const confirmed = sent('d', { phase: 'confirmed', effectiveAt: iso(6) })
    expect(states([confirmed], [], 5 * MINUTE)).toEqual([['d', 'due', null]])
    expect(states([confirmed], [], 6 * MINUTE)).toEqual([['d', 'done', null]])
  })

  it('are the city’s: speed and pause are not among them', () => {
    expect(
      states([sent('a', { name: 'clock.pause' }), sent('b', { name: 'run.restart' })], [], 0),
    ).toEqual([])
  })
})
