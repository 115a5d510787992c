// How large the page's type is, which the map follows.

/** The browser is asked again after so long: it would lay out the page for each answer. */
const ASK_MS = 250

let last = 1
let askedAt = Number.NEGATIVE_INFINITY

/** Relative size of the page's type, 1 = 16 px. */
export function pageScale(): number {
  const now = performance.now()
  if (now - askedAt > ASK_MS) {
    last = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16
    askedAt = now
  }
  return last
}
