// The day on the map: where the sun stands, what its height does to the ground, and that states stay readable over each light.
import { describe, expect, it } from 'vitest'
import { DayWatch } from '../../../../console/web/map/daylight/day-watch.ts'
import { daylight } from '../../../../console/web/map/daylight/daylight.ts'
import { sunHeight } from '../../../../console/web/map/daylight/sun.ts'
import { MAP_PALETTES, rgb } from '../../../../console/web/map/palette.ts'
import type { Theme } from '../../../../console/web/view-state.ts'

const [LON, LAT] = [113.32, 23.12]
/** The sun rises when its upper edge does, which the air lifts. */
const EDGE_DEGREES = -0.833
const MINUTE_MS = 60_000

const at = (time: string) => Date.parse(`2025-06-18T${time}:00+08:00`)

/** Minutes by which the sun passes the horizon later than `time`. */
function lateness(time: string, isRising: boolean): number {
  const from = at(time) - 60 * MINUTE_MS
  for (let k = 0; k < 120; k++) {
    const isUp = sunHeight(from + k * MINUTE_MS, LON, LAT) > EDGE_DEGREES
    if (isUp === isRising) return k - 60
  }
  return Number.NaN
}

describe('the sun', () => {
  it('rises over Guangzhou on 18 June at 05:42 and sets at 19:15', () => {
    expect(Math.abs(lateness('05:42', true))).toBeLessThanOrEqual(2)
    expect(Math.abs(lateness('19:15', false))).toBeLessThanOrEqual(2)
  })

  it('stands at the zenith there at noon, and low over Sydney', () => {
    expect(sunHeight(at('12:28'), LON, LAT)).toBeGreaterThan(89)
    expect(sunHeight(Date.parse('2025-06-18T12:00:00+10:00'), 151.2, -33.87)).toBeCloseTo(32.7, 0)
  })
})

const luminance = (color: number[]): number => {
  const [r, g, b] = color.map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: number[], b: number[]): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (high + 0.05) / (low + 0.05)
}

const HEIGHTS = Array.from({ length: 121 }, (_, k) => k - 30)

describe('daylight', () => {
  it.each<Theme>(['dark', 'light'])(
    'keeps states at 3:1 and names at 4.5:1 on all ground, %s',
    (theme) => {
      const p = MAP_PALETTES[theme]
      const grounds = [
        p.ground,
        p.shadeLow,
        p.shadeHigh,
        p.shadeBetter,
        p.shadeWorse,
        p.water,
        p.green,
      ]
      for (const height of HEIGHTS) {
        const { tint } = daylight(height, theme)
        const over = (tint.color.match(/\d+/g) ?? []).map((part) => Number(part) / 255)
        for (const ground of grounds) {
          const seen = rgb(ground).map((c, i) => c + (over[i] - c) * tint.opacity)
          for (const tone of ['critical', 'warning', 'offline'] as const) {
            const of = contrast(rgb(p.tones[tone]), seen)
            expect(of, `${tone} on ${ground} at ${height}°`).toBeGreaterThanOrEqual(3)
          }
          expect(contrast(rgb(p.text), seen), `text on ${ground} at ${height}°`).toBeGreaterThan(
            4.5,
          )
        }
      }
    },
  )

  it('is another one at night, at dusk, in the evening and at noon', () => {
    const lights = ['03:26', '08:30', '13:00', '18:45', '21:30'].map((time) =>
      daylight(sunHeight(at(time), LON, LAT), 'dark'),
    )
    expect(new Set(lights.map(({ tint }) => `${tint.color} ${tint.opacity}`)).size).toBe(4) // night is night
    expect(lights.map(({ warm }) => Number(warm.toFixed(1)))).toEqual([1, 0, 0, 0.3, 1])
  })

  it('lights no window before half past six', () => {
    expect(daylight(sunHeight(at('18:28'), LON, LAT), 'dark').warm).toBe(0)
    expect(daylight(sunHeight(at('18:50'), LON, LAT), 'dark').warm).toBeGreaterThan(0)
  })

  it('is drawn anew only when the sun has moved by a degree', () => {
    const watch = new DayWatch(LON, LAT)
    let drawn = 0
    for (let k = 0; k < 24 * 60; k++) if (watch.at(at('00:00') + k * MINUTE_MS, 'dark')) drawn++
    expect(drawn).toBeLessThan(330)
    expect(watch.at(at('23:59'), 'dark')).toBeNull()
    expect(watch.at(at('23:59'), 'light')).not.toBeNull()
  })
})
