// The map's arithmetic: mercator, matrix shift, picking, dot looks, label points, catalogue bytes.
import { describe, expect, it } from 'vitest'
import { CATALOGUE_HEADER_BYTES, CATALOGUE_MAGIC } from '../../../../console/messages.ts'
import { partsOf } from '../../../../console/server/views/catalogue-bytes.ts'
import { insideAlong, labelPoint, rings } from '../../../../console/web/map/geometry.ts'
import { createPickGrid } from '../../../../console/web/map/picking/pick-grid.ts'
import { dotAlpha, dotSize, emphasis, glowPart } from '../../../../console/web/map/points/dots.ts'
import {
  latitudeOf,
  longitudeOf,
  mercatorX,
  mercatorY,
  translated,
} from '../../../../console/web/store/assets/mercator.ts'
import { TONES } from '../../../../console/web/store/assets/tones.ts'
import { decodeCatalogue } from '../../../../console/web/store/connection/catalogue.ts'

describe('mercator', () => {
  it('goes there and back', () => {
    expect(longitudeOf(mercatorX(113.3245))).toBeCloseTo(113.3245, 10)
    expect(latitudeOf(mercatorY(23.1065))).toBeCloseTo(23.1065, 10)
    expect(mercatorY(0)).toBe(0.5)
  })

  it('shifts a matrix so that near offsets land where absolute positions did', () => {
    const matrix = Array.from({ length: 16 }, (_, i) => Math.sin(i + 1) * 1e4)
    const [x, y, dx, dy] = [0.814, 0.436, 1.5e-5, -2.5e-5]
    const moved = translated(matrix, x, y, new Float32Array(16))
    for (let r = 0; r < 4; r++) {
      const absolute = matrix[r] * (x + dx) + matrix[4 + r] * (y + dy) + matrix[12 + r]
      const relative = moved[r] * dx + moved[4 + r] * dy + moved[12 + r]
      expect(relative / absolute).toBeCloseTo(1, 5)
    }
  })
})

describe('pick grid', () => {
  let state = 7
  const random = () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return state / 2 ** 32
  }
  const xs = Float64Array.from({ length: 5_000 }, random)
  const ys = Float64Array.from({ length: 5_000 }, random)
  const grid = createPickGrid(
    xs.length,
    (i) => xs[i],
    (i) => ys[i],
    (i) => i % 10 !== 0,
  )

  it('finds what a search of all points finds', () => {
    for (let q = 0; q < 300; q++) {
      const [px, py] = [random() * 1.2 - 0.1, random() * 1.2 - 0.1]
      let best = -1
      let least = 0.03
      for (let i = 0; i < xs.length; i++) {
        const distance = Math.hypot(xs[i] - px, ys[i] - py)
        if (i % 10 !== 0 && distance <= least) {
          least = distance
          best = i
        }
      }
      expect(grid.nearest(px, py, 0.03, { accept: () => true })).toBe(best)
    }
  })

  it('leaves out what was not taken or is not accepted', () => {
    expect(grid.size).toBe(4_500)
    expect(grid.nearest(xs[10], ys[10], 1e-9, { accept: () => true })).toBe(-1)
    expect(grid.nearest(xs[11], ys[11], 1e-9, { accept: (i) => i !== 11 })).toBe(-1)
  })

  it('prefers a point with a bonus inside the radius', () => {
    const pair = createPickGrid(
      2,
      (i) => i,
      () => 0,
      () => true,
    )
    expect(pair.nearest(0.4, 0, 1, { accept: () => true })).toBe(0)
    expect(pair.nearest(0.4, 0, 1, { accept: () => true, bonus: (i) => (i === 1 ? 0.5 : 0) })).toBe(
      1,
    )
  })
})

