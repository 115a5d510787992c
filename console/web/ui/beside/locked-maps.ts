// Keeps two maps looking at the same place: whichever is moved, the other follows at once.
import type { ShownMap } from '../../map/shown-map.ts'
import { latitudeOf, mercatorY } from '../../store/assets/mercator.ts'

type LockedMap = Pick<ShownMap, 'bounds' | 'showView' | 'watchView'>
/** Width of the map's frame, px. */
type Framed = { map: LockedMap; width(): number }

/** Px around the world at zoom 0. */
const WORLD_PX = 512

/** Where a map of that width looks that has these bounds in view. */
export function spotOfBounds([west, south, east, north]: number[], width: number) {
  const lat = latitudeOf((mercatorY(south) + mercatorY(north)) / 2)
  return {
    lon: (west + east) / 2,
    lat,
    zoom: Math.log2((width * 360) / (WORLD_PX * (east - west))),
  }
}

/** Until the answer is called. The second begins where the first is. */
export function lockMaps(a: Framed, b: Framed): () => void {
  let isFollowing = false
  const follow = (leader: Framed, follower: Framed) => () => {
    if (isFollowing || leader.width() === 0) return
    isFollowing = true
    follower.map.showView(spotOfBounds(leader.map.bounds(), leader.width()))
    isFollowing = false
  }
  // The first watch calls at once: the second then stands where the first does, and its own first call changes nothing.
  const stops = [a.map.watchView?.(follow(a, b)), b.map.watchView?.(follow(b, a))]
  return () => {
    for (const stop of stops) stop?.()
  }
}
