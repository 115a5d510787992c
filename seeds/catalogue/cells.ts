// Cells: neighbourhoods of about equally many assets, each inside one district; partition = cell mod P.
import { stream } from '../../infra/random.ts'
import { type City, placesOf } from '../contract.ts'
import { KM_PER_DEGREE_LAT, kmPerDegreeLon, type Point } from '../geography/geo.ts'
import { apportion } from './apportion.ts'
import { createPlacer } from './placement.ts'

export type Cells = {
  /** Middle of each cell by number. */
  centres: Point[]
  /** Cells [from, to) of each scope. */
  ranges: { from: number; to: number }[]
  /** Number of the district's cell whose middle is nearest. */
  at(scope: number, lon: number, lat: number): number
}

const SAMPLES_PER_CELL = 60
const ROUNDS = 8

/** Cuts the city into `city.cells` cells: the districts' shares go by population, the middles by Lloyd's algorithm. */
export function createCells(city: City): Cells {
  const shares = cellsPerDistrict(city)
  const centres: Point[] = []
  const ranges = [{ from: 0, to: 0 }]
  for (let scope = 1; scope < city.scopes.length; scope++) {
    const from = centres.length
    centres.push(...middles(city, scope, shares[scope - 1]))
    ranges.push({ from, to: centres.length })
  }
  const kx = kmPerDegreeLon(centres[0][1])

  function at(scope: number, lon: number, lat: number): number {
    const { from, to } = ranges[scope]
    let best = from
    let least = Number.POSITIVE_INFINITY
    for (let cell = from; cell < to; cell++) {
      const x = (centres[cell][0] - lon) * kx
      const y = (centres[cell][1] - lat) * KM_PER_DEGREE_LAT
      const distance = x * x + y * y
      if (distance < least) {
        least = distance
        best = cell
      }
    }
    return best
  }

  return { centres, ranges, at }
}

/** One cell for every district first, the others by population. */
function cellsPerDistrict(city: City): number[] {
  const populations = city.districts.map((d) => d.population10k)
  return apportion(city.cells - city.districts.length, populations).map((n) => n + 1)
}

/** Cells of like weight get neighbouring numbers, from heavy to light and back: partitions of any P weigh about the same. */
function middles(city: City, scope: number, count: number): Point[] {
  const place = createPlacer(city)
  const words = stream(placesOf(city).catalogueSeed, city.scopes[scope].code, 'cells')
  const samples = Array.from({ length: count * SAMPLES_PER_CELL }, () => place(words, 0, scope))
  let middle: Middle[] = samples.slice(0, count).map((at) => ({ at, weight: 0 }))
  for (let round = 0; round < ROUNDS; round++) middle = nearestMeans(samples, middle)
  middle.sort((a, b) => b.weight - a.weight || a.at[0] - b.at[0])
  if (scope % 2 === 1) middle.reverse()
  return middle.map(({ at }) => at)
}

/** A cell's middle and how many samples were nearest to it. */
type Middle = { at: Point; weight: number }

/** One round of Lloyd's algorithm: each middle moves to the mean of the samples nearest to it. */
function nearestMeans(samples: Point[], middle: Middle[]): Middle[] {
  const kx = kmPerDegreeLon(middle[0].at[1]) / KM_PER_DEGREE_LAT
  const sums = middle.map(() => ({ lon: 0, lat: 0, n: 0 }))
  for (const [lon, lat] of samples) {
    let best = 0
    let least = Number.POSITIVE_INFINITY
    for (let i = 0; i < middle.length; i++) {
      const x = (middle[i].at[0] - lon) * kx
      const y = middle[i].at[1] - lat
      const distance = x * x + y * y
      if (distance < least) {
        least = distance
        best = i
      }
    }
    const sum = sums[best]
    sum.lon += lon
    sum.lat += lat
    sum.n++
  }
  return middle.map((old, i) => {
    const { lon, lat, n } = sums[i]
    return n === 0 ? { ...old, weight: 0 } : { at: [lon / n, lat / n], weight: n }
  })
}
