// What the height of the sun does to the map: a tint over the ground, and how warm the windows of the city are.
import type { Theme } from '../../view-state.ts'

export type Tint = { color: string; opacity: number }

export type Daylight = {
  /** Lies over ground, water and streets, below assets and names. */
  tint: Tint
  /** 0 by day to 1 at night: how far lit dots turn to the colour of windows. */
  warm: number
}

type Key = { height: number; rgb: [number, number, number]; opacity: number }

/** From night to day; between two of them both are mixed. Names and states must stay readable over each (a test holds it). */
const TINTS: Record<Theme, Key[]> = {
  dark: [
    { height: -10, rgb: [0, 2, 8], opacity: 0.42 },
    { height: -3, rgb: [26, 16, 34], opacity: 0.3 },
    { height: 3, rgb: [92, 52, 40], opacity: 0.18 },
    { height: 12, rgb: [74, 104, 140], opacity: 0.11 },
    { height: 60, rgb: [92, 128, 168], opacity: 0.115 },
  ],
  light: [
    { height: -10, rgb: [60, 78, 128], opacity: 0.08 },
    { height: -3, rgb: [92, 84, 128], opacity: 0.08 },
    { height: 3, rgb: [214, 134, 70], opacity: 0.115 },
    { height: 12, rgb: [255, 214, 150], opacity: 0.06 },
    { height: 60, rgb: [255, 255, 255], opacity: 0 },
  ],
}
/** Windows are lit while the sun is below the first, all of them below the second (degrees). */
const LAMPS = { from: 8.5, full: -4 }

export function daylight(height: number, theme: Theme): Daylight {
  const warm = Math.min(1, Math.max(0, (LAMPS.from - height) / (LAMPS.from - LAMPS.full)))
  return { tint: tintAt(TINTS[theme], height), warm }
}

/** Mixes what the eye gets, colour times opacity, so that a clear tint brings no colour of its own. */
function tintAt(keys: Key[], height: number): Tint {
  const next = keys.findIndex((key) => key.height > height)
  if (next === 0) return tintOf(keys[0].rgb, keys[0].opacity)
  const low = keys.at(next < 0 ? -1 : next - 1)!
  const high = next < 0 ? low : keys[next]
  const part = low === high ? 0 : (height - low.height) / (high.height - low.height)
  const opacity = low.opacity + (high.opacity - low.opacity) * part
  const of = (i: number) => {
    const seen = low.rgb[i] * low.opacity * (1 - part) + high.rgb[i] * high.opacity * part
    return opacity === 0 ? 0 : seen / opacity
  }
  return tintOf([of(0), of(1), of(2)], opacity)
}

function tintOf(rgb: number[], opacity: number): Tint {
  return { color: `rgb(${rgb.map(Math.round).join(',')})`, opacity }
}
