// Colours of the map in both themes (console.md's palette): low-contrast ground, states at 3:1 or more on it.
import type { ToneName } from '../store/assets/tones.ts'
import type { Theme } from '../view-state.ts'

export type MapPalette = {
  ground: string
  shadeLow: string
  shadeHigh: string
  border: string
  outline: string
  water: string
  /** Streets; arterials and trunk roads; what lies beside those two. */
  road: string
  roadMain: string
  roadTrunk: string
  roadCasing: string
  text: string
  muted: string
  halo: string
  accent: string
  warning: string
  critical: string
  tones: Record<ToneName, string>
}

export const MAP_PALETTES: Record<Theme, MapPalette> = {
  dark: {
    ground: '#0b1220',
    shadeLow: '#15253a',
    shadeHigh: '#204266',
    border: '#3a5272',
    outline: '#4d688c',
    water: '#07111f',
    road: '#2c4159',
    roadMain: '#3f5a7a',
    roadTrunk: '#5b7899',
    roadCasing: '#0f1a2b',
    text: '#e6edf7',
    muted: '#9fb0c7',
    halo: '#0b1220',
    accent: '#5cc8ff',
    warning: '#f4c735',
    critical: '#fd4e2c',
    tones: {
      none: '#5d6c82',
      normal: '#63e3da',
      warning: '#f4c735',
      critical: '#fd4e2c',
      offline: '#8795aa',
      muted: '#7e93b0',
    },
  },
  light: {
    ground: '#f4f6fa',
    shadeLow: '#e3ebf3',
    shadeHigh: '#c6d7e8',
    border: '#a9bdd1',
    outline: '#8ba3bb',
    water: '#f7fafd',
    road: '#c3cfdb',
    roadMain: '#ffffff',
    roadTrunk: '#ffffff',
    roadCasing: '#a3b3c4',
    text: '#17212f',
    muted: '#52627a',
    halo: '#ffffff',
    accent: '#0b63a5',
    warning: '#a26003',
    critical: '#9b0b14',
    tones: {
      none: '#8d99aa',
      normal: '#15485e',
      warning: '#a26003',
      critical: '#9b0b14',
      offline: '#657184',
      muted: '#5f7690',
    },
  },
}

/** `#rrggbb` as three fractions. */
export function rgb(hex: string): [number, number, number] {
  const n = Number.parseInt(hex.slice(1), 16)
  return [(n >> 16) / 255, ((n >> 8) & 255) / 255, (n & 255) / 255]
}
