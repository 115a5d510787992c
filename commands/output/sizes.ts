// Sizes as people read them.

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']

/** `1.2 GB`: decimal units, two significant digits below ten. */
export function sizeText(bytes: number): string {
  let size = bytes
  let unit = 0
  while (size >= 999.5 && unit < UNITS.length - 1) {
    size /= 1000
    unit++
  }
  return `${size < 9.95 && unit > 0 ? size.toFixed(1) : Math.round(size)} ${UNITS[unit]}`
}

/** `1 topic`, `18 topics`, `1,234 records`. */
export function counted(count: number | bigint, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${Number(count) === 1 ? '' : 's'}`
}
