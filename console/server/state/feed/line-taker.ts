// Takes readings that come in lines: a cell of one window each, of whatever run; a window is shown once it is whole.
import {
  createLineReader,
  lineFault,
  type PartialWindow,
  type ReadingLine,
} from '../../../../processor/contract/read-lines.ts'
import { outOfBounds, type RecordFault } from '../../../../processor/contract/run-facts.ts'
import type { ShownRun } from '../run.ts'
import type { Notify, Origin, Taker } from './intake.ts'

export type LineContext = {
  current(): ShownRun | null
  report(origin: Origin, fault: RecordFault): void
  notify: Notify
}

/** Which run a line belongs to, its run's id says: before there is a run, nobody reads them. */
export function lineTaker({ current, report, notify }: LineContext): Taker {
  const read = createLineReader()
  return (record, partition) => {
    const run = current()
    if (!run) return
    const origin: Origin = { source: 'readings', partition, record }
    const got = read(record)
    if (got.fault) return report(origin, got.fault)
    const line = got.value
    if (line.run !== run.descriptor.run) {
      run.source.otherRuns++
      return
    }
    const fault = lineFault(run.facts, line) ?? beginning(run, notify)
    if (fault) return report(origin, fault)
    const onLost = (window: PartialWindow) => report(origin, lostFault(window))
    if (put(run, line, record.timestamp, onLost)) notify((l) => l.final?.())
  }
}

/** With the first line pages learn who says the readings, and with that what nobody says. */
function beginning(run: ShownRun, notify: Notify): RecordFault | null {
  const isFirst = run.source.engine === null
  const fault = run.source.faultOf('flink-sql')
  if (isFirst) notify((l) => l.run?.())
  return fault
}

/** True when the window is whole, and new or another than before. */
function put(
  run: ShownRun,
  line: ReadingLine,
  at: number,
  onLost: (window: PartialWindow) => void,
): boolean {
  const { final, rewritten } = run.source.windows.put(line, onLost)
  if (rewritten !== null) run.source.rewritten++
  if (!final) return false
  run.readings.put(final, JSON.stringify(final), at)
  run.history.put(final)
  return true
}

function lostFault({ kpi, start, scopes, of }: PartialWindow): RecordFault {
  return outOfBounds(`${kpi} of ${start}`, `${scopes} scopes`, `all ${of} of the window`)
}
