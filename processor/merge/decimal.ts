// Exact decimal arithmetic for the one division of a reading: no float touches a sum before it is rounded.

const PLACES = 6
const MILLION = 10n ** BigInt(PLACES)

/** A positive decimal such as 0.1 or 2.5 as a fraction, from its shortest text. */
export function fractionOf(decimal: number): { top: bigint; bottom: bigint } {
  const [whole, places = ''] = String(decimal).split('.')
  if (!/^\d+$/.test(whole) || !/^\d*$/.test(places)) {
    throw new Error(`fraction: ${decimal}, expected a positive decimal without an exponent`)
  }
  return { top: BigInt(whole + places), bottom: 10n ** BigInt(places.length) }
}

/** top / bottom rounded to 6 decimals, half away from zero; null when bottom is 0. */
export function roundedQuotient(top: bigint, bottom: bigint): number | null {
  if (bottom === 0n) return null
  const negative = top < 0n !== bottom < 0n
  const a = (top < 0n ? -top : top) * MILLION
  const b = bottom < 0n ? -bottom : bottom
  const rounded = (2n * a + b) / (2n * b)
  const value = Number(rounded) / Number(MILLION)
  return negative && rounded !== 0n ? -value : value
}
