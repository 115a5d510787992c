// The map's style keeps the library's rules, which the page does not look at again each time it is opened.
import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec'
import { describe, expect, it } from 'vitest'
import { mapStyle } from '../../../../console/web/map/map-style.ts'
import { MAP_PALETTES } from '../../../../console/web/map/palette.ts'
import type { StyleInput } from '../../../../console/web/map/style-input.ts'

const nothing = { districts: [], water: [], rivers: [], areas: [], roads: [] }
const input = (theme: 'dark' | 'light', lang: 'zh' | 'en') =>
  ({
    city: { landmarks: [] },
    shapes: { ...nothing, labels: new Map(), bounds: [0, 0, 1, 1] },
    scopes: [],
    palette: MAP_PALETTES[theme],
    lang,
    scale: 1,
    tint: { color: 'rgb(0,2,8)', opacity: 0.4 },
  }) as unknown as StyleInput

describe('style of the map', () => {
  it.each([
    ['dark', 'zh'],
    ['light', 'en'],
  ] as const)('%s, in %s, keeps the rules', (theme, lang) => {
    const style = mapStyle(input(theme, lang))
    expect(style.layers.length).toBeGreaterThan(10)
    expect(validateStyleMin(style)).toEqual([])
  })

  it('would be found out if it did not', () => {
    const style = mapStyle(input('dark', 'zh'))
    const [first] = style.layers
    const broken = { ...style, layers: [{ ...first, paint: { 'background-color': 7 } }] }
    expect(validateStyleMin(broken as never)).not.toEqual([])
  })
})
