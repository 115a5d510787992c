// The bent lattice that generated streets are laid on: like a city's blocks, never quite straight, never twice the same.
import { sin } from '../../../infra/maths.ts'
import { type City, placesOf } from '../../contract.ts'
import type { Point } from '../geo.ts'
import type { Plane } from './plane.ts'

const SPACING_KM = 0.3
/** Bends of the lines: amplitude and wavelength. */
const BEND_KM = 0.55
const BEND_LENGTH_KM = 9.5
const JITTER_KM = 0.04

/** Columns from west to east, rows from south to north; node (i, j) has number i × rows + j. */
export type Lattice = {
  columns: number
  rows: number
  /** Kilometres on the plane. */
  at(node: number): Point
  /** A number in [0, 1) for each node and purpose, the same for the same city. */
  chance(node: number, purpose: number): number
}

export function createLattice(city: City, plane: Plane): Lattice {
  const { catalogueSeed } = placesOf(city)
  const columns = Math.ceil(plane.widthKm / SPACING_KM)
  const rows = Math.ceil(plane.heightKm / SPACING_KM)
  const bend = (2 * Math.PI * SPACING_KM) / BEND_LENGTH_KM
  const eastward = Array.from({ length: rows }, (_, j) => BEND_KM * sin(j * bend))
  const northward = Array.from({ length: columns }, (_, i) => BEND_KM * sin(i * bend * 0.83 + 1))
  const chance = (node: number, purpose: number) => mixed(catalogueSeed, node, purpose)
  return {
    columns,
    rows,
    chance,
    at(node) {
      const i = Math.floor(node / rows)
      const j = node % rows
      const x = i * SPACING_KM + eastward[j] + (2 * chance(node, 1) - 1) * JITTER_KM
      const y = j * SPACING_KM + northward[i] + (2 * chance(node, 2) - 1) * JITTER_KM
      return [x, y]
    },
  }
}

/** In [0, 1), by a mixing of bits (the finisher of MurmurHash3): neighbours have nothing in common. */
function mixed(seed: number, a: number, b: number): number {
  let h = Math.imul(seed | 0, 0x9e3779b1) ^ Math.imul(a, 0x85ebca6b) ^ Math.imul(b, 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  h ^= h >>> 16
  return (h >>> 0) / 2 ** 32
}
