// Which assets are named on the map from near, and where their names stand: what is wrong first, none on another.
import { type Box, isWithin, overlap } from '../callouts/callout-layout.ts'

/** An asset on the screen, px of the map's frame; `rank` 0 = named first. */
export type NearAsset = { number: number; x: number; y: number; rank: number }
export type PlacedName = { number: number; x: number; y: number }

/** From this zoom on there is room for names. */
export const NAMES_FROM_ZOOM = 14.5
/** As many as the server names at once. */
const MOST_NAMES = 20
/** Below its asset, px. */
const BELOW_PX = 9

/** Those that are named: within the frame, the most important first. */
export function namedAssets(
  assets: Iterable<NearAsset>,
  frame: { width: number; height: number },
): NearAsset[] {
  return [...assets]
    .filter(({ x, y }) => x >= 0 && y >= 0 && x <= frame.width && y <= frame.height)
    .sort((a, b) => a.rank - b.rank || a.number - b.number)
    .slice(0, MOST_NAMES)
}

/** Names of these sizes below their assets; one that would lie on another, on what is `taken` or over the edge is left out. */
export function placeNames(
  assets: NearAsset[],
  sizeOf: (number: number) => { width: number; height: number } | null,
  frame: { width: number; height: number },
  taken: Box[],
): PlacedName[] {
  const boxes = [...taken]
  return assets.flatMap(({ number, x, y }) => {
    const size = sizeOf(number)
    if (!size) return []
    const box = { x: x - size.width / 2, y: y + BELOW_PX, ...size }
    if (!isWithin(box, frame) || boxes.some((other) => overlap(box, other))) return []
    boxes.push(box)
    return [{ number, x: box.x, y: box.y }]
  })
}
