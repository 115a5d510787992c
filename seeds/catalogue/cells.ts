// Cells: neighbourhoods of about equally many assets, each inside one district; partition = cell mod P.
import { stream } from '../../infra/random.ts'
import { type City, placesOf } from '../contract.ts'
import { KM_PER_DEGREE_LAT, kmPerDegreeLon, type Point } from '../geography/geo.ts'
import { apportion } from './apportion.ts'
import { createPlacer } from './placement.ts'

export type Cells = {
  /** Middle of each cell by number: the mean of the places drawn in it. */
  centres: Point[]
  /** Cells [from, to) of each scope. */
  ranges: { from: number; to: number }[]
  /** Number of the district's cell that holds the point. */
  at(scope: number, lon: number, lat: number): number
}

/** Places drawn for a cell; what it holds in the end differs from the mean by about one part in the root of this. */
const SAMPLES_PER_CELL = 100

const known = new WeakMap<City, Cells>()

/** The city's cells, worked out once per city. */
export function cellsOf(city: City): Cells {
  let cells = known.get(city)
  if (!cells) {
    cells = createCells(city)
    known.set(city, cells)
  }
  return cells
}

/** Cuts the city into `city.cells` cells: the districts' shares go by population, each district is halved again and again. */
function createCells(city: City): Cells {
  const shares = cellsPerDistrict(city)
  const centres: Point[] = []
  const ranges = [{ from: 0, to: 0 }]
  const cuts: (Cut | number)[] = [0]
  const place = createPlacer(city)
  for (let scope = 1; scope < city.scopes.length; scope++) {
    const words = stream(placesOf(city).catalogueSeed, city.scopes[scope].code, 'cells')
    const count = shares[scope - 1] * SAMPLES_PER_CELL
    const samples = Array.from({ length: count }, () => place(words, 0, scope).kerb)
    const from = centres.length
    cuts.push(halve(samples, shares[scope - 1], centres))
    ranges.push({ from, to: centres.length })
  }

  function at(scope: number, lon: number, lat: number): number {
    let cut = cuts[scope]
    while (typeof cut !== 'number') cut = (cut.axis === 0 ? lon : lat) < cut.at ? cut.low : cut.high
    return cut
  }

  return { centres, ranges, at }
}

/** One cell for every district first, the others by population. */
function cellsPerDistrict(city: City): number[] {
  const populations = city.districts.map((d) => d.population10k)
  return apportion(city.cells - city.districts.length, populations).map((n) => n + 1)
}

/** A line across a district: `axis` 0 parts it by longitude, 1 by latitude; the parts are cut again, or cells. */
type Cut = { axis: 0 | 1; at: number; low: Cut | number; high: Cut | number }

/** Cuts samples into `cells` parts of about equally many, across the longer side each time; adds the cells' middles. */
function halve(samples: Point[], cells: number, centres: Point[]): Cut | number {
  if (cells === 1) {
    const sum = samples.reduce(([x, y], [lon, lat]) => [x + lon, y + lat], [0, 0])
    centres.push([sum[0] / samples.length, sum[1] / samples.length])
    return centres.length - 1
  }
  const axis = longerAxis(samples)
  samples.sort((a, b) => a[axis] - b[axis] || a[1 - axis] - b[1 - axis])
  const few = cells >> 1
  const middle = Math.round((samples.length * few) / cells)
  return {
    axis,
    at: samples[middle][axis],
    low: halve(samples.slice(0, middle), few, centres),
    high: halve(samples.slice(middle), cells - few, centres),
  }
}

/** The side along which the middle 80 % of the points reach further: a lone road far out bends no cell. */
function longerAxis(samples: Point[]): 0 | 1 {
  const reach = ([0, 1] as const).map((axis) => {
    const sorted = samples.map((point) => point[axis]).sort((a, b) => a - b)
    return sorted[Math.floor(sorted.length * 0.9)] - sorted[Math.floor(sorted.length * 0.1)]
  })
  return reach[0] * (kmPerDegreeLon(samples[0][1]) / KM_PER_DEGREE_LAT) >= reach[1] ? 0 : 1
}
