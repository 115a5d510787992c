// The road graph of any city: one net with a hierarchy, over water only on bridges, dense enough for its junctions.

import { describe, expect, it } from 'vitest'
import { seedStream, streamTable } from '../../../infra/random.ts'
import { buildCatalogue } from '../../../seeds/catalogue/catalogue.ts'
import { createJunctionPlacer } from '../../../seeds/catalogue/junctions.ts'
import { placesOf } from '../../../seeds/contract.ts'
import { roadGraph } from '../../../seeds/geography/arterials.ts'
import { distanceKm, type Point, topologyLines } from '../../../seeds/geography/geo.ts'
import { terrainOf } from '../../../seeds/geography/terrain.ts'
import { cityTopology, loadCity } from '../../../seeds/load/city.ts'
import { CITIES } from '../../cities.ts'
import { copyCity, problemsOf } from '../broken-city.ts'
import { distanceToLines, isInside, nearbyLines } from '../plain-geometry.ts'

const middleOf = (a: Point, b: Point): Point => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]

/** Sets of points that polylines join, by union. */
function componentsOf(lines: Point[][]): number {
  const parent = new Map<string, string>()
  const find = (key: string): string => {
    let root = key
    while (parent.get(root) !== root) root = parent.get(root) ?? root
    parent.set(key, root)
    return root
  }
  for (const line of lines) {
    for (const point of line) {
      if (!parent.has(String(point))) parent.set(String(point), String(point))
    }
    for (let i = 1; i < line.length; i++) {
      parent.set(find(String(line[i - 1])), find(String(line[i])))
    }
  }
  return new Set([...parent.keys()].map(find)).size
}

/** Cosine of the angle between two pieces, without sign. */
function likeness([a, b]: Point[], [c, d]: Point[]): number {
  const shrink = Math.cos((a[1] * Math.PI) / 180)
  const [rx, ry, sx, sy] = [
    (b[0] - a[0]) * shrink,
    b[1] - a[1],
    (d[0] - c[0]) * shrink,
    d[1] - c[1],
  ]
  return Math.abs(rx * sx + ry * sy) / (Math.hypot(rx, ry) * Math.hypot(sx, sy))
}

