// Built-up land that is drawn by hand: villages and ribbons along valleys, industrial areas, campuses.
import { exp } from '../../infra/maths.ts'
import { type City, placesOf } from '../contract.ts'
import { outlineOf } from './areas.ts'
import type { Point } from './geo.ts'
import { cellKm, fillRings, type Grid, toKm } from './grid.ts'
import { fractalNoise } from './noise.ts'

/** Half the width of a ribbon of built land, and the radius of a village, in km. */
const RIBBON_KM = 0.26
const VILLAGE_KM = 0.36
/** A ribbon is this much thinner than its villages. */
const RIBBON_PART = 0.3
/** Villages stand up to this far off the middle of their valley, and so much nearer or further from the next. */
const VILLAGE_OFF_KM = 0.55
const UNEVEN = 0.4
/** What these hold besides what centres attract, relative to the middle of a town. */
const USE_DENSITY = { industry: 0.22, campus: 0.16 }

/** By cell of the grid, on the scale on which the middle of a town is about 1. */
export function drawnLand(city: City, grid: Grid): Float32Array {
  const { ground, catalogueSeed } = placesOf(city)
  const values = new Float32Array(grid.columns * grid.rows)
  for (const { line, weight, everyKm } of ground.valleys) {
    const points = line.map((point) => toKm(grid, point))
    for (let k = 1; k < points.length; k++) {
      addRibbon(grid, values, points[k - 1], points[k], weight * RIBBON_PART)
    }
    for (const village of villagesOf(points, everyKm, catalogueSeed)) {
      const size = 1 + 0.6 * fractalNoise(catalogueSeed + 3, village[0], village[1], 0.7, 1)
      addVillage(grid, values, village, VILLAGE_KM * size, weight)
    }
  }
  for (const use of ground.uses) {
    const density = USE_DENSITY[use.kind as keyof typeof USE_DENSITY]
    fillRings(grid, [outlineOf(use)], (cell) => {
      values[cell] += density
    })
  }
  return values
}

/** Places about `everyKm` apart along a line, now on one side of it, now on the other. */
function villagesOf(line: Point[], everyKm: number, seed: number): Point[] {
  const villages: Point[] = []
  let wait = everyKm * 0.5
  for (let k = 1; k < line.length; k++) {
    const [a, b] = [line[k - 1], line[k]]
    const km = Math.sqrt((b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2)
    let along = wait
    while (along < km) {
      const x = a[0] + ((b[0] - a[0]) * along) / km
      const y = a[1] + ((b[1] - a[1]) * along) / km
      const off = VILLAGE_OFF_KM * fractalNoise(seed + 7, x, y, 0.9, 1)
      villages.push([x - ((b[1] - a[1]) / km) * off, y + ((b[0] - a[0]) / km) * off])
      along += everyKm * (1 + UNEVEN * fractalNoise(seed + 5, x, y, 0.8, 1))
    }
    wait = along - km
  }
  return villages
}

function addVillage(grid: Grid, values: Float32Array, at: Point, km: number, weight: number): void {
  around(grid, at, at, km * 3, (cell, x, y) => {
    const part2 = ((x - at[0]) ** 2 + (y - at[1]) ** 2) / (km * km)
    values[cell] += weight * exp(-part2)
  })
}

function addRibbon(grid: Grid, values: Float32Array, a: Point, b: Point, weight: number): void {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]]
  const length2 = dx * dx + dy * dy
  around(grid, a, b, RIBBON_KM * 3, (cell, x, y) => {
    const t = ((x - a[0]) * dx + (y - a[1]) * dy) / length2
    if (t < 0 || t > 1) return
    const part2 = ((x - a[0] - t * dx) ** 2 + (y - a[1] - t * dy) ** 2) / RIBBON_KM ** 2
    values[cell] += weight * exp(-part2)
  })
}

/** Visits the cells of the box around two points, `km` wider on every side, with their middles in km. */
function around(
  grid: Grid,
  a: Point,
  b: Point,
  km: number,
  visit: (cell: number, x: number, y: number) => void,
): void {
  const from = (axis: 0 | 1) =>
    Math.max(0, Math.floor((Math.min(a[axis], b[axis]) - km) / grid.stepKm))
  const to = (axis: 0 | 1, count: number) =>
    Math.min(count - 1, Math.floor((Math.max(a[axis], b[axis]) + km) / grid.stepKm))
  for (let j = from(1); j <= to(1, grid.rows); j++) {
    for (let i = from(0); i <= to(0, grid.columns); i++) {
      visit(j * grid.columns + i, cellKm(grid, i), cellKm(grid, j))
    }
  }
}
