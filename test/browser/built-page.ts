// What the built page weighs, brotli as the build left it: all files, and the script of our own.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'

export const DIST = join(import.meta.dirname, '../../console/web/dist')
const TEXT = /\.(?:html|js|css|svg|json)$/
/** The map library with its worker, and the charts' library: not our own script. */
const LIBRARY = /maplibre|uplot/

/** Bytes by file name; throws when the page is not built. */
export function builtSizes(): Map<string, number> {
  const files = filesOf(DIST)
  const names = files.filter((name) => TEXT.test(name))
  if (!names.includes('index.html')) {
    throw new Error(`${DIST}: no index.html, expected the built page; run npm run build`)
  }
  return new Map(names.map((name) => [name, compressed(name, files)]))
}

/** Only a page over a recording asks for it. */
const REPLAY = /assets\/replay[^/]*\.js$/

export const isReplayScript = (name: string): boolean => REPLAY.test(name)

/** Only a page over a demo, which can record, asks for it. */
const RECORD = /assets\/record[^/]*\.js$/

export const isRecordScript = (name: string): boolean => RECORD.test(name)

/** Only a page whose readings another engine says asks for it. */
const OTHER_ENGINE = /assets\/other-engine[^/]*\.js$/

export const isOtherEngineScript = (name: string): boolean => OTHER_ENGINE.test(name)

/** Only a page over two recordings asks for it. */
const BESIDE = /assets\/beside[^/]*\.js$/

export const isBesideScript = (name: string): boolean => BESIDE.test(name)

/** What a live page can ever load of our own. */
export const isOwnScript = (name: string): boolean =>
  /\.js$/.test(name) &&
  ![LIBRARY, REPLAY, RECORD, OTHER_ENGINE, BESIDE].some((other) => other.test(name))

export function sizeOf(sizes: Map<string, number>, wanted: (name: string) => boolean): number {
  return [...sizes].filter(([name]) => wanted(name)).reduce((total, [, size]) => total + size, 0)
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
  } catch {
    throw new Error(`${folder}: not there, expected the built page; run npm run build`)
  }
}

function compressed(name: string, files: string[]): number {
  if (files.includes(`${name}.br`)) return readFileSync(join(DIST, `${name}.br`)).length
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11 }
  return brotliCompressSync(readFileSync(join(DIST, name)), { params }).length
}
