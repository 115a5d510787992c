// Where in a sorted row something begins, by halving.

/** First number below `count` for which `isBefore` does not hold; `count` when it holds for all. */
export function lowerBound(count: number, isBefore: (i: number) => boolean): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isBefore(middle)) low = middle + 1
    else high = middle
  }
  return low
}
