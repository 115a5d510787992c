// The oracle's arithmetic: decimals as whole numbers of 10^-places. No float touches a value after it was read.

export type Decimal = { units: bigint; places: number }

const TEXT = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/

/** The decimal that a JSON number's shortest text names; throws for what is no number. */
export function decimalOf(x: number): Decimal {
  if (Number.isSafeInteger(x)) return { units: BigInt(x), places: 0 }
  const match = TEXT.exec(String(x))
  if (!match) throw new Error(`oracle: ${x}, expected a finite number`)
  const [, sign, whole, fraction = '', exponent = '0'] = match
  const places = fraction.length - Number(exponent)
  const units = BigInt(sign + whole + fraction)
  return places < 0 ? { units: units * ten(-places), places: 0 } : { units, places }
}

export function plus(a: Decimal, b: Decimal): Decimal {
  const places = Math.max(a.places, b.places)
  return { units: at(a, places) + at(b, places), places }
}

export function minus(a: Decimal, b: Decimal): Decimal {
  return plus(a, { units: -b.units, places: b.places })
}

export function times(a: Decimal, b: Decimal): Decimal {
  return { units: a.units * b.units, places: a.places + b.places }
}

/** Below 0, 0 or above 0, as a is less than, equal to or greater than b. */
export function compare(a: Decimal, b: Decimal): number {
  const { units } = minus(a, b)
  return units < 0n ? -1 : units > 0n ? 1 : 0
}

/** a × 10^places as a whole number; null when it is not whole. */
export function scaledTo(a: Decimal, places: number): bigint | null {
  if (a.places <= places) return at(a, places)
  const step = ten(a.places - places)
  return a.units % step === 0n ? a.units / step : null
}

/** units × 10^-places as the JSON number nearest to it. */
export function numberOf(units: bigint, places: number): number {
  if (places === 0) return Number(units)
  const digits = (units < 0n ? -units : units).toString().padStart(places + 1, '0')
  const sign = units < 0n ? '-' : ''
  return Number(`${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`)
}

/** top / bottom at `places` decimals, half away from zero; null for a bottom of 0. */
export function rounded(top: bigint, bottom: bigint, places: number): number | null {
  if (bottom === 0n) return null
  const isNegative = top < 0n !== bottom < 0n
  const a = (top < 0n ? -top : top) * ten(places)
  const b = bottom < 0n ? -bottom : bottom
  const rest = a % b
  const whole = a / b + (2n * rest >= b ? 1n : 0n)
  return numberOf(isNegative ? -whole : whole, places)
}

function at({ units, places }: Decimal, wanted: number): bigint {
  return wanted === places ? units : units * ten(wanted - places)
}

function ten(exponent: number): bigint {
  return 10n ** BigInt(exponent)
}
