// The plane that roads are worked out on: kilometres from the city's south-west corner, and segments filed by squares.
import type { City } from '../../contract.ts'
import { KM_PER_DEGREE_LAT, kmPerDegreeLon, type Point, roundDegrees } from '../geo.ts'
import { terrainOf } from '../terrain.ts'

export type Plane = {
  widthKm: number
  heightKm: number
  toKm(point: Point): Point
  toDegrees(x: number, y: number): Point
}

export function planeOf(city: City): Plane {
  const boxes = terrainOf(city)
    .districts.slice(1)
    .map((shape) => shape.bounds)
  const west = Math.min(...boxes.map((b) => b[0]))
  const south = Math.min(...boxes.map((b) => b[1]))
  const east = Math.max(...boxes.map((b) => b[2]))
  const north = Math.max(...boxes.map((b) => b[3]))
  const kx = kmPerDegreeLon((south + north) / 2)
  return {
    widthKm: (east - west) * kx,
    heightKm: (north - south) * KM_PER_DEGREE_LAT,
    toKm: ([lon, lat]) => [(lon - west) * kx, (lat - south) * KM_PER_DEGREE_LAT],
    toDegrees: (x, y) => [roundDegrees(west + x / kx), roundDegrees(south + y / KM_PER_DEGREE_LAT)],
  }
}

const SQUARE_KM = 0.6

/** Numbers filed under the squares of the plane that a box touches. */
export class Squares {
  readonly #columns: number
  readonly #rows: number
  readonly #lists: number[][] = []

  constructor({ widthKm, heightKm }: Plane) {
    this.#columns = Math.ceil(widthKm / SQUARE_KM) + 1
    this.#rows = Math.ceil(heightKm / SQUARE_KM) + 1
  }

  /** Files `item` under every square within `marginKm` of the box over two points. */
  add(item: number, a: Point, b: Point, marginKm: number): void {
    const [fromI, toI] = this.#span(a[0], b[0], marginKm, this.#columns)
    const [fromJ, toJ] = this.#span(a[1], b[1], marginKm, this.#rows)
    for (let i = fromI; i <= toI; i++) {
      for (let j = fromJ; j <= toJ; j++) {
        const square = i * this.#rows + j
        const list = this.#lists[square]
        if (list) list.push(item)
        else this.#lists[square] = [item]
      }
    }
  }

  /** What is filed under the square of a point. */
  at(x: number, y: number): readonly number[] {
    const i = Math.floor(x / SQUARE_KM)
    const j = Math.floor(y / SQUARE_KM)
    if (i < 0 || j < 0 || i >= this.#columns || j >= this.#rows) return []
    return this.#lists[i * this.#rows + j] ?? []
  }

  #span(a: number, b: number, margin: number, count: number): [number, number] {
    const from = Math.floor((Math.min(a, b) - margin) / SQUARE_KM)
    const to = Math.floor((Math.max(a, b) + margin) / SQUARE_KM)
    return [Math.max(0, from), Math.min(count - 1, to)]
  }
}

/** The place on the segment from `a` to `b` nearest to a point: its part of the way, and the distance there. */
export function nearestOn(a: Point, b: Point, x: number, y: number): { part: number; km: number } {
  const dx = b[0] - a[0]
  const dy = b[1] - a[1]
  const length2 = dx * dx + dy * dy
  const along = length2 === 0 ? 0 : ((x - a[0]) * dx + (y - a[1]) * dy) / length2
  const part = Math.min(1, Math.max(0, along))
  const ex = a[0] + part * dx - x
  const ey = a[1] + part * dy - y
  return { part, km: Math.sqrt(ex * ex + ey * ey) }
}

/** Where two segments meet, as parts of the way along each, or undefined. */
export function meetingOf(
  a: Point,
  b: Point,
  c: Point,
  d: Point,
): { first: number; second: number } | undefined {
  const rx = b[0] - a[0]
  const ry = b[1] - a[1]
  const sx = d[0] - c[0]
  const sy = d[1] - c[1]
  const cross = rx * sy - ry * sx
  if (cross === 0) return undefined
  const qx = c[0] - a[0]
  const qy = c[1] - a[1]
  const first = (qx * sy - qy * sx) / cross
  const second = (qx * ry - qy * rx) / cross
  return first >= 0 && first <= 1 && second >= 0 && second <= 1 ? { first, second } : undefined
}

/** Cosine of the angle between two segments, without sign: 1 = they run alike. */
export function likeness(a: Point, b: Point, c: Point, d: Point): number {
  const rx = b[0] - a[0]
  const ry = b[1] - a[1]
  const sx = d[0] - c[0]
  const sy = d[1] - c[1]
  const lengths = Math.sqrt((rx * rx + ry * ry) * (sx * sx + sy * sy))
  return lengths === 0 ? 0 : Math.abs(rx * sx + ry * sy) / lengths
}
