// Smooth noise on the plane: the same for the same seed everywhere, with no table and no state.

/** Weight of each octave against the one before it, which is twice as wide. */
const PERSISTENCE = 0.55

/**
 * Value noise in −1..1, about 0 on average: random values on a lattice `wavelength` apart, blended smoothly, with
 * `octaves` finer ones added. `x`, `y` and `wavelength` are in one unit.
 */
export function fractalNoise(
  seed: number,
  x: number,
  y: number,
  wavelength: number,
  octaves: number,
): number {
  let sum = 0
  let weights = 0
  let weight = 1
  let step = wavelength
  for (let octave = 0; octave < octaves; octave++) {
    sum += weight * valueNoise(seed + octave, x / step, y / step)
    weights += weight
    weight *= PERSISTENCE
    step /= 2
  }
  return sum / weights
}

function valueNoise(seed: number, x: number, y: number): number {
  const i = Math.floor(x)
  const j = Math.floor(y)
  const u = blend(x - i)
  const v = blend(y - j)
  const low = latticeValue(seed, i, j) * (1 - u) + latticeValue(seed, i + 1, j) * u
  const high = latticeValue(seed, i, j + 1) * (1 - u) + latticeValue(seed, i + 1, j + 1) * u
  return low * (1 - v) + high * v
}

const blend = (t: number): number => t * t * (3 - 2 * t)

/** −1..1, by a mixing of bits (the finisher of MurmurHash3): neighbours have nothing in common. */
function latticeValue(seed: number, i: number, j: number): number {
  let h = Math.imul(seed | 0, 0x9e3779b1) ^ Math.imul(i, 0x85ebca6b) ^ Math.imul(j, 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  h ^= h >>> 16
  return (h >>> 0) / 2147483648 - 1
}
