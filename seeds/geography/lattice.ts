// The bent lattice that roads are laid on: what the streets and the trunk roads both go by.
import type { Point } from './geo.ts'

/** Every 4th line is an arterial (and a possible trunk road), every 2nd at least a collector. */
export const ARTERIAL_EVERY = 4

/** Lattice over the city's bounds: node (i, j) stands at `point(i, j)`; edges are bits per node. */
export type Lattice = {
  columns: number
  rows: number
  point(i: number, j: number): Point
  /** Visits every node that may lie within `km` of a point (and some that do not). */
  around(at: Point, km: number, visit: (i: number, j: number) => void): void
  edges: Uint8Array
}
