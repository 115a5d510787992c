// A task's sums for one window as the record of `kpi-partial`: final at a window's close, provisional in between.
import { isoTime } from '../../infra/time.ts'
import type { Cell, MeasurePartial, Partial } from '../../producers/contract/records.ts'
import type { CompiledMeasure, DomainProgram } from '../program/program.ts'
import type { TaskState } from './state.ts'

/** Closes the oldest open window; a pure function of the input, so that any writer writes equal bytes. */
export function finalPartial(
  program: DomainProgram,
  partition: number,
  epoch: number,
  state: TaskState,
): Partial {
  const start = program.start + state.windows.next * program.windowMs
  const end = start + program.windowMs
  const sums = state.windows.close()
  const scan = (t: number, m: number, cells: Float64Array) =>
    state.latestValues[t].scan(m, end, cells)
  return {
    epoch,
    domain: program.domain,
    partition,
    start: isoTime(start),
    end: isoTime(end),
    measures: measuresOf(program, sums, scan),
    ledger: state.ledger.ledger(),
  }
}

/** The window that contains the watermark, as far as it was read; null before the first tick and after the last window. */
export function provisionalPartial(
  program: DomainProgram,
  partition: number,
  epoch: number,
  state: TaskState,
): Partial | null {
  const { watermark } = state.ledger.state
  if (watermark === null || watermark >= program.end) return null
  const k = Math.floor((watermark - program.start) / program.windowMs)
  const start = program.start + k * program.windowMs
  const sums = state.windows.peek(k)
  const scan = (t: number, m: number, cells: Float64Array) =>
    state.latestValues[t].scanNewest(m, watermark, cells)
  return {
    epoch,
    domain: program.domain,
    partition,
    start: isoTime(start),
    end: isoTime(start + program.windowMs),
    measures: measuresOf(program, sums, scan),
    ledger: state.ledger.ledger(),
    provisional: true,
    offset: String(state.nextOffset - 1),
    watermark: isoTime(watermark),
    ...(state.incomplete ? { incomplete: true as const } : {}),
  }
}

function measuresOf(
  program: DomainProgram,
  { window, day }: { window: Float64Array; day: Float64Array },
  scan: (table: number, measure: number, cells: Float64Array) => void,
): Record<string, MeasurePartial> {
  const width = program.scopes.length * 3
  const latest = new Map<CompiledMeasure, Record<string, Cell>>()
  program.tables.forEach((table, t) => {
    table.measures.forEach((m, i) => {
      const cells = new Float64Array(width)
      scan(t, i, cells)
      latest.set(m, cellsOf(program, m, cells, 0))
    })
  })
  const out: Record<string, MeasurePartial> = {}
  for (const m of program.measures) {
    const cells = latest.get(m)
    out[m.measure.name] = cells
      ? { window: cells, day: cells }
      : {
          window: cellsOf(program, m, window, m.slot * width),
          day: cellsOf(program, m, day, m.slot * width),
        }
  }
  return out
}

/** The scopes where something entered. */
function cellsOf(
  program: DomainProgram,
  m: CompiledMeasure,
  cells: Float64Array,
  at: number,
): Record<string, Cell> {
  const quotient = m.kind === 'ratio' || m.kind === 'gauge'
  const out: Record<string, Cell> = {}
  program.scopes.forEach((code, scope) => {
    const i = at + 3 * scope
    if (cells[i + 2] > 0) out[code] = [cells[i], quotient ? cells[i + 1] : null, cells[i + 2]]
  })
  return out
}
