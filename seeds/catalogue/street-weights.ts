// How much each piece of street bears: by its length, its class, how densely its surroundings are built, and block by block.
import { exp, power } from '../../infra/maths.ts'
import { normal, seedStream, streamTable } from '../../infra/random.ts'
import { type City, placesOf } from '../contract.ts'
import { type RoadPiece, roadGraph } from '../geography/arterials.ts'
import { builtUpOf, type PlaceKind } from '../geography/built-up.ts'

/** A district's streets, column by column. */
export type Streets = {
  pieces: RoadPiece[]
  kinds: PlaceKind[]
  /** What a piece bears before a domain's weights by kind of place. */
  weights: Float64Array
}

const known = new WeakMap<City, Streets[]>()

/** Streets by scope number, worked out once per city. */
export function streetsOf(city: City): Streets[] {
  let streets = known.get(city)
  if (!streets) {
    streets = roadGraph(city).pieces.map((pieces, scope) => weigh(city, scope, pieces))
    known.set(city, streets)
  }
  return streets
}

/** Picks an index by weight for a share `u` in [0, 1); undefined where nothing weighs anything. */
export function pickerOf(weights: ArrayLike<number>): ((u: number) => number) | undefined {
  const sums = Float64Array.from(weights)
  for (let i = 1; i < sums.length; i++) sums[i] += sums[i - 1]
  const total = sums.at(-1) ?? 0
  if (total === 0) return undefined
  return (u) => {
    const wanted = u * total
    let low = 0
    let high = sums.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (sums[middle] > wanted) high = middle
      else low = middle + 1
    }
    return low
  }
}

function weigh(city: City, scope: number, pieces: RoadPiece[]): Streets {
  const { catalogueSeed, placement } = placesOf(city)
  const { classes, blockSigma, leastDensity, contrast } = placement.streets
  const builtUp = builtUpOf(city)
  const words = streamTable(1)
  const kinds: PlaceKind[] = new Array(pieces.length)
  const weights = new Float64Array(pieces.length)
  for (let i = 0; i < pieces.length; i++) {
    const { from, to, lengthKm } = pieces[i]
    const lon = (from[0] + to[0]) / 2
    const lat = (from[1] + to[1]) / 2
    seedStream(words, 0, catalogueSeed, `${from} ${to}`, 'block')
    const block = exp(blockSigma * normal(words, 0))
    const density = Math.max(leastDensity, builtUp.density(scope, lon, lat))
    kinds[i] = builtUp.kindAt(scope, lon, lat)
    weights[i] = lengthKm * power(density, contrast) * classes[pieces[i].class] * block
  }
  return { pieces, kinds, weights }
}
