// Outlines of incidents: a line with what lies beside it is one true outline, a front crosses its area as the clock goes.
import type { Polygon, Position } from 'geojson'
import { describe, expect, it } from 'vitest'
import type { IncidentRecord } from '../../../../console/messages.ts'
import { insideAlong } from '../../../../console/web/map/geometry.ts'
import { incidentShapes } from '../../../../console/web/map/incident-shapes.ts'
import { frontBands } from '../../../../console/web/map/incidents/front.ts'
import { lineBuffer } from '../../../../console/web/map/incidents/line-buffer.ts'
import { areaOf } from '../../../../producers/incidents/area.ts'
import { rainstorm } from '../../../../producers/incidents/kinds/rainstorm/rainstorm.ts'

const isInside = (rings: Position[][], lon: number, lat: number): boolean =>
  rings.filter((ring) => insideAlong(ring, lat)(lon)).length % 2 === 1

describe('what lies beside a line', () => {
  const bent: [number, number][] = [
    [113.2, 23.1],
    [113.3, 23.1],
    [113.3, 23.16],
    [113.22, 23.16],
  ]

  it('is what the simulation takes for it, bends and ends included', () => {
    const km = 1.5
    const rings = lineBuffer(bent, km)
    const place = { route: bent, km }
    const area = areaOf(
      place,
      () => 0,
      () => [],
    )
    let differing = 0
    let inside = 0
    for (let x = 113.16; x < 113.34; x += 0.002) {
      for (let y = 23.06; y < 23.2; y += 0.002) {
        const wanted = area.contains(x, y, 1)
        if (wanted) inside++
        if (wanted !== isInside(rings, x, y)) differing++
      }
    }
    expect(inside).toBeGreaterThan(1_000)
    expect(differing / inside).toBeLessThan(0.02)
  })

  it('leaves out what a closed loop encloses', () => {
    const loop = lineBuffer([...bent.slice(0, 3), [113.2, 23.16], [113.2, 23.1]], 0.8)
    expect(loop.length).toBe(2)
    expect(isInside(loop, 113.25, 23.13)).toBe(false)
    expect(isInside(loop, 113.25, 23.1)).toBe(true)
  })

  it('is a circle around a single point', () => {
    const [ring, ...others] = lineBuffer([[113.3, 23.1]], 2)
    expect(others).toEqual([])
    for (const [lon, lat] of ring) {
      const far = Math.hypot((lon - 113.3) * Math.cos((23.1 * Math.PI) / 180), lat - 23.1) * 111.195
      expect(far).toBeCloseTo(2, 1)
    }
  })
})

/** In the middle of the front. */
const ORANGE_MM_H = 50
const HOUR_MS = 3_600_000
const FROM = Date.parse('2025-06-18T18:00:00+08:00')
const storm = {
  ...{ id: 'storm', kind: 'rainstorm', severity: 'orange', by: 'scenario', epoch: 0 },
  place: { lon: 113.3, lat: 23.1, km: 20 },
  from: new Date(FROM).toISOString(),
  until: new Date(FROM + 6 * HOUR_MS).toISOString(),
  parameters: { towards: 90 },
} as IncidentRecord

describe('a front', () => {
  const bandsAt = (hours: number) => {
    const frontOf = () => rainstorm.front
    const shown = { underWay: [storm], draft: null, now: FROM + hours * HOUR_MS, frontOf }
    const { features } = incidentShapes(shown, [])
    return features
      .filter(({ properties }) => properties?.level !== undefined)
      .map(({ properties, geometry }) => ({
        level: Number(properties!.level),
        ring: (geometry as Polygon).coordinates[0],
      }))
  }
  /** Bands that lie over a place, which is how strong it looks there. */
  const strength = (hours: number, lon: number, lat: number) =>
    bandsAt(hours).filter(({ ring }) => insideAlong(ring, lat)(lon)).length

  it('comes from one side, stands over the middle at half its time and leaves by the other', () => {
    const [west, middle, east] = [113.13, 113.3, 113.47]
    expect([west, middle, east].map((lon) => strength(3, lon, 23.1))).toEqual([3, 5, 3])
    expect(strength(1, west, 23.1)).toBeGreaterThan(strength(1, east, 23.1))
    expect(strength(5, east, 23.1)).toBeGreaterThan(strength(5, west, 23.1))
  })

  it('is as strong as the rain that the simulation lets fall, but for its showers', () => {
    const area = areaOf(
      storm.place,
      () => 0,
      () => [],
    )
    const times = { from: FROM, until: FROM + 6 * HOUR_MS, planned: 6 * HOUR_MS }
    const effects = rainstorm.effects({ ...storm, ...times } as never, {
      seed: 1,
      area,
      feeders: [],
    })
    const rain = effects.find(({ condition }) => condition === 'rain')!
    for (const hours of [0.5, 1.1, 2, 3, 4, 4.9, 5.5]) {
      for (const lon of [113.15, 113.3, 113.44]) {
        const mm = rain.at(FROM + hours * HOUR_MS, { lon, lat: 23.1, feeder: -1 })
        const share = mm / ORANGE_MM_H
        const seen = strength(hours, lon, 23.1) / 5
        expect(Math.abs(seen - share), `${hours} h at ${lon}`).toBeLessThan(0.55)
        expect(seen === 0, `${hours} h at ${lon}`).toBe(share === 0)
      }
    }
  })

  it('is nowhere before it begins', () => {
    const front = rainstorm.front!
    const square = [
      [
        [113, 23],
        [113.2, 23],
        [113.2, 23.2],
        [113, 23.2],
        [113, 23],
      ],
    ] as Position[][]
    expect(frontBands(square, storm, front, FROM).flat()).toEqual([])
  })
})
