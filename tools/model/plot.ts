// Draws a plot of the model as an SVG that reads on light and dark ground; the same numbers give the same bytes.
import { CITY_OFFSET_MS, cityDate, DAY_MS, HOUR_MS } from '../../infra/time.ts'
import type { ModelPlot } from './check.ts'

const SIZE = { width: 960, height: 320 }
const ROOM = { left: 64, right: 16, top: 58, bottom: 40 }
const GRID_LINES = 4
/** Lines on light and on dark ground, of about the same weight to the eye. */
const COLOURS = [
  ['#1f6feb', '#6cb6ff'],
  ['#c2410c', '#ffa657'],
  ['#15803d', '#7ee787'],
  ['#7c3aed', '#d2a8ff'],
  ['#525252', '#b1bac4'],
]
const DAYS = [
  ['日', 'Sun'],
  ['一', 'Mon'],
  ['二', 'Tue'],
  ['三', 'Wed'],
  ['四', 'Thu'],
  ['五', 'Fri'],
  ['六', 'Sat'],
]

const STYLE = [
  'text{font:12px system-ui,-apple-system,"PingFang SC","Noto Sans CJK SC",sans-serif;fill:#24292f}',
  '.title{font-size:15px;font-weight:600}',
  '.grid{stroke:#d0d7de;stroke-width:1}',
  'path{fill:none;stroke-width:1.5;stroke-linejoin:round}',
  ...COLOURS.map(([light], k) => `.l${k}{stroke:${light}}text.l${k}{stroke:none;fill:${light}}`),
  `@media(prefers-color-scheme:dark){text{fill:#e6edf3}.grid{stroke:#3d444d}.ground{fill:#0d1117}${COLOURS.map(
    ([, dark], k) => `.l${k}{stroke:${dark}}text.l${k}{stroke:none;fill:${dark}}`,
  ).join('')}}`,
].join('')

export function drawPlot({ title, unit, lines }: ModelPlot): string {
  const points = lines.flatMap((line) => line.points)
  const from = Math.min(...points.map(([time]) => time))
  const to = Math.max(...points.map(([time]) => time))
  const { low, high, step } = axisOf(points.map(([, value]) => value))
  const x = (time: number) =>
    ROOM.left + ((time - from) / (to - from)) * (SIZE.width - ROOM.left - ROOM.right)
  const y = (value: number) =>
    SIZE.height -
    ROOM.bottom -
    ((value - low) / (high - low)) * (SIZE.height - ROOM.top - ROOM.bottom)
  const parts = [
    text(ROOM.left, 20, `${title.zh} · ${title.en}`, 'class="title"'),
    text(ROOM.left, 40, `${unit.zh} · ${unit.en}`, ''),
  ]
  for (let value = low; value <= high + step / 2; value += step) {
    parts.push(rule(ROOM.left, y(value), SIZE.width - ROOM.right, y(value)))
    parts.push(text(ROOM.left - 8, y(value) + 4, numberText(value, step), 'text-anchor="end"'))
  }
  parts.push(...timeAxis(from, to, x))
  lines.forEach(({ name, points: of }, k) => {
    const path = of.map(([time, value]) => `${at(x(time))},${at(y(value))}`).join('L')
    parts.push(`<path class="l${k}" d="M${path}"/>`)
    const right = SIZE.width - ROOM.right - (lines.length - 1 - k) * 150
    parts.push(text(right, 40, `${name.zh} ${name.en}`, `class="l${k}" text-anchor="end"`))
  })
  const box = `viewBox="0 0 ${SIZE.width} ${SIZE.height}" width="${SIZE.width}" height="${SIZE.height}"`
  const ground = `<rect class="ground" width="${SIZE.width}" height="${SIZE.height}" fill="#ffffff"/>`
  return `<svg xmlns="http://www.w3.org/2000/svg" ${box} role="img" aria-label="${escaped(title.en)}"><style>${STYLE}</style>${ground}\n${parts.join('\n')}\n</svg>\n`
}

/** A line at each midnight, and the day's name under its noon. */
function timeAxis(from: number, to: number, x: (time: number) => number): string[] {
  const parts: string[] = []
  const first = Math.floor((from + CITY_OFFSET_MS) / DAY_MS) * DAY_MS - CITY_OFFSET_MS
  const bottom = SIZE.height - ROOM.bottom
  for (let day = first; day < to; day += DAY_MS) {
    if (day >= from) parts.push(rule(x(day), ROOM.top, x(day), bottom))
    const noon = day + 12 * HOUR_MS
    if (noon < from || noon > to) continue
    const [zh, en] = DAYS[new Date(day + CITY_OFFSET_MS).getUTCDay()]
    parts.push(text(x(noon), bottom + 18, `${zh} ${en}`, 'text-anchor="middle"'))
    parts.push(text(x(noon), bottom + 33, cityDate(day).slice(5), 'text-anchor="middle"'))
  }
  return parts
}

/** Round bounds about the values, from 0 where that is near. */
function axisOf(values: number[]): { low: number; high: number; step: number } {
  const most = Math.max(...values)
  const least = Math.min(...values)
  const wanted = least >= 0 && least < 0.6 * most ? 0 : least
  const rough = (most - wanted || 1) / GRID_LINES
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 2.5, 5, 10].map((k) => k * power).find((s) => s >= rough)!
  const low = Math.floor(wanted / step + 1e-9) * step
  return { low, high: Math.ceil(most / step - 1e-9) * step, step }
}

function numberText(value: number, step: number): string {
  const digits = step >= 1 ? (Number.isInteger(step) ? 0 : 1) : step >= 0.1 ? 2 : 3
  return value.toFixed(digits).replace(/\B(?=(\d{3})+(?!\d))(?=[^.]*(\.|$))/, ',')
}

const at = (value: number): string => value.toFixed(1)
const escaped = (raw: string): string =>
  raw.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
const text = (x: number, y: number, words: string, more: string): string =>
  `<text x="${at(x)}" y="${at(y)}" ${more}>${escaped(words)}</text>`
const rule = (x1: number, y1: number, x2: number, y2: number): string =>
  `<line class="grid" x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}"/>`
