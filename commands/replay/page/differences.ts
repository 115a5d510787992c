// What a page over two recordings shows of their comparison: the first event that differs, and how many cells do when.
import type { BesideDifferences } from '../../../console/messages.ts'
import type { LaneDifference, RecordingsCompared } from '../../../replay/diff/diff.ts'
import type { Span } from '../../../replay/player/positions.ts'
import { eventTimeOf } from '../../../replay/recording/member-index.ts'

/** As far as `span` goes; `allowedLateness` ms after its end a window is final. */
export function differencesIn(
  compared: RecordingsCompared,
  span: Span,
  allowedLateness: number,
): BesideDifferences {
  const { lanes, differing, onlyA, onlyB, cells } = compared
  const within = (time: number) => time >= span.from && time <= span.to
  const seen = differing.filter(({ at }) => at !== null && within(at))
  const inSpan = cells.differing.filter(({ window }) =>
    within(Date.parse(window.end) + allowedLateness),
  )
  const windows = new Map<number, number>()
  for (const { window } of inSpan) {
    if (window.kind !== 'window') continue
    const end = Date.parse(window.end)
    windows.set(end, (windows.get(end) ?? 0) + 1)
  }
  return {
    first: firstOf(seen),
    ...{ lanes, differingLanes: seen.length, onlyA, onlyB },
    ...{ cells: cells.cells, differingCells: inSpan.length },
    windows: [...windows]
      .map(([end, count]) => ({ end, at: end + allowedLateness, cells: count }))
      .sort((x, y) => x.end - y.end),
  }
}

/** Of those that show at the earliest tick, the earliest event. */
function firstOf(differing: LaneDifference[]): BesideDifferences['first'] {
  const at = Math.min(...differing.map((lane) => lane.at!))
  const firsts = differing
    .filter((lane) => lane.at === at)
    .map(({ lane, record }) => {
      const both = [record?.a, record?.b].flatMap((it) => (it ? [it] : []))
      const times = both.flatMap(({ value }) => eventTimeOf(value) ?? [])
      const time = times.length > 0 ? Math.min(...times) : null
      return { at, time, lane, key: both[0]?.key?.toString() ?? null }
    })
  return firsts.sort((x, y) => (x.time ?? x.at) - (y.time ?? y.at))[0] ?? null
}
