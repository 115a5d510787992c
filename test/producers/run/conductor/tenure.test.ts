// Who has a run in hand: what others write of it counts, until one of them takes it.
import { describe, expect, it } from 'vitest'
import { isoTime } from '../../../../infra/time.ts'
import type { RunFact } from '../../../../producers/contract/run/run-reader.ts'
import { ConductedRun } from '../../../../producers/run/conductor/conducted-run.ts'
import { Rivals } from '../../../../producers/run/conductor/rivals.ts'
import type { RunOpener } from '../../../../producers/run/conductor/run-opener.ts'
import { Tenure } from '../../../../producers/run/conductor/tenure.ts'
import { lampDescriptor, lampScenario, lamps, START } from '../../lamp-city.ts'

const descriptor = lampDescriptor(lampScenario(), lamps(4))
const runOf = (epoch: number) =>
  new ConductedRun({ epoch, term: epoch, descriptor, last: null, now: 0, leadMs: 250 })

function open() {
  const problems: string[] = []
  const rivals = new Rivals()
  const opener = { next: async () => runOf(9) } as unknown as RunOpener
  const onProblem = (text: string) => void problems.push(text)
  const tenure = new Tenure({ run: runOf(3), opener, rivals, topic: 'city.run', onProblem })
  return { tenure, problems, rivals }
}

const horizon = (epoch: number, ms: number): RunFact => {
  const h = isoTime(START + ms)
  return { kind: 'horizon', epoch, horizon: { h, simAnchor: h, wallAnchor: 0, speed: 1, term: 3 } }
}
const announced = (term: number): RunFact => ({ kind: 'conductor', epoch: 3, id: 'x', term })

describe('the tenure of a run', () => {
  it('follows a higher horizon and an end of somebody else, and says so once', () => {
    const { tenure, problems } = open()
    tenure.notice(horizon(3, 5_000))
    tenure.notice(horizon(3, 5_000))
    tenure.notice(horizon(2, 50_000))
    expect(tenure.run.clock.h).toBe(START + 5_000)
    const end = { at: isoTime(START), reason: 'stop' as const, term: 3 }
    tenure.notice({ kind: 'end', epoch: 3, end, offset: 8 })
    expect(tenure.run.hasEnded).toBe(true)
    expect(problems).toEqual([
      expect.stringContaining('wrote a horizon'),
      expect.stringContaining('somebody else ended run'),
    ])
  })

  it('is over once another conductor announces itself, and nothing of its run counts any more', () => {
    const { tenure, problems } = open()
    expect(tenure.isOvertaken()).toBe(false)
    tenure.notice(announced(6))
    tenure.notice(horizon(3, 5_000))
    expect([tenure.isOvertaken(), tenure.isOvertaken()]).toEqual([true, true])
    expect(tenure.run.clock.h).toBe(START)
    expect(problems).toEqual([expect.stringContaining('another one took run')])
  })

  it('is over when somebody else begins a newer run, and not for one of its own', () => {
    const { tenure, rivals } = open()
    rivals.minted('mine')
    tenure.notice({ kind: 'descriptor', epoch: 4, id: 'mine', descriptor })
    expect(tenure.isOvertaken()).toBe(false)
    tenure.notice({ kind: 'descriptor', epoch: 5, id: 'theirs', descriptor })
    expect(tenure.isOvertaken()).toBe(true)
  })

  it('goes on with the run that a restart begins', async () => {
    const { tenure } = open()
    await tenure.restart({ args: {} })
    expect(tenure.run.epoch).toBe(9)
  })
})
