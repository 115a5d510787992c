// A chart of some series over the seconds of a load, as inline SVG; the warm-up is shaded.
import { escaped } from './escaped.ts'
import { figure } from './summary.ts'

export type ChartSeries = { name: string; colour: string; values: (number | null)[] }

export type Chart = {
  title: string
  unit: string
  series: ChartSeries[]
  /** Of the seconds, so many at the beginning do not count. */
  warmUp: number
}

const WIDTH = 880
const HEIGHT = 220
const LEFT = 64
const TOP = 12
const BOTTOM = 28
const LINES = 4

export function chartSvg({ title, unit, series, warmUp }: Chart): string {
  const length = Math.max(2, ...series.map(({ values }) => values.length))
  const known = series.flatMap(({ values }) => values.filter((v) => v !== null))
  const top = niceTop(known.reduce((most, v) => Math.max(most, v), 0))
  const x = (second: number) => LEFT + ((WIDTH - LEFT - 8) * second) / (length - 1)
  const y = (value: number) => HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * value) / top
  const grid = Array.from({ length: LINES + 1 }, (_, i) => (top * i) / LINES).map(
    (value) =>
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - 8}" y1="${at(y(value))}" y2="${at(y(value))}"/>` +
      `<text x="${LEFT - 6}" y="${at(y(value) + 4)}" text-anchor="end">${figure(value)}</text>`,
  )
  const shade =
    warmUp > 0
      ? `<rect class="warm" x="${LEFT}" y="${TOP}" width="${at(x(Math.min(warmUp, length - 1)) - LEFT)}" height="${HEIGHT - TOP - BOTTOM}"/>`
      : ''
  const lines = series.map(({ colour, values }) => pathOf(values, colour, x, y))
  const legend = series
    .map(({ name, colour }) => `<span><i style="background:${colour}"></i>${escaped(name)}</span>`)
    .join(' ')
  return `<figure><figcaption>${escaped(title)} <small>${escaped(unit)}</small> ${legend}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(title)}">${shade}${grid.join('')}${lines.join('')}
<text x="${LEFT}" y="${HEIGHT - 8}">0 s</text><text x="${WIDTH - 8}" y="${HEIGHT - 8}" text-anchor="end">${length - 1} s</text></svg></figure>`
}

function pathOf(
  values: (number | null)[],
  colour: string,
  x: (second: number) => number,
  y: (value: number) => number,
): string {
  let pen = 'M'
  const parts = values.flatMap((value, second) => {
    if (value === null) {
      pen = 'M'
      return []
    }
    const part = `${pen}${at(x(second))} ${at(y(value))}`
    pen = 'L'
    return [part]
  })
  return `<path d="${parts.join('')}" stroke="${colour}"/>`
}

const at = (n: number) => n.toFixed(1)

/** 1, 2 or 5 times a power of ten, not below. */
function niceTop(most: number): number {
  if (!(most > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(most))
  return [1, 2, 5, 10].map((n) => n * power).find((n) => n >= most)!
}
