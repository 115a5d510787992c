// What a command does, and that it does nothing earlier or elsewhere: a small city, three seeds, every command.
import { describe, expect, it } from 'vitest'
import { MINUTE_MS } from '../../infra/time.ts'
import { differences } from '../../tools/effects/differences.ts'
import { unmeasured } from '../../tools/effects/effects.ts'
import { openEffects, pairedRun } from '../../tools/effects/paired-run.ts'
import { TRIALS } from '../../tools/effects/trials.ts'

const world = openEffects('testville')
const SEEDS = [1, 2, 3]

describe('every command, against the same run without it', () => {
  it('has a trial for each effect that it declares', () => {
    expect(unmeasured(world)).toEqual([])
  })

  it.each(TRIALS)('$command changes what it reaches, and nothing earlier or elsewhere', (trial) => {
    let targets = 0
    let later = 0
    for (const seed of SEEDS) {
      const paired = pairedRun(world, { trial, seed, forMs: 30 * MINUTE_MS, whole: true })
      expect(paired.differences).toMatchObject({ elsewhere: [], early: [] })
      targets += paired.targets.length
      later += paired.differences.later
    }
    console.log(`${trial.command}: ${targets} targets, ${later} assets differ later`)
    expect(targets).toBeGreaterThan(0)
    expect(later).toBeGreaterThan(0)
  })
})

describe('differences', () => {
  const at = (id: string, time: number, text = `${id} ${time}`) => ({
    ...{ id, time, text, type: 'x', data: {} },
  })

  it('tell what is elsewhere from what is early and what may be', () => {
    const one = [at('a', 1), at('b', 1), at('c', 1), at('d', 1), at('a', 9), at('d', 9)]
    const two = [at('a', 1), at('b', 1, 'other'), at('c', 1, 'other'), at('d', 1), at('d', 9)]
    expect(differences(one, two, new Set(['a', 'b', 'd']), 5)).toEqual({
      elsewhere: ['c'],
      early: ['b'],
      later: 1,
    })
    expect(differences(one, one, new Set(), 0).elsewhere).toEqual([])
  })
})
