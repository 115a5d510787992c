// The oracle's exact decimals: sums, products, and the one division rounded half away from zero.
import { describe, expect, it } from 'vitest'
import {
  compare,
  decimalOf,
  minus,
  numberOf,
  plus,
  rounded,
  scaledTo,
  times,
} from '../../../audit/oracle/decimal.ts'

describe('a decimal', () => {
  it('is what the number’s text says, exponent or not', () => {
    expect(decimalOf(41.2)).toEqual({ units: 412n, places: 1 })
    expect(decimalOf(-0.0001)).toEqual({ units: -1n, places: 4 })
    expect(decimalOf(1e21)).toEqual({ units: 10n ** 21n, places: 0 })
    expect(decimalOf(1.5e-7)).toEqual({ units: 15n, places: 8 })
    expect(decimalOf(-0)).toEqual({ units: 0n, places: 0 })
    expect(() => decimalOf(Number.NaN)).toThrow(/NaN, expected a finite number/)
    expect(() => decimalOf(Number.POSITIVE_INFINITY)).toThrow(/finite/)
  })

  it('adds, subtracts and multiplies where doubles do not', () => {
    expect(0.1 + 0.2).not.toBe(0.3)
    expect(compare(plus(decimalOf(0.1), decimalOf(0.2)), decimalOf(0.3))).toBe(0)
    expect(1.1 * 1.1).not.toBe(1.21)
    expect(compare(times(decimalOf(1.1), decimalOf(1.1)), decimalOf(1.21))).toBe(0)
    expect(compare(minus(decimalOf(0.3), decimalOf(0.1)), decimalOf(0.2))).toBe(0)
    expect(compare(decimalOf(-1), decimalOf(0.5))).toBeLessThan(0)
  })

  it('is whole at enough places, else not', () => {
    expect(scaledTo(decimalOf(41.2), 3)).toBe(41_200n)
    expect(scaledTo(times(decimalOf(41.2), decimalOf(0.01)), 3)).toBe(412n)
    expect(scaledTo(times(decimalOf(41.25), decimalOf(0.01)), 3)).toBeNull()
  })

  it('goes back to the JSON number nearest to it', () => {
    expect(numberOf(-5n, 3)).toBe(-0.005)
    expect(numberOf(1_921_680n, 1)).toBe(192_168)
    for (const x of [0.1, 123.456, -7.000001, 9_007_199_254_740_991]) {
      const { units, places } = decimalOf(x)
      expect(numberOf(units, places)).toBe(x)
    }
  })
})

describe('the one division', () => {
  it('rounds half away from zero at the last place', () => {
    expect(rounded(1n, 3n, 6)).toBe(0.333333)
    expect(rounded(2n, 3n, 6)).toBe(0.666667)
    expect(rounded(1n, 2_000_000n, 6)).toBe(0.000001)
    expect(rounded(-1n, 2_000_000n, 6)).toBe(-0.000001)
    expect(rounded(1n, -2_000_000n, 6)).toBe(-0.000001)
    expect(rounded(4_999_999n, 10_000_000_000_000n, 6)).toBe(0)
    expect(rounded(0n, 5n, 6)).toBe(0)
  })

  it('has no result for nothing by nothing', () => {
    expect(rounded(0n, 0n, 6)).toBeNull()
    expect(rounded(7n, 0n, 6)).toBeNull()
  })
})
