// How large the page's type is, which the map follows.

/** The browser is asked again after so long, or once the frame is another: it would lay out the page for each answer. */
const ASK_MS = 30_000

let last = 1
let askedOf = ''
let askedAt = 0

/** Relative size of the page's type, 1 = 16 px. */
export function pageScale(): number {
  const root = document.documentElement
  const of = `${innerWidth} ${root.dataset.wall}`
  const now = performance.now()
  if (of !== askedOf || now - askedAt > ASK_MS) {
    last = Number.parseFloat(getComputedStyle(root).fontSize) / 16
    askedOf = of
    askedAt = now
  }
  return last
}
