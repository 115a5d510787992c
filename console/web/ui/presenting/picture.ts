// A picture of what the page shows, as PNG: the map, the leading numbers, and burnt into it that all of it is simulated.
import { date, hourMinute, seconds } from '../../i18n/format.ts'
import { t, tx } from '../../i18n/i18n.ts'
import type { AppState } from '../shell/context.ts'

const WIDTH = 1600
const EDGE = 24
const HEAD = 84
const TILES = 96

/** Saves it, or says why not. */
export async function savePicture(app: AppState): Promise<void> {
  try {
    const canvas = await drawPicture(app)
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'))
    if (!blob) throw new Error('PNG')
    const link = document.createElement('a')
    link.href = URL.createObjectURL(blob)
    link.download = `${t('picture.name')}-${stamp(app)}.png`
    link.click()
    URL.revokeObjectURL(link.href)
  } catch (error) {
    app.store.problem(t('picture.failed', { text: (error as Error).message }))
  }
}

const stamp = ({ store }: AppState): string =>
  new Date((store.simNow() ?? 0) + 8 * 3_600_000).toISOString().slice(0, 16).replace(/\D/g, '')

async function drawPicture(app: AppState): Promise<HTMLCanvasElement> {
  const map = await app.map.value?.picture?.()
  const mapHeight = map ? Math.round(((WIDTH - 2 * EDGE) * map.height) / map.width) : 0
  const canvas = document.createElement('canvas')
  canvas.width = WIDTH
  canvas.height = HEAD + TILES + mapHeight + 2 * EDGE
  const pen = canvas.getContext('2d')
  if (!pen) throw new Error('canvas')
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  pen.fillStyle = colour('--bg')
  pen.fillRect(0, 0, WIDTH, canvas.height)
  drawHead(app, pen, colour)
  drawTiles(pen, colour)
  if (map) pen.drawImage(map, EDGE, HEAD + TILES, WIDTH - 2 * EDGE, mapHeight)
  drawBadge(pen, colour, WIDTH - EDGE - 12, canvas.height - EDGE - 44, 30)
  return canvas
}

const font = (px: number, weight = 400) => `${weight} ${px}px system-ui, sans-serif`

function drawHead({ store }: AppState, pen: CanvasRenderingContext2D, colour: Colour): void {
  const run = store.run.value
  const now = store.simNow()
  if (!run || now === null) return
  const time = `${date(now)} ${hourMinute(now)}:${seconds(now)}`
  const values = { city: tx(store.city.value?.name), scenario: run.scenario, seed: run.seed, time }
  pen.fillStyle = colour('--text')
  pen.font = font(26)
  pen.fillText(t('picture.line', values), EDGE, 52)
  drawBadge(pen, colour, WIDTH - EDGE, 22, 26)
}

type Colour = (name: string) => string

/** Its right upper corner stands at x, y. */
function drawBadge(
  pen: CanvasRenderingContext2D,
  colour: Colour,
  x: number,
  y: number,
  px: number,
): void {
  const text = `${t('badge.simulated')} ${t('badge.simulated.other')}`
  pen.font = font(px, 700)
  const width = pen.measureText(text).width + px
  pen.fillStyle = colour('--simulated-ground')
  pen.fillRect(x - width, y, width, px * 1.5)
  pen.fillStyle = colour('--simulated')
  pen.fillText(text, x - width + px / 2, y + px * 1.1)
}

/** As they stand on the page: name above, value below. */
function drawTiles(pen: CanvasRenderingContext2D, colour: Colour): void {
  const tiles = [...document.querySelectorAll<HTMLElement>('.kpi-row .tile')].slice(0, 6)
  const width = (WIDTH - 2 * EDGE) / Math.max(1, tiles.length)
  tiles.forEach((tile, i) => {
    const [name = '', value = ''] = tile.innerText.split('\n').filter((line) => line.trim() !== '')
    pen.font = font(18)
    pen.fillStyle = colour('--muted')
    pen.fillText(name, EDGE + i * width, HEAD + 24, width - 12)
    pen.font = font(32, 600)
    pen.fillStyle = colour('--text')
    pen.fillText(value, EDGE + i * width, HEAD + 64, width - 12)
  })
}
