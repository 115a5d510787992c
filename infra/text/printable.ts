// Text from files and arguments as it may stand on a terminal: nothing in it moves the cursor, rings or hides.

/** Longer lines than this are somebody's bytes, not our words. */
const MOST_CHARACTERS = 4_000
/** Control characters, and those that turn the writing's direction round or have no width. */
const UNPRINTABLE = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu

/** Control characters as escapes, lines that are too long cut. */
export function printable(text: string): string {
  return text.split('\n').map(printableLine).join('\n')
}

function printableLine(line: string): string {
  const cut = line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}…` : line
  return cut.replace(UNPRINTABLE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
