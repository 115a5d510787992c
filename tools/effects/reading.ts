// A KPI over some assets and some time, computed from the events of one run.
import { MINUTE_MS } from '../../infra/time.ts'
import type { CommandEffect, Declaration } from '../../producers/contract/declaration.ts'
import { measureTruthOf } from '../../producers/kernel/truth/measure-truth.ts'
import { TruthRows } from '../../producers/kernel/truth/scope-sums.ts'
import type { Heard } from './heard.ts'

export type ReadingOptions = {
  declaration: Declaration
  effect: Pick<CommandEffect, 'kpi' | 'forMs'>
  /** The reading is that of [from, from + the effect's length). */
  from: number
  /** Ids of the assets. */
  of: ReadonlySet<string>
  /** Of the run. */
  start: number
}

/** Of ratios and gauges the quotient of both sums; of the others what one asset has, on average over the minutes. */
export function readingOf(
  heard: Heard[],
  { declaration, effect, from, of, start }: ReadingOptions,
): number {
  const name = effect.kpi.slice(declaration.domain.length + 1)
  const measure = declaration.measures.find((m) => m.name === name)!
  const ids = [...of]
  const rows = new Map(ids.map((id, row) => [id, row]))
  const scopes = ids.map(() => 'all')
  const truth = measureTruthOf(measure, declaration, new TruthRows(ids, scopes), start)
  const types = declaration.events.map((event) => event.type)
  let [numerator, denominator, minutes] = [0, 0, 0]
  let end = start + MINUTE_MS
  const closeUntil = (time: number) => {
    for (; end <= time; end += MINUTE_MS) {
      const cell = truth.close(end, false).window.all
      if (end <= from || end > from + effect.forMs) continue
      numerator += cell?.[0] ?? 0
      denominator += cell?.[1] ?? 0
      minutes++
    }
  }
  for (const { id, time, type, data } of heard) {
    closeUntil(time)
    const row = rows.get(id)
    if (row === undefined) continue
    if (truth.onEvents[types.indexOf(type)]) truth.event(row, time, data)
  }
  closeUntil(from + effect.forMs)
  const isQuotient = measure.kind === 'ratio' || measure.kind === 'gauge'
  return isQuotient
    ? numerator / denominator
    : numerator / minutes / 10 ** measure.decimals / of.size
}
