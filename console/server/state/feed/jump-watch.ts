// The last jump of a run, as its horizons tell it: from where, to where, and how long it took.
import type { Horizon } from '../../../../producers/contract/records.ts'
import type { JumpView } from '../../../messages.ts'

export class JumpWatch {
  view: JumpView | null = null

  /** Of a horizon written at wall time `wall`; whether a jump began or arrived with it. */
  take({ jumpTo, simAnchor }: Horizon, wall: number): boolean {
    const before = this.view
    const isOpen = before !== null && before.tookMs === null
    if (jumpTo === undefined) {
      if (isOpen) this.view = { ...before, tookMs: wall - before.since }
    } else {
      const to = Date.parse(jumpTo)
      if (!isOpen || before.to !== to) {
        this.view = { from: Date.parse(simAnchor), to, since: wall, tookMs: null }
      }
    }
    return this.view !== before
  }
}
