// How densely every place is built, and as what: shapes with lobes, corridors and valleys, worked out on a grid.
import { exp } from '../../infra/maths.ts'
import { type City, placesOf } from '../contract.ts'
import { areaFinder, outlineOf } from './areas.ts'
import { drawnLand } from './drawn-land.ts'
import { type Point, topologyLines } from './geo.ts'
import { cellKm, fillRings, type Grid, gridOver, toKm, valueAt } from './grid.ts'
import { fractalNoise } from './noise.ts'
import { terrainOf } from './terrain.ts'

export type PlaceKind = 'core' | 'urban' | 'town' | 'village' | 'industry' | 'campus' | 'open'

export type BuiltUp = {
  /** How densely built the place is: 0 (nothing) to 1 (city core). Pure, deterministic, has lobes, corridors and valleys. */
  density(scope: number, lon: number, lat: number): number
  kindAt(scope: number, lon: number, lat: number): PlaceKind
}

const STEP_KM = 0.25
/** Residents (in 10,000) per square kilometre of the densest core: what density 1 stands for. */
const CORE_10K_PER_KM2 = 3.6
/** What lies below this is open land; taken off, so that built-up land has an edge and no endless skirts. */
const EDGE = 0.04
/** Bends: how far noise moves a place before its distance to centres counts, and the noise's wavelength. */
const WARP_KM = 1.6
const WARP_LENGTH_KM = 5
/** Blocks differ: the logarithm of density varies by about this much over this wavelength. */
const GRAIN = 1.5
const GRAIN_LENGTH_KM = 2.4
/** Kinds by density. */
const CORE = 0.72
const URBAN = 0.35
const TOWN = 0.14
const VILLAGE = 0.01

const known = new WeakMap<City, BuiltUp>()

/** The city's built-up land, worked out once per city: a pure function of its places and catalogue seed. */
export function builtUpOf(city: City): BuiltUp {
  let builtUp = known.get(city)
  if (!builtUp) {
    builtUp = createBuiltUp(city)
    known.set(city, builtUp)
  }
  return builtUp
}

function createBuiltUp(city: City): BuiltUp {
  const terrain = terrainOf(city)
  const grid = gridOver(terrain.bounds, STEP_KM)
  const land = landOf(city, grid)
  const density = densities(city, grid, land)
  const useOf = areaFinder(placesOf(city).ground.uses)

  function densityAt(lon: number, lat: number): number {
    return valueAt(grid, density, lon, lat)
  }

  return {
    density: (_, lon, lat) => densityAt(lon, lat),
    kindAt(_, lon, lat) {
      const here = densityAt(lon, lat)
      const use = here >= VILLAGE ? useOf(lon, lat) : undefined
      if (use) return use.kind as PlaceKind
      if (here >= CORE) return 'core'
      if (here >= URBAN) return 'urban'
      if (here >= TOWN) return 'town'
      return here >= VILLAGE ? 'village' : 'open'
    },
  }
}

/** Scope number of the district that a cell belongs to, 0 outside and where nothing stands. */
function landOf(city: City, grid: Grid): Uint8Array {
  const land = new Uint8Array(grid.columns * grid.rows)
  const { topology } = placesOf(city)
  for (const { code, lines } of topologyLines(topology, 'districts')) {
    const scope = city.scopes.findIndex((s) => s.code === code)
    if (scope > 0) {
      fillRings(grid, lines, (cell) => {
        land[cell] = scope
      })
    }
  }
  for (const { lines } of topologyLines(topology, 'water')) {
    fillRings(grid, lines, (cell) => {
      land[cell] = 0
    })
  }
  for (const area of placesOf(city).ground.areas) {
    fillRings(grid, [outlineOf(area)], (cell) => {
      land[cell] = 0
    })
  }
  return land
}

/** Attraction of the centres, bent and grained, cut and scaled per district so that it houses the district's residents. */
function densities(city: City, grid: Grid, land: Uint8Array): Float32Array {
  const { catalogueSeed } = placesOf(city)
  const terrain = terrainOf(city)
  const values = new Float32Array(land.length)
  const centres = terrain.centres.map((list) => {
    const weights = list.reduce((sum, centre) => sum + centre.weight, 0)
    return list.map((centre) => ({
      at: toKm(grid, [centre.lon, centre.lat]),
      share: centre.weight / weights,
    }))
  })
  const ribbons = drawnLand(city, grid)
  const cells: number[][] = city.scopes.map(() => [])
  for (let cell = 0; cell < land.length; cell++) {
    const scope = land[cell]
    if (scope === 0) continue
    const x = cellKm(grid, cell % grid.columns)
    const y = cellKm(grid, Math.floor(cell / grid.columns))
    const warp = (seed: number) =>
      WARP_KM * fractalNoise(catalogueSeed + seed, x, y, WARP_LENGTH_KM, 3)
    const bent: Point = [x + warp(11), y + warp(23)]
    const grain = exp(GRAIN * fractalNoise(catalogueSeed + 37, x, y, GRAIN_LENGTH_KM, 3))
    const house = city.districts[scope - 1].population10k / CORE_10K_PER_KM2
    values[cell] = grain * (attraction(centres[scope], bent, house) + ribbons[cell])
    cells[scope].push(cell)
  }
  for (let scope = 1; scope < city.scopes.length; scope++) {
    const wanted = city.districts[scope - 1].population10k / CORE_10K_PER_KM2
    scale(values, cells[scope], wanted / (grid.stepKm * grid.stepKm))
  }
  return values
}

/** A centre reaches as far as its share of the district's residents would fill at full density. */
function attraction(
  centres: { at: Point; share: number }[],
  [x, y]: Point,
  fullKm2: number,
): number {
  let sum = 0
  for (const { at, share } of centres) {
    const dx = x - at[0]
    const dy = y - at[1]
    const reach2 = 0.12 + 0.5 * share * fullKm2
    const part2 = (dx * dx + dy * dy) / reach2
    if (part2 < 80) sum += exp(-Math.sqrt(part2))
  }
  return sum
}

/** Scales the cells of a district and cuts them to 0..1 so that they sum to `wanted`, as nearly as 40 halvings reach. */
function scale(values: Float32Array, cells: number[], wanted: number): void {
  const shaped = (factor: number, value: number) => Math.min(1, Math.max(0, factor * value - EDGE))
  let low = 0
  let high = 1e6
  for (let round = 0; round < 40; round++) {
    const factor = (low + high) / 2
    let sum = 0
    for (const cell of cells) sum += shaped(factor, values[cell])
    if (sum < wanted) low = factor
    else high = factor
  }
  for (const cell of cells) values[cell] = shaped(low, values[cell])
}
