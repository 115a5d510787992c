// Callouts on the map: at most four, within the frame, none over another one, over a point or over what stands there.
import { describe, expect, it } from 'vitest'
import {
  type Box,
  type CalloutWish,
  MOST_CALLOUTS,
  overlap,
  placeCallouts,
} from '../../../../console/web/map/callouts/callout-layout.ts'

const FRAME = { width: 780, height: 560 }

function wishes(count: number, seed: number): CalloutWish[] {
  let state = seed
  const random = () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return state / 2 ** 32
  }
  return Array.from({ length: count }, (_, i) => ({
    id: `f${i}`,
    x: random() * FRAME.width,
    y: random() * FRAME.height,
    width: 220,
    height: 40,
  }))
}

describe('callouts', () => {
  it('never overlap each other, a point or what else stands over the map, wherever they point', () => {
    const legend: Box = { x: 8, y: 8, width: 180, height: 540 }
    let placed = 0
    for (let seed = 1; seed <= 200; seed++) {
      const asked = wishes(6, seed)
      const callouts = placeCallouts(asked, FRAME, [legend])
      placed += callouts.length
      expect(callouts.length).toBeLessThanOrEqual(MOST_CALLOUTS)
      const boxes = callouts.map(({ box }) => box)
      for (const [i, box] of boxes.entries()) {
        expect(overlap(box, legend)).toBe(false)
        expect(boxes.slice(i + 1).some((other) => overlap(box, other))).toBe(false)
        expect(box.x >= 0 && box.y >= 0).toBe(true)
        expect(box.x + box.width <= FRAME.width && box.y + box.height <= FRAME.height).toBe(true)
        for (const { x, y } of callouts) {
          const inside = x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height
          expect(inside).toBe(false)
        }
      }
    }
    expect(placed).toBeGreaterThan(600)
  })

  it('keep their order, and leave out what is not in view', () => {
    const [a, b] = wishes(2, 7)
    const out = { ...a, id: 'out', x: -20 }
    expect(placeCallouts([out, b, a], FRAME, []).map(({ id }) => id)).toEqual(['f1', 'f0'])
  })
})
