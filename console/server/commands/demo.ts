// What a presenter does to the one-process demo: each injected fault is published to every page when it begins and when its outcome is known.
import type { Clock } from '../../../infra/clock.ts'
import { problemText } from '../../../infra/problem.ts'
import type { Capability, DemoControls, DemoHappening } from '../../messages.ts'

const KEPT = 20

export type DemoFaults = ReturnType<typeof createDemo>

export type DemoContext = {
  controls: DemoControls
  clock: Clock
  /** Sim time (ms) up to which the city may go now; 0 before there is a run. */
  sim(): number
  /** To every page. */
  publish(happening: DemoHappening): void
}

export function createDemo({ controls, clock, sim, publish }: DemoContext) {
  const happenings: DemoHappening[] = []
  let number = 0

  function note(happening: DemoHappening): void {
    const at = happenings.findIndex((h) => h.id === happening.id)
    if (at >= 0) happenings[at] = happening
    else happenings.push(happening)
    if (happenings.length > KEPT) happenings.shift()
    publish(happening)
  }

  async function act(kind: Capability): Promise<DemoHappening> {
    const begun = { id: `demo-${++number}`, kind, at: clock.now(), sim: sim() }
    note({ ...begun, phase: 'begun' })
    try {
      const theft = kind === 'steal' ? await controls.steal!() : undefined
      const recovery = kind === 'kill' ? await controls.kill!() : undefined
      const done = { ...begun, phase: 'done' as const, theft, recovery }
      note(done)
      return done
    } catch (error) {
      const text = error instanceof Error ? error.message : problemText(kind, String(error), 'none')
      const failed = { ...begun, phase: 'failed' as const, error: text }
      note(failed)
      return failed
    }
  }

  return {
    capabilities: (['steal', 'kill'] as const).filter((c) => controls[c] !== undefined),
    /** Newest last. */
    happenings: () => happenings,
    /** Resolves when the fault is over or could not be injected; never rejects for that. */
    act,
  }
}
