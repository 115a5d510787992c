// Where the parts of the page stand: boxes that depend on the page's own measures, hardly on a machine's fonts.
import type { Page } from 'playwright-core'

export type Box = { x: number; y: number; width: number; height: number }
export type Boxes = Record<string, Box>

/** The map itself is not among them: what it draws is the city's, not the page's. */
const REGIONS = [
  '.header',
  '.verdict-line',
  '.kpi-row',
  '.rail-left',
  '.rail-right',
  '.map-panel',
  '.board',
  '.view-columns',
  '.timeline',
  'dialog[open]',
]

/** Whole px; parts that are not shown are left out. */
export async function boxesOf(page: Page): Promise<Boxes> {
  const script = `(${JSON.stringify(REGIONS)}).flatMap((name) => {
    const shown = document.querySelector(name)
    if (!shown || !shown.checkVisibility()) return []
    const { x, y, width, height } = shown.getBoundingClientRect()
    const round = Math.round
    return [[name, { x: round(x), y: round(y), width: round(width), height: round(height) }]]
  })`
  return Object.fromEntries((await page.evaluate(script)) as [string, Box][])
}

/** What stands elsewhere, or is there no more or for the first time; one line each. */
export function movedRegions(expected: Boxes, now: Boxes, tolerancePx: number): string[] {
  const names = new Set([...Object.keys(expected), ...Object.keys(now)])
  return [...names].flatMap((name) => {
    const [was, is] = [expected[name], now[name]]
    if (!was || !is) return [`${name}: ${is ? 'is new' : 'is gone'}`]
    const isNear = (['x', 'y', 'width', 'height'] as const).every(
      (side) => Math.abs(was[side] - is[side]) <= tolerancePx,
    )
    return isNear ? [] : [`${name}: ${boxText(is)}, expected ${boxText(was)}`]
  })
}

const boxText = ({ x, y, width, height }: Box): string => `${width} × ${height} at ${x}, ${y}`
