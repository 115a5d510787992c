// What is drawn besides lines: incidents and commands where they fell, the present, due dates, and the break of an axis.
import type uPlot from 'uplot'
import { token, typeFont } from './chart-look.ts'
import type { ChartFlag, ChartModel } from './chart-model.ts'

const COLOURS: Record<ChartFlag['kind'], string> = {
  incident: '--warning',
  command: '--accent',
  now: '--text',
  due: '--faint',
}
const GLYPHS: Record<ChartFlag['kind'], string> = {
  incident: '▼',
  command: '◇',
  now: '',
  due: '',
}

/** Under the lines: spans and hair lines, with a glyph over the plot. */
export function drawFlags(u: uPlot, { flags, from, to }: ChartModel): void {
  const { ctx, bbox } = u
  const ratio = bbox.width / Math.max(1, u.over.clientWidth)
  const x = (at: number) => u.valToPos(Math.max(from, Math.min(to, at)), 'x', true)
  ctx.save()
  ctx.textAlign = 'center'
  ctx.textBaseline = 'bottom'
  ctx.font = scaled(typeFont(600), ratio)
  for (const { at, until, kind } of flags) {
    if (at > to || (until ?? at) < from) continue
    const left = x(at)
    ctx.fillStyle = ctx.strokeStyle = token(COLOURS[kind])
    if (kind === 'incident') {
      ctx.globalAlpha = 0.14
      ctx.fillRect(left, bbox.top, Math.max(1, x(until ?? to) - left), bbox.height)
      ctx.globalAlpha = 1
    }
    ctx.lineWidth = ratio
    ctx.setLineDash(kind === 'due' ? [3 * ratio, 3 * ratio] : [])
    ctx.beginPath()
    ctx.moveTo(left, bbox.top)
    ctx.lineTo(left, bbox.top + bbox.height)
    ctx.stroke()
    if (at >= from) ctx.fillText(GLYPHS[kind], left, bbox.top)
  }
  ctx.restore()
}

/** Over the lines: two strokes through the foot of an axis that does not begin at 0. */
export function drawBreak(u: uPlot, { axis }: ChartModel): void {
  if (!axis.isBroken) return
  const { ctx, bbox } = u
  const ratio = bbox.width / Math.max(1, u.over.clientWidth)
  const y = bbox.top + bbox.height
  ctx.save()
  ctx.strokeStyle = token('--muted')
  ctx.setLineDash([])
  ctx.lineWidth = 1.5 * ratio
  for (const lift of [5, 9]) {
    ctx.beginPath()
    ctx.moveTo(bbox.left - 5 * ratio, y - (lift - 2) * ratio)
    ctx.lineTo(bbox.left + 5 * ratio, y - (lift + 2) * ratio)
    ctx.stroke()
  }
  ctx.restore()
}

/** A font of the page in the pixels of the canvas. */
const scaled = (font: string, ratio: number): string =>
  font.replace(/([\d.]+)px/, (_, size: string) => `${Number(size) * ratio}px`)
