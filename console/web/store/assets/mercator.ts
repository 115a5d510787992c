// Web mercator in [0, 1], and the matrix shift that keeps far zooms steady in 32-bit floats.

export const mercatorX = (lon: number): number => lon / 360 + 0.5

export function mercatorY(lat: number): number {
  const sin = Math.sin((lat * Math.PI) / 180)
  return 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)
}

export const longitudeOf = (x: number): number => (x - 0.5) * 360

export function latitudeOf(y: number): number {
  return (Math.atan(Math.sinh((0.5 - y) * 2 * Math.PI)) * 180) / Math.PI
}

/** `matrix` × translate(x, y): computed in float64, handed to the GPU in float32. Column-major 4 × 4. */
export function translated(
  matrix: ArrayLike<number>,
  x: number,
  y: number,
  out: Float32Array,
): Float32Array {
  for (let i = 0; i < 12; i++) out[i] = matrix[i]
  for (let r = 0; r < 4; r++) out[12 + r] = matrix[r] * x + matrix[4 + r] * y + matrix[12 + r]
  return out
}
