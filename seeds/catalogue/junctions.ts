// Puts junctions on the road graph: its crossings first, in their shuffled order, then mid-block places.
import { below, type StreamWords, uniform } from '../../infra/random.ts'
import type { City } from '../contract.ts'
import { type Junction, roadGraph } from '../geography/arterials.ts'
import { roundDegrees } from '../geography/geo.ts'
import { terrainOf } from '../geography/terrain.ts'

/** Tries before a junction is put on a road beside water or a hill after all: a road runs there. */
const MAX_TRIES = 50

/** The `k`-th junction of a district: the same at every scale. */
export function createJunctionPlacer(
  city: City,
): (words: StreamWords, at: number, scope: number, k: number) => Junction {
  const graph = roadGraph(city)
  const terrain = terrainOf(city)

  function midBlock(words: StreamWords, at: number, scope: number): Junction {
    const pieces = graph.pieces[scope]
    for (let tries = 1; ; tries++) {
      const piece = pieces[below(words, at, pieces.length)]
      const part = uniform(words, at)
      const lon = roundDegrees(piece.from[0] + part * (piece.to[0] - piece.from[0]))
      const lat = roundDegrees(piece.from[1] + part * (piece.to[1] - piece.from[1]))
      if (tries >= MAX_TRIES || terrain.isBuildable(scope, lon, lat)) {
        const roads = piece.road ? [piece.road] : []
        const junctionClass = piece.class === 'trunk' ? 'arterial' : piece.class
        return {
          point: [lon, lat],
          class: junctionClass,
          approaches: 3,
          corridor: piece.corridor,
          roads,
        }
      }
    }
  }

  return (words, at, scope, k) => graph.crossings[scope][k] ?? midBlock(words, at, scope)
}
