// The plan board as a picture: drawn by hand, so that it says the same wherever it goes, the badge included.
import { t, type WordKey } from '../../i18n/i18n.ts'

export type PictureTable = {
  title: string
  lead: string
  badge: string
  columns: readonly WordKey[]
  rows: string[][]
  foot: string[]
}

const WIDTH = 1600
const MARGIN = 48
const LINE = 40
/** Left edges of the columns, as parts of the width. */
const EDGES = [0, 0.38, 0.52, 0.72, 0.88]
const INK = '#17212f'
const PALE = '#52627a'
const RULE = '#d5dde8'
const BADGE = '#6d3fc0'
const FONT = '"Noto Sans SC", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif'

/** Always light: it will be printed or pasted into a document. */
export function drawTable(table: PictureTable): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = WIDTH
  canvas.height = MARGIN * 2 + LINE * (table.rows.length + 4 + table.foot.length)
  const pen = canvas.getContext('2d')
  if (!pen) return canvas
  pen.fillStyle = '#ffffff'
  pen.fillRect(0, 0, canvas.width, canvas.height)
  const inner = WIDTH - 2 * MARGIN
  let y = MARGIN + 24
  const write = (text: string, x: number, size: number, ink = INK, weight = 400) => {
    pen.font = `${weight} ${size}px ${FONT}`
    pen.fillStyle = ink
    pen.fillText(text, x, y)
  }
  write(table.title, MARGIN, 32, INK, 600)
  pen.font = `600 26px ${FONT}`
  const badge = pen.measureText(table.badge).width
  pen.strokeStyle = BADGE
  pen.lineWidth = 3
  pen.strokeRect(WIDTH - MARGIN - badge - 28, y - 32, badge + 28, 44)
  write(table.badge, WIDTH - MARGIN - badge - 14, 26, BADGE, 600)
  y += LINE
  write(table.lead, MARGIN, 22)
  const row = (cells: string[], ink: string) => {
    y += LINE
    cells.forEach((cell, i) => {
      write(cell, MARGIN + EDGES[i] * inner, 21, ink)
    })
    pen.fillStyle = RULE
    pen.fillRect(MARGIN, y + 12, inner, 1)
  }
  row(
    table.columns.map((key) => t(key)),
    PALE,
  )
  for (const cells of table.rows) row(cells, INK)
  for (const text of table.foot) {
    y += LINE
    write(text, MARGIN, 19, PALE)
  }
  return canvas
}
