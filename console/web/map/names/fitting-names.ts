// Which names of areas have room on a drawing: where two would lie on one another, the later keeps its sign alone.

/** Where a name stands (its middle, on its line), px; `sign` says what is wrong there. */
export type NameWish = { code: string; x: number; y: number; sign: string; name: string }

const LATIN_EM = 0.58
const LINE_EM = 1.3
/** From here on a sign is a square wide, as Chinese ones are. */
const FIRST_WIDE = '\u2500'

const widthOf = (text: string, type: number): number =>
  [...text].reduce((sum, sign) => sum + (sign >= FIRST_WIDE ? 1 : LATIN_EM), 0) * type

type NameLine = { left: number; right: number; y: number }
export type FittingName = { text: string; hasRoomBelow: boolean }

/**
 * What is written for each, by code, with type of so many px, and whether a line as long as `below` fits under it; areas
 * where something is wrong choose first.
 */
export function fittingNames(
  wishes: NameWish[],
  type: number,
  below: string,
): Map<string, FittingName> {
  const taken: NameLine[] = []
  const ordered = [...wishes].sort(signedFirst)
  const texts = ordered.map(({ x, y, sign, name }) =>
    [`${sign} ${name}`.trim(), sign].find((text) => take(taken, line(text, x, y, type), type)),
  )
  return new Map(
    ordered.map(({ code, x, y, name }, i) => {
      const text = texts[i] ?? ''
      const under = line(below, x, y + LINE_EM * type, type)
      const hasRoomBelow = text.endsWith(name) && take(taken, under, type)
      return [code, { text, hasRoomBelow }]
    }),
  )
}

function line(text: string, x: number, y: number, type: number): NameLine {
  const half = widthOf(text, type) / 2
  return { left: x - half, right: x + half, y }
}

/** Whether the line lies on no other; then it is one of them. */
function take(taken: NameLine[], { left, right, y }: NameLine, type: number): boolean {
  const isFree = taken.every(
    (other) => right < other.left || left > other.right || Math.abs(y - other.y) >= LINE_EM * type,
  )
  if (isFree) taken.push({ left, right, y })
  return isFree
}

const signedFirst = (a: NameWish, b: NameWish): number => Number(!a.sign) - Number(!b.sign)