describe.each(CITIES)('the road graph of %s', (id) => {
  const city = loadCity(id)
  const graph = roadGraph(city)
  const { polylines, info, crossings, pieces } = graph
  const { water, rivers } = terrainOf(city)
  const { roads, crossings: bridges } = placesOf(city)
  const outlines = topologyLines(cityTopology(city), 'districts').map(({ lines }) => lines)

  const isOverWater = (a: Point, b: Point) =>
    water.contains(...middleOf(a, b)) || water.crosses(a, b) || rivers.crosses(a, b)

  it('knows the class of every line, and names of the hand-drawn ones', () => {
    expect(info.length).toBe(polylines.length)
    const names = new Set(info.flatMap(({ name }) => (name ? [name.zh] : [])))
    expect(names).toEqual(new Set(roads.map(({ name }) => name.zh)))
  })

  it('is drawn inside the city', () => {
    const outside = polylines
      .flat()
      .filter((point) => !outlines.some((rings) => isInside(rings, point)))
    expect(outside).toEqual([])
  })

  it('is one net', () => {
    expect(componentsOf(polylines)).toBe(1)
  })

  it('crosses water on bridges only: no local street does', () => {
    const wet = polylines.flatMap((line, k) =>
      line.flatMap((to, i) =>
        i > 0 && isOverWater(line[i - 1], to) ? [{ class: info[k].class, to }] : [],
      ),
    )
    expect(wet.filter((piece) => piece.class === 'local')).toEqual([])
    expect(wet.length).toBeLessThan(polylines.flat().length * 0.03)
    const along = pieces.flat().filter(({ from, to }) => isOverWater(from, to))
    expect(along).toEqual([])
  })

  it.each(bridges)('crosses the water at $name.en, with land at both ends', ({ lon, lat }) => {
    const named = polylines.filter((_, k) => info[k].name)
    const near = named.filter((line) => distanceToLines([line], [lon, lat]) < 0.35)
    const spans = near.flatMap((line) =>
      line.flatMap((to, i): Point[][] =>
        i > 0 && isOverWater(line[i - 1], to) ? [[line[i - 1], to]] : [],
      ),
    )
    const here = spans.filter(([a, b]) => distanceToLines([[a, b]], [lon, lat]) < 0.8)
    expect(here.length).toBeGreaterThan(0)
    const isLandAtEnds = near.some(
      (line) => !water.contains(...line[0]) && !water.contains(...line[line.length - 1]),
    )
    expect(isLandAtEnds).toBe(true)
  })

  it('has no street beside a named road that doubles it', () => {
    const named = nearbyLines(
      polylines.filter((_, k) => info[k].name),
      0.15,
    )
    let doubles = 0
    let all = 0
    for (const [k, line] of polylines.entries()) {
      if (info[k].name) continue
      for (let i = 1; i < line.length; i++) {
        all++
        const piece = [line[i - 1], line[i]]
        const middle = middleOf(line[i - 1], line[i])
        const along = named(middle).filter((other) => likeness(piece, other) > 0.93)
        if (distanceToLines(along, middle) < 0.15) doubles++
      }
    }
    expect(doubles / all).toBeLessThan(0.01)
  })

  it('has classes that differ: few trunk roads, more arterials, most of it streets', () => {
    const km = { trunk: 0, arterial: 0, collector: 0, local: 0 }
    for (const piece of pieces.flat()) km[piece.class] += piece.lengthKm
    if (km.trunk > 0) expect(km.trunk).toBeLessThan(km.arterial)
    expect(km.arterial).toBeLessThan(km.collector + km.local)
  })

  it('measures its pieces', () => {
    for (const { from, to, lengthKm } of pieces.flat()) {
      expect(Math.abs(lengthKm - distanceKm(from, to))).toBeLessThan(0.004 + lengthKm * 0.01)
    }
  })

  it('has crossings of three and four roads and all classes', () => {
    const all = crossings.flat()
    expect(new Set(all.map((j) => j.approaches))).toEqual(new Set([3, 4]))
    expect(new Set(all.map((j) => j.class))).toEqual(new Set(['arterial', 'collector', 'local']))
  })

  it('has crossings for all junctions of every district', () => {
    const { ranges, district } = buildCatalogue(city, 1)
    const { from, to } = ranges['traffic-signal'] ?? { from: 0, to: 0 }
    const wanted = city.scopes.map(() => 0)
    for (let n = from; n < to; n++) wanted[district[n]]++
    const lacking = city.scopes.filter((_, scope) => crossings[scope].length < wanted[scope])
    expect(lacking).toEqual([])
  })

  it('bears junctions beyond its crossings, on land and on no trunk road', () => {
    const place = createJunctionPlacer(city)
    const words = streamTable(1)
    const open = nearbyLines(
      polylines.filter((_, k) => info[k].class !== 'trunk'),
      0.05,
    )
    for (let scope = 1; scope < city.scopes.length; scope++) {
      for (let k = 0; k < 40; k++) {
        seedStream(words, 0, 1, `${scope}/${k}`, 'place')
        const { point, approaches } = place(words, 0, scope, crossings[scope].length + k)
        expect(approaches).toBe(3)
        expect(water.contains(...point)).toBe(false)
        expect(distanceToLines(open(point), point)).toBeLessThan(0.02)
      }
    }
  })

  it('names the roads that meet: each once, no more than two, by corridor', () => {
    const named = crossings.flat().filter((j) => j.roads.length === 2)
    expect(named.length).toBeGreaterThan(0)
    for (const { roads: meeting } of named) expect(meeting[0].zh).not.toBe(meeting[1].zh)
    expect(Math.max(...crossings.flat().map((j) => j.roads.length))).toBe(2)
  })

  it('is the same for a city loaded again', () => {
    expect(roadGraph(loadCity(id))).toEqual(graph)
  })
})

describe('roads.json', () => {
  it('may be missing: streets alone then make one net with all classes', () => {
    const { root, remove } = copyCity()
    remove('roads.json')
    const { polylines, info, crossings } = roadGraph(loadCity('testville', root))
    expect(componentsOf(polylines)).toBe(1)
    expect(info.every(({ name }) => name === undefined)).toBe(true)
    expect(new Set(crossings.flat().map((j) => j.class)).size).toBe(3)
  })

  it('is refused with place, found and expected', () => {
    const { root, edit } = copyCity()
    edit('roads.json', (file) => {
      file.roads[0].class = 'motorway'
    })
    expect(problemsOf(() => loadCity('testville', root))).toEqual([
      'seeds/testville/roads.json roads[0].class: "motorway", expected trunk, arterial or collector',
    ])
  })

  it('names a point outside the city', () => {
    const { root, edit } = copyCity()
    edit('roads.json', (file) => {
      file.roads[1].line[0] = [-20, -14.9]
    })
    expect(problemsOf(() => loadCity('testville', root))).toEqual([
      'seeds/testville/roads.json roads[1].line[0]: -20, -14.9 (Lighthouse Road), expected a point in one of the districts',
    ])
  })
})
