// The line of one KPI over the run: what the server remembers, and what has come since.
import type { KpiReading } from '../../../messages.ts'

export type CurvePoint = { at: number; value: number | null }

/** More points than the line is wide are not seen. */
const MOST_POINTS = 700

/** `past` as far as the newest finals do not say it themselves, in order. */
export function joined(past: CurvePoint[], finals: KpiReading[], scope: string): CurvePoint[] {
  const live = finals.map((r) => ({
    at: Date.parse(r.window.end),
    value: r.scopes[scope]?.value ?? null,
  }))
  const from = live[0]?.at ?? Number.POSITIVE_INFINITY
  return [...past.filter(({ at }) => at < from), ...live]
}

/** An SVG path in a box of 1000 × `height`, broken where a window has no value; '' without two values. */
export function curvePath(
  points: CurvePoint[],
  x: (at: number) => number,
  height: number,
): { path: string; low: number; high: number } | null {
  const every = Math.ceil(points.length / MOST_POINTS)
  const kept = every > 1 ? points.filter((_, i) => i % every === 0) : points
  const values = kept.map(({ value }) => value).filter((v): v is number => v !== null)
  if (values.length < 2) return null
  const [low, high] = [Math.min(...values), Math.max(...values)]
  // A flat day stays flat: differences below 2 % are not blown up to a mountain range.
  const reach = Math.max(high - low, 0.02 * Math.abs(high), 1e-9)
  const middle = (low + high) / 2
  const y = (value: number) => height * (0.5 - (0.8 * (value - middle)) / reach)
  let path = ''
  let isDown = false
  for (const { at, value } of kept) {
    if (value !== null) path += `${isDown ? 'L' : 'M'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`
    isDown = value !== null
  }
  return { path, low, high }
}
