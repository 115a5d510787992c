// How large the page's type is, which the map follows.

/** Relative size of the page's type, 1 = 16 px. */
export const pageScale = (): number =>
  Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16
