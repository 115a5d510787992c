// Finds the asset nearest to a point on the map, by a uniform grid over its extent.

const CELLS = 160

type Choice = {
  accept(i: number, distance: number): boolean
  bonus?(i: number): number
}

export type PickGrid = ReturnType<typeof createPickGrid>

/** Indexes `size` points; `x(i)`, `y(i)` in any plane. Points for which `take(i)` is false are left out. */
export function createPickGrid(
  size: number,
  x: (i: number) => number,
  y: (i: number) => number,
  take: (i: number) => boolean,
) {
  const box = extent(size, x, y, take)
  const stepX = Math.max(1e-12, (box.maxX - box.minX) / CELLS)
  const stepY = Math.max(1e-12, (box.maxY - box.minY) / CELLS)
  const column = (v: number) => clampCell(Math.floor((v - box.minX) / stepX))
  const row = (v: number) => clampCell(Math.floor((v - box.minY) / stepY))
  const start = new Uint32Array(CELLS * CELLS + 1)
  for (let i = 0; i < size; i++) if (take(i)) start[row(y(i)) * CELLS + column(x(i)) + 1]++
  for (let c = 0; c < CELLS * CELLS; c++) start[c + 1] += start[c]
  const items = new Uint32Array(start[CELLS * CELLS])
  const fill = start.slice()
  for (let i = 0; i < size; i++) if (take(i)) items[fill[row(y(i)) * CELLS + column(x(i))]++] = i

  return {
    size: items.length,
    /** Nearest point within `radius` of (px, py) that is accepted; `bonus` subtracts from the distance. -1 when none. */
    nearest(px: number, py: number, radius: number, { accept, bonus }: Choice): number {
      let best = -1
      let bestDistance = Number.POSITIVE_INFINITY
      for (let r = row(py - radius); r <= row(py + radius); r++) {
        for (let c = column(px - radius); c <= column(px + radius); c++) {
          for (let k = start[r * CELLS + c]; k < start[r * CELLS + c + 1]; k++) {
            const i = items[k]
            const distance = Math.hypot(x(i) - px, y(i) - py)
            if (distance > radius || !accept(i, distance)) continue
            const score = distance - (bonus?.(i) ?? 0)
            if (score < bestDistance) {
              bestDistance = score
              best = i
            }
          }
        }
      }
      return best
    },
  }
}

const clampCell = (v: number): number => (v < 0 ? 0 : v >= CELLS ? CELLS - 1 : v)

function extent(
  size: number,
  x: (i: number) => number,
  y: (i: number) => number,
  take: (i: number) => boolean,
) {
  const box = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity }
  for (let i = 0; i < size; i++) {
    if (!take(i)) continue
    box.minX = Math.min(box.minX, x(i))
    box.maxX = Math.max(box.maxX, x(i))
    box.minY = Math.min(box.minY, y(i))
    box.maxY = Math.max(box.maxY, y(i))
  }
  return box
}
