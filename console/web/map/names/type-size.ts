// How large names on the map are written.

/** Nothing smaller can be read from a chair, in px. */
const LEAST_PX = 12

/** Type of `px` on a page of relative size `scale`. */
export const typeSize = (px: number, scale: number): number => Math.max(LEAST_PX, px * scale)
