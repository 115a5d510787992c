// The oracle's sums: whole numbers of any size, per scope.

/** Whole numbers of 10^-decimals; `denominator` is 0 where the kind has none. */
export type Sum = { numerator: bigint; denominator: bigint; n: number }
/** By scope code, the districts' only; what is absent is zero. */
export type Sums = Map<string, Sum>

export const NOTHING: Sum = { numerator: 0n, denominator: 0n, n: 0 }

export function addTo(sums: Sums, scope: string, sum: Sum): void {
  sums.set(scope, sumOf(sums.get(scope) ?? NOTHING, sum))
}

export function sumOf(a: Sum, b: Sum): Sum {
  return {
    numerator: a.numerator + b.numerator,
    denominator: a.denominator + b.denominator,
    n: a.n + b.n,
  }
}

export function minusOf(a: Sum, b: Sum): Sum {
  return {
    numerator: a.numerator - b.numerator,
    denominator: a.denominator - b.denominator,
    n: a.n - b.n,
  }
}

export function isZero(sum: Sum): boolean {
  return sum.numerator === 0n && sum.denominator === 0n && sum.n === 0
}
