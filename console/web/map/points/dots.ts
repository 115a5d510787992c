// How large, how opaque and how loud an asset's dot is, by zoom and by how many there are.
import { TONES } from '../../store/assets/tones.ts'

/** Diameter in CSS px of a quiet dot: 1.6 at zoom 9, 5 at 13, 9 at 14, 14 at 17: from 14 on every kind has its shape. */
export function dotSize(zoom: number): number {
  if (zoom <= 13) return 1.6 + 3.4 * Math.max(-0.1, (zoom - 9) / 4)
  if (zoom <= 14) return 5 + 4 * (zoom - 13)
  return 9 + 5 * Math.min(1, (zoom - 14) / 3)
}

/** Many dots must be faint to stay readable, few may be solid; all become solid when zoomed in. */
export function dotAlpha(zoom: number, assets: number): number {
  const crowded = Math.min(0.8, Math.max(0.11, 22 / Math.sqrt(assets)))
  const near = Math.min(1, Math.max(0, (zoom - 9.5) / 4))
  return crowded + (0.9 - crowded) * near
}

/** About this many marks of one tone and kind can stand out at once on the whole city's map; critical ones more. */
const STANDING_OUT = 45
const STANDING_OUT_CRITICAL = 90
const CRITICAL = TONES.indexOf('critical')

/**
 * How far a tone stands out, 0–1: fully when few assets have it, hardly when many do (what is common is not
 * abnormal), fully again when zoomed in.
 */
export function emphasis(zoom: number, count: number, tone: number): number {
  const room = tone === CRITICAL ? STANDING_OUT_CRITICAL : STANDING_OUT
  const far = Math.min(1, (room / Math.max(1, count)) ** 0.75)
  const near = Math.min(1, Math.max(0, (zoom - 10.5) / 3))
  return far + (1 - far) * near
}

/** Rare kinds are drawn larger, so that thousands are not lost under a hundred thousand. */
export const rarity = (assets: number): number => (assets > 20_000 ? 1 : 1.5)

/** Zooms between which the glow of the city gives way to dots. */
const GLOW = { from: 10.2, to: 10.8 }

/** How much of what is quiet the glow stands for, 0–1: all of it from afar. */
export const glowPart = (zoom: number): number =>
  Math.min(1, Math.max(0, (GLOW.to - zoom) / (GLOW.to - GLOW.from)))
