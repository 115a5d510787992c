// What a chart draws, as plain data: lines over common times, flags, axes; gaps stay gaps.
import type { TimeMark } from '../timeline/marks.ts'
import type { ValueAxis } from './axis.ts'

export type ChartPoint = { at: number; value: number | null }

/** How a line looks: what was read, what would be usual, a target, a way to it, its neighbourhood, single figures, those of few events. */
export type LineLook =
  | 'value'
  | 'usual'
  | 'target'
  | 'path'
  | 'edge'
  | 'current'
  | 'few'
  | 'provisional'
  | 'figures'

export type ChartLine = {
  name: string
  look: LineLook
  /** Of a second series of the same kind: drawn dashed or hollow. */
  isSecond?: boolean
  /** Name of the colour's token. */
  tone?: string
  points: ChartPoint[]
}

export type ChartFlag = {
  at: number
  /** Null while it lasts, or where it takes no time. */
  until: number | null
  kind: 'incident' | 'command' | 'now' | 'due'
  text: string
}

export type ChartModel = {
  from: number
  to: number
  axis: ValueAxis
  lines: ChartLine[]
  /** Two lines of `lines`, the upper one first, with what lies between them shaded. */
  bands: [number, number][]
  flags: ChartFlag[]
  marks: TimeMark[]
  /** Times at which something can be read, in order. */
  stops: number[]
}

/** Undefined = this line says nothing at that time; null = its value there is not known, and the line is broken. */
export type AlignedLines = { x: number[]; ys: (number | null | undefined)[][] }

/** All lines over the times of all of them. */
export function aligned(lines: Pick<ChartLine, 'points'>[]): AlignedLines {
  const times = new Set(lines.flatMap(({ points }) => points.map(({ at }) => at)))
  const x = [...times].sort((a, b) => a - b)
  const ys = lines.map(({ points }) => {
    const known = new Map(points.map(({ at, value }) => [at, value]))
    return x.map((at) => known.get(at))
  })
  return { x, ys }
}

/** A null after every point whose successor is missing: nothing is drawn over what nobody read. */
export function withGaps(points: ChartPoint[], stepMs: number): ChartPoint[] {
  return points.flatMap((point, i) => {
    const next = points[i + 1]
    const isGap = next !== undefined && next.at - point.at > 1.5 * stepMs
    return isGap ? [point, { at: point.at + stepMs, value: null }] : [point]
  })
}

/** The stop nearest to `at`; -1 without one. */
export function nearestStop(stops: number[], at: number): number {
  let found = -1
  for (const [i, stop] of stops.entries()) {
    if (found < 0 || Math.abs(stop - at) < Math.abs(stops[found] - at)) found = i
  }
  return found
}
