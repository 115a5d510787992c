// Where a run's readings come from: which engine writes them, as their format tells, and what it left unfinished or changed.
import { besideFault, LineWindows } from '../../../../processor/contract/read-lines.ts'
import type { RecordFault, RunFacts } from '../../../../processor/contract/run-facts.ts'
import type { ReadingEngine } from '../../../../processor/contract/types.ts'

export class ReadingSource {
  /** Null before the first reading. */
  engine: ReadingEngine | null = null
  readonly windows: LineWindows
  /** Lines of other runs, of which nothing is shown. */
  otherRuns = 0
  /** Cells that were written again and said something else. */
  rewritten = 0

  constructor(facts: RunFacts) {
    this.windows = new LineWindows(facts)
  }

  /** Whoever came first is shown; null = it is that one. */
  faultOf(engine: ReadingEngine): RecordFault | null {
    this.engine ??= engine
    return besideFault(this.engine, engine)
  }
}
