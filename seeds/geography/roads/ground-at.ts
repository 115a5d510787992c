// What the plane's places are to a road: district, buildable, wet, hilly. Asked by place, not by district.
import type { City } from '../../contract.ts'
import { type BuiltUp, builtUpOf } from '../built-up.ts'
import type { Point } from '../geo.ts'
import { terrainOf } from '../terrain.ts'
import type { Plane } from './plane.ts'

export type GroundAt = {
  scope(at: Point): number
  density(at: Point): number
  isBuildable(scope: number, at: Point): boolean
  isHill(at: Point): boolean
  isWet(at: Point): boolean
  /** Whether the straight piece touches water. */
  crossesWater(a: Point, b: Point): boolean
}

export function groundAt(city: City, plane: Plane): GroundAt {
  const terrain = terrainOf(city)
  const builtUp: BuiltUp = builtUpOf(city)
  return {
    scope: ([x, y]) => terrain.districtAt(...plane.toDegrees(x, y)),
    density: ([x, y]) => builtUp.density(0, ...plane.toDegrees(x, y)),
    isBuildable: (scope, [x, y]) => terrain.isBuildable(scope, ...plane.toDegrees(x, y)),
    isHill: ([x, y]) => terrain.isHill(...plane.toDegrees(x, y)),
    isWet: ([x, y]) => terrain.water.contains(...plane.toDegrees(x, y)),
    crossesWater(a, b) {
      const [from, to] = [plane.toDegrees(...a), plane.toDegrees(...b)]
      return terrain.water.crosses(from, to) || terrain.rivers.crosses(from, to)
    },
  }
}
