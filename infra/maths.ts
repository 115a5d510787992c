// The one door to functions whose bits ECMAScript leaves to the engine. The Node major is pinned, so
// equal seeds give equal bytes; anything that reaches an event must come through here and be rounded.

export const ln = Math.log
export const exp = Math.exp
export const sin = Math.sin
export const cos = Math.cos
export const power = Math.pow

/** Rounds half away from zero at `decimals` places (0-12); the result prints without a float tail. */
export function roundTo(value: number, decimals: number): number {
  const scale = 10 ** decimals
  const scaled = Math.abs(value) * scale
  const whole = Math.floor(scaled + 0.5 + 1e-9)
  const rounded = whole / scale
  return value < 0 ? -rounded : rounded
}

/** A smooth field at (x, y), in steps of a grid: bilinear between its knots, whose values `knot` gives at whole steps. */
export function blended(x: number, y: number, knot: (x: number, y: number) => number): number {
  const west = Math.floor(x)
  const south = Math.floor(y)
  const right = x - west
  const up = y - south
  const low = knot(west, south) * (1 - right) + knot(west + 1, south) * right
  const high = knot(west, south + 1) * (1 - right) + knot(west + 1, south + 1) * right
  return low * (1 - up) + high * up
}
