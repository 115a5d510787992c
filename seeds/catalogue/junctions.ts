// Puts junctions on the road graph: its crossings first, in their own order, then mid-block places along streets.
import { type StreamWords, uniform } from '../../infra/random.ts'
import type { City } from '../contract.ts'
import { type Junction, type JunctionClass, roadGraph } from '../geography/arterials.ts'
import { roundDegrees } from '../geography/geo.ts'
import { terrainOf } from '../geography/terrain.ts'
import { pickerOf, streetsOf } from './street-weights.ts'

/** Tries before a junction is put on a road beside water or a hill after all: a road runs there. */
const MAX_TRIES = 50

/** The `k`-th junction of a district: the same at every scale. */
export function createJunctionPlacer(
  city: City,
): (words: StreamWords, at: number, scope: number, k: number) => Junction {
  const graph = roadGraph(city)
  const terrain = terrainOf(city)
  const draws: ReturnType<typeof drawOf>[] = []

  function midBlock(words: StreamWords, at: number, scope: number): Junction {
    draws[scope] ??= drawOf(city, scope)
    for (let tries = 1; ; tries++) {
      const piece = draws[scope](uniform(words, at))
      const part = uniform(words, at)
      const lon = roundDegrees(piece.from[0] + part * (piece.to[0] - piece.from[0]))
      const lat = roundDegrees(piece.from[1] + part * (piece.to[1] - piece.from[1]))
      if (tries >= MAX_TRIES || terrain.isBuildable(scope, lon, lat)) {
        const { corridor, road } = piece
        const kind = piece.class as JunctionClass
        return {
          point: [lon, lat],
          class: kind,
          approaches: 3,
          corridor,
          roads: road ? [road] : [],
        }
      }
    }
  }

  return (words, at, scope, k) => graph.crossings[scope][k] ?? midBlock(words, at, scope)
}

/** Draws a piece of street as other assets do, but never of a trunk road, which nobody crosses on foot. */
function drawOf(city: City, scope: number) {
  const { pieces, weights } = streetsOf(city)[scope]
  const open = pieces.map((_, i) => i).filter((i) => pieces[i].class !== 'trunk')
  const pick = pickerOf(open.map((i) => weights[i]))
  if (!pick)
    throw new Error(`${city.id}: no street to put a junction on in ${city.scopes[scope].code}`)
  return (u: number) => pieces[open[pick(u)]]
}
