// What a client says on the socket: understood as declared, or refused with a sentence; never anything in between.
import { describe, expect, it } from 'vitest'
import { readClientMessage } from '../../../../console/server/live/client-message.ts'
import { createChance } from '../../../simulation/chance.ts'

const read = (value: unknown) => readClientMessage(Buffer.from(JSON.stringify(value)))

describe('a message of the stage', () => {
  it('is taken with any part left out, and nothing else with it', () => {
    expect(read({ op: 'stage', cue: 3 })).toMatchObject({ message: { op: 'stage', cue: 3 } })
    expect(read({ op: 'stage', cue: null })).toMatchObject({ message: { cue: null } })
    expect(read({ op: 'stage', blank: true, restart: false })).toMatchObject({
      message: { blank: true, restart: false },
    })
    const { message } = read({ op: 'stage', cue: 0, id: 'x', to: 'y' }) as { message: object }
    expect(Object.keys(message)).toEqual(['op', 'cue', 'blank', 'restart'])
  })

  it('of whatever shape is either what the contract says, or refused', () => {
    const chance = createChance(20_261_126, 'stage')
    const values = [0, 1, -1, 0.5, 1e308, null, true, false, '', '0', 'true', [], [0], {}, { a: 1 }]
    const seen = { taken: 0, refused: 0 }
    for (let i = 0; i < 5_000; i++) {
      const parts = ['cue', 'blank', 'restart', '__proto__', 'x'].filter(() => chance.of(0.5))
      const told = Object.fromEntries(parts.map((part) => [part, chance.pick(values)]))
      const understood = read({ op: 'stage', ...told })
      if ('problem' in understood) {
        seen.refused++
        expect(understood.problem).toMatch(/^stage: expected /)
      } else {
        seen.taken++
        const { cue, blank, restart } = understood.message as Record<string, unknown>
        const isCue =
          cue === undefined || cue === null || (Number.isInteger(cue) && Number(cue) >= 0)
        const areFlags = [blank, restart].every((f) => f === undefined || typeof f === 'boolean')
        expect([isCue, areFlags]).toEqual([true, true])
      }
    }
    expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(500)
  })
})
