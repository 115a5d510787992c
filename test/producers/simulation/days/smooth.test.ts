// The smooth line: through the values, never beyond them, as much in all as the hours say, and without kinks.
import { expect, it } from 'vitest'
import { below, stream } from '../../../../infra/random.ts'
import { BEYOND, fillSlopes, smoothAt } from '../../../../producers/simulation/days/smooth.ts'

const words = stream(1, 'smooth', 'test')
const STEPS = 200

function randomDay() {
  const hours = Array.from({ length: 24 }, () => below(words, 0, 100))
  const around = [...hours.slice(-BEYOND), ...hours, ...hours.slice(0, BEYOND)]
  const values = Float64Array.from(around)
  const slopes = new Float64Array(values.length)
  fillSlopes(values, slopes)
  return { values, at: (x: number) => smoothAt(values, slopes, x) }
}

it('keeps within its two values, and meets each', () => {
  for (let day = 0; day < 20; day++) {
    const { values, at } = randomDay()
    for (let k = BEYOND - 1; k < BEYOND + 24; k++) {
      expect(at(k)).toBe(values[k])
      const [low, high] = [values[k], values[k + 1]].sort((a, b) => a - b)
      for (let s = 1; s < STEPS; s++) {
        expect(at(k + s / STEPS)).toBeGreaterThanOrEqual(low - 1e-9)
        expect(at(k + s / STEPS)).toBeLessThanOrEqual(high + 1e-9)
      }
    }
  }
})

it('has the mean of its values over a whole day', () => {
  for (let day = 0; day < 20; day++) {
    const { values, at } = randomDay()
    let sum = 0
    for (let s = 0; s < 24 * STEPS; s++) sum += at(BEYOND - 0.5 + (s + 0.5) / STEPS)
    const wanted = values.slice(BEYOND, BEYOND + 24).reduce((a, b) => a + b, 0)
    expect(Math.abs(sum / STEPS - wanted) / wanted).toBeLessThan(1e-4)
  }
})

it('has no kink: its slope does not jump where two pieces meet', () => {
  const { at } = randomDay()
  const step = 1e-6
  for (let k = BEYOND; k < BEYOND + 24; k++) {
    const before = (at(k) - at(k - step)) / step
    const after = (at(k + step) - at(k)) / step
    expect(Math.abs(after - before)).toBeLessThan(0.01)
  }
})
