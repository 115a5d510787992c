// Colours of the map in both themes (console.md's palette): low-contrast ground, states at 3:1 or more on it.
import type { ToneName } from '../store/assets/tones.ts'
import type { Theme } from '../view-state.ts'

export type MapPalette = {
  ground: string
  shadeLow: string
  shadeHigh: string
  /** Districts that are better or worse than usual, at the most. */
  shadeBetter: string
  shadeWorse: string
  border: string
  water: string
  bank: string
  /** Hills, parks and wetlands; airport and port. */
  green: string
  apron: string
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
  /** Lit windows; not the amber of a warning. */
  window: string
  /** Glow of the city from afar: its strength, and how far it covers what lies below it (0 = light is added). */
  glow: { strength: number; over: number }
  tones: Record<ToneName, string>
}

export const MAP_PALETTES: Record<Theme, MapPalette> = {
  dark: {
    ground: '#0a0e15',
    shadeLow: '#141d29',
    shadeHigh: '#213c5a',
    shadeBetter: '#123436',
    shadeWorse: '#3d2d14',
    border: '#3a5272',
    water: '#0d2f4c',
    bank: '#2b6592',
    green: '#13261f',
    apron: '#232a35',
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
    window: '#ffe9c4',
    glow: { strength: 0.95, over: 0.45 },
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
    ground: '#e6eaef',
    shadeLow: '#f3f2ee',
    shadeHigh: '#dcdbd5',
    shadeBetter: '#dcede8',
    shadeWorse: '#f5e6c6',
    border: '#a9bdd1',
    water: '#b9d9ef',
    bank: '#7fb0d3',
    green: '#dbe9d6',
    apron: '#dcdde2',
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
    window: '#7a4f2a',
    glow: { strength: 0.7, over: 1 },
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
