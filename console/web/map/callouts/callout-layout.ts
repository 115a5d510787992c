// Where labels with a leader line stand on the map: beside what they speak of, over nothing that another one needs.

export type Box = { x: number; y: number; width: number; height: number }
/** What a label points at, in px of the map's frame, and how large the label is; most important first. */
export type CalloutWish = { id: string; x: number; y: number; width: number; height: number }
/** `box` is the label; the line goes from the point to the near edge of it. */
export type PlacedCallout = { id: string; x: number; y: number; box: Box; line: [number, number] }

/** At once, at most. */
export const MOST_CALLOUTS = 4
/** From the point to the label, px: near first. */
const DISTANCES = [34, 60, 96, 140]
/** Right and above first: a line that rises is followed most easily. */
const SIDES: [number, number][] = [
  [1, -1],
  [-1, -1],
  [1, 1],
  [-1, 1],
]
const GAP = 6
/** Points keep so much room, px. */
const POINT_ROOM = 14

/** What does not fit is left out; `taken` are other things over the map. */
export function placeCallouts(
  wishes: CalloutWish[],
  frame: { width: number; height: number },
  taken: Box[],
): PlacedCallout[] {
  const inView = wishes
    .filter(({ x, y }) => x >= 0 && y >= 0 && x <= frame.width && y <= frame.height)
    .slice(0, MOST_CALLOUTS)
  const points = inView.map(({ x, y }) => around(x, y))
  const placed: PlacedCallout[] = []
  for (const wish of inView) {
    const others = [...taken, ...points, ...placed.map(({ box }) => box)]
    const box = candidates(wish).find(
      (it) => isWithin(it, frame) && !others.some((other) => overlap(it, other)),
    )
    if (box) placed.push({ id: wish.id, x: wish.x, y: wish.y, box, line: nearEdge(wish, box) })
  }
  return placed
}

function candidates({ x, y, width, height }: CalloutWish): Box[] {
  return DISTANCES.flatMap((far) =>
    SIDES.map(([right, down]) => ({
      x: right > 0 ? x + far : x - far - width,
      y: down > 0 ? y + far * 0.6 : y - far * 0.6 - height,
      width,
      height,
    })),
  )
}

const around = (x: number, y: number): Box => ({
  x: x - POINT_ROOM,
  y: y - POINT_ROOM,
  width: 2 * POINT_ROOM,
  height: 2 * POINT_ROOM,
})

function nearEdge({ x, y }: CalloutWish, box: Box): [number, number] {
  return [box.x > x ? box.x : box.x + box.width, box.y > y ? box.y : box.y + box.height]
}

export const isWithin = (box: Box, frame: { width: number; height: number }): boolean =>
  box.x >= GAP &&
  box.y >= GAP &&
  box.x + box.width <= frame.width - GAP &&
  box.y + box.height <= frame.height - GAP

/** Whether two boxes come nearer to each other than the gap between labels. */
export const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width + GAP &&
  b.x < a.x + a.width + GAP &&
  a.y < b.y + b.height + GAP &&
  b.y < a.y + a.height + GAP

/** What else lies over the map, as `selector` names it, in px of the map's frame. */
export function boxesOver(panel: HTMLElement, selector: string): Box[] {
  const { left, top } = panel.getBoundingClientRect()
  return [...panel.querySelectorAll(selector)].map((other) => {
    const { x, y, width, height } = other.getBoundingClientRect()
    return { x: x - left, y: y - top, width, height }
  })
}
