// How lines look: tokens of the page's own colours, read when something is drawn, and type that is never too small.
import type uPlot from 'uplot'
import type { ChartLine, LineLook } from './chart-model.ts'

/** The colour of a token as it is now: of the theme, or of paper, which has its own from the body on. */
export const token = (name: string): string =>
  getComputedStyle(document.body).getPropertyValue(name).trim()

const LEAST_PX = 12

/** The page's type, at its small size. */
export function typeFont(weight = 400): string {
  const { fontFamily, fontSize } = getComputedStyle(document.documentElement)
  const size = Math.max(LEAST_PX, 0.8 * Number.parseFloat(fontSize))
  return `${weight} ${size}px ${fontFamily}`
}

type Look = { stroke: string; width: number; dash?: number[] }

const LOOKS: Record<LineLook, Look> = {
  value: { stroke: '--text', width: 2 },
  usual: { stroke: '--muted', width: 1.5, dash: [5, 4] },
  target: { stroke: '--accent', width: 1.5, dash: [1, 4] },
  path: { stroke: '--accent', width: 1.5 },
  edge: { stroke: '--line', width: 0 },
  current: { stroke: '--text', width: 0 },
  few: { stroke: '--faint', width: 0 },
  provisional: { stroke: '--text', width: 0 },
  figures: { stroke: '--text', width: 0 },
}
const IN_POINTS: LineLook[] = ['current', 'few', 'provisional', 'figures']
const POINT_PX = 7
const SIZES_PX: Partial<Record<LineLook, number>> = { current: 11, path: 5, few: 4 }
const SECOND_DASH = [8, 4]

export function seriesLook({ look, tone, isSecond = false }: ChartLine): uPlot.Series {
  const { stroke, width, dash } = LOOKS[look]
  const colour = () => token(tone ?? stroke)
  const isHollow = look === 'provisional' || isSecond
  const isInPoints = IN_POINTS.includes(look)
  return {
    scale: 'y',
    stroke: colour,
    width,
    dash: isSecond && look !== 'edge' ? SECOND_DASH : dash,
    // Straight from reading to reading; figures that come once a year stay apart.
    paths: isInPoints ? () => null : undefined,
    spanGaps: false,
    points: {
      // The way to a target says where it is at the end of each year.
      show: isInPoints || look === 'path',
      size: SIZES_PX[look] ?? POINT_PX,
      width: 1.5,
      stroke: colour,
      fill: () => (isHollow ? token('--panel') : colour()),
    },
  }
}