describe('dots', () => {
  it('grow from 1.6 px at zoom 9 to 6 px at zoom 14', () => {
    expect(dotSize(9)).toBeCloseTo(1.6)
    expect(dotSize(14)).toBeCloseTo(9)
    for (let z = 7; z < 17; z += 0.5) expect(dotSize(z + 0.5)).toBeGreaterThanOrEqual(dotSize(z))
  })

  it('are fainter the more there are, and solid when near', () => {
    expect(dotAlpha(9, 100_000)).toBeLessThan(dotAlpha(9, 3_000))
    expect(dotAlpha(14, 100_000)).toBeCloseTo(0.9)
  })

  it('give way to the glow of the city from afar', () => {
    expect([8, 10, 10.5, 11, 14].map((zoom) => Number(glowPart(zoom).toFixed(2)))).toEqual([
      ...[1, 1, 0.5, 0, 0],
    ])
  })

  it('stand out when abnormal and rare, not when common, always when near', () => {
    const warning = TONES.indexOf('warning')
    const critical = TONES.indexOf('critical')
    expect(emphasis(9, 5, warning)).toBe(1)
    expect(emphasis(9, 900, warning)).toBeLessThan(0.2)
    expect(emphasis(9, 200, critical)).toBeGreaterThan(emphasis(9, 200, warning))
    expect(emphasis(14, 900, warning)).toBe(1)
  })
})

describe('label point', () => {
  it('lies inside a bent district, far from its border', () => {
    const ring = [
      [0, 0],
      [10, 0],
      [10, 10],
      [9, 10],
      [9, 1],
      [4, 1],
      [4, 4],
      [0, 4],
      [0, 0],
    ]
    const shape = {
      type: 'Feature' as const,
      properties: { code: 'x' },
      geometry: { type: 'Polygon' as const, coordinates: [ring] },
    }
    const [x, y] = labelPoint(shape)
    expect(insideAlong(rings(shape)[0], y)(x)).toBe(true)
    expect(Math.hypot(x - 2, y - 2)).toBeLessThan(0.8)
  })
})

describe('catalogue', () => {
  function bytes(): ArrayBuffer {
    const buffer = new ArrayBuffer(CATALOGUE_HEADER_BYTES + 12)
    const view = new DataView(buffer)
    view.setUint32(0, CATALOGUE_MAGIC, true)
    view.setUint32(4, 2, true)
    for (const [k, v] of [113, 23, 0.001, 0.002].entries()) view.setFloat64(8 + 8 * k, v, true)
    new Uint16Array(buffer, 40, 4).set([0, 1000, 500, 65_535])
    new Uint8Array(buffer, 48, 4).set([0, 1, 7, 0])
    return buffer
  }

  it('gives positions, domains and scopes by asset number', () => {
    const catalogue = decodeCatalogue(bytes(), ['a', 'b'])
    expect(catalogue.size).toBe(2)
    expect([...catalogue.lon]).toEqual([113, 114])
    expect(catalogue.lat[0]).toBeCloseTo(24, 10)
    expect(catalogue.lat[1]).toBeCloseTo(23 + 131.07, 10)
    expect([[...catalogue.domain], [...catalogue.scope]]).toEqual([
      [0, 1],
      [7, 0],
    ])
  })

  it('is rough in its coarse part, and the same with its fine one', () => {
    const whole = decodeCatalogue(bytes(), ['a', 'b'])
    const { coarse, fine } = partsOf(Buffer.from(bytes()))
    const rough = decodeCatalogue(Uint8Array.from(coarse).buffer, ['a', 'b'])
    expect([rough.domain, rough.scope]).toEqual([whole.domain, whole.scope])
    const cells = [...rough.lon].map((lon, i) => Math.abs(lon - whole.lon[i]) / (256 * 0.001))
    expect(Math.max(...cells)).toBeLessThan(1)
    expect(rough.lon).not.toEqual(whole.lon)
    rough.refine?.(Uint8Array.from(fine).buffer)
    expect(rough).toEqual(whole)
    const again = decodeCatalogue(Uint8Array.from(coarse).buffer, [])
    expect(() => again.refine?.(Uint8Array.from(fine).buffer.slice(1))).toThrow('fine catalogue')
  })

  it('refuses other bytes and a wrong length', () => {
    expect(() => decodeCatalogue(new ArrayBuffer(50), [])).toThrow(
      'without the header HCC1 or HCC2',
    )
    expect(() => decodeCatalogue(bytes().slice(0, 51), [])).toThrow('51 bytes, expected 52')
  })
})
