// A zip whose bytes depend on what is in it alone: entries in the order given, one time for all, Unix permissions.
import { zipSync } from 'fflate'

export type ZipEntry = { path: string; bytes: Uint8Array; isProgram: boolean }

/** Zips know no time before it; every file carries this one. */
const TIME = '1980-01-01T00:00:00'
const UNIX = 3
const REGULAR = 0o100000
const LEVEL = 6

export function zipOf(entries: ZipEntry[]): Uint8Array {
  const mtime = new Date(TIME)
  return zipSync(
    Object.fromEntries(
      entries.map(({ path, bytes, isProgram }) => {
        const attrs = (REGULAR | (isProgram ? 0o755 : 0o644)) << 16
        return [path, [bytes, { level: LEVEL, mtime, os: UNIX, attrs }]]
      }),
    ),
  )
}
