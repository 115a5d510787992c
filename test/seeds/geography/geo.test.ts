// Plane geometry against shapes whose answers are known.
import { describe, expect, it } from 'vitest'
import {
  boundsOf,
  distanceKm,
  kmPerDegreeLon,
  type Ring,
  shapeOf,
} from '../../../seeds/geography/geo.ts'

const square = (west: number, south: number, size: number): Ring => [
  [west, south],
  [west, south + size],
  [west + size, south + size],
  [west + size, south],
  [west, south],
]

describe('distanceKm', () => {
  it('knows a degree of latitude and the shrinking degree of longitude', () => {
    expect(distanceKm([113, 23], [113, 24])).toBeCloseTo(111.195, 3)
    expect(distanceKm([113, 60], [114, 60])).toBeCloseTo(111.195 / 2, 2)
    expect(kmPerDegreeLon(0)).toBeCloseTo(111.195, 3)
  })

  it('agrees with the great circle inside a city', () => {
    // Canton Tower to Guangzhou South Station by the haversine formula.
    expect(distanceKm([113.3245, 23.1065], [113.265, 22.991])).toBeCloseTo(14.2, 1)
  })
})

describe('shapeOf', () => {
  const ring = shapeOf([square(113, 23, 0.1), square(113.04, 23.04, 0.02)])

  it('contains what is inside and leaves holes out', () => {
    expect(ring.contains(113.01, 23.01)).toBe(true)
    expect(ring.contains(113.05, 23.05)).toBe(false)
    expect(ring.contains(113.07, 23.05)).toBe(true)
    expect(ring.contains(112.99, 23.05)).toBe(false)
    expect(ring.contains(113.05, 23.2)).toBe(false)
  })

  it('agrees with the area of a triangle over a grid of points', () => {
    const triangle = shapeOf([
      [
        [0, 0],
        [1, 0],
        [0.3, 1],
        [0, 0],
      ],
    ])
    let inside = 0
    for (let i = 0; i < 200; i++) {
      for (let j = 0; j < 200; j++) {
        if (triangle.contains((i + 0.5) / 200, (j + 0.5) / 200)) inside++
      }
    }
    expect(inside / 40_000).toBeCloseTo(0.5, 2)
  })

  it('is near its edges within the distance asked for, on both sides', () => {
    const dLat = 0.3 / 111.195
    expect(ring.isNear(113.02, 23 - dLat, 0.31)).toBe(true)
    expect(ring.isNear(113.02, 23 - dLat, 0.29)).toBe(false)
    expect(ring.isNear(113.02, 23 + dLat, 0.31)).toBe(true)
    expect(ring.isNear(113.02, 23.02, 1)).toBe(false)
    expect(ring.isNear(112.9, 22.9, 5)).toBe(false)
  })

  it('is crossed by segments that cut an edge only', () => {
    expect(ring.crosses([112.95, 23.05], [113.02, 23.05])).toBe(true)
    expect(ring.crosses([113.01, 23.01], [113.02, 23.09])).toBe(false)
    expect(ring.crosses([112.9, 22.9], [112.95, 23.2])).toBe(false)
  })

  it('without lines contains nothing and is near nothing', () => {
    const nothing = shapeOf([])
    expect(nothing.contains(113, 23)).toBe(false)
    expect(nothing.isNear(113, 23, 100)).toBe(false)
    expect(nothing.crosses([113, 23], [114, 24])).toBe(false)
  })
})

describe('boundsOf', () => {
  it('spans all geometries', () => {
    const polygon = { type: 'Polygon' as const, coordinates: [square(113, 23, 1)] }
    const line = {
      type: 'LineString' as const,
      coordinates: [
        [112, 23.5],
        [113, 25],
      ],
    }
    expect(boundsOf([polygon, line])).toEqual([112, 23, 114, 25])
  })
})
