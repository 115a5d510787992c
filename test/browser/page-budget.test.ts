// What a browser downloads before the city moves stays small: measured on the built page, brotli.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'

const DIST = join(import.meta.dirname, '../../console/web/dist')
const TOTAL_BUDGET = 450_000
const OWN_BUDGET = 60_000
const TEXT = /\.(?:html|js|css|svg)$/

function files(): string[] {
  try {
    return readdirSync(DIST, { recursive: true, encoding: 'utf8' })
  } catch {
    throw new Error(`${DIST}: not there, expected the built page; run npm run build`)
  }
}

const compressed = (name: string): number => {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11 }
  const listed = files()
  if (listed.includes(`${name}.br`)) return readFileSync(join(DIST, `${name}.br`)).length
  return brotliCompressSync(readFileSync(join(DIST, name)), { params }).length
}

describe('built page', () => {
  let sizes: Map<string, number>

  beforeAll(() => {
    const names = files().filter((name) => TEXT.test(name))
    if (!names.includes('index.html')) {
      throw new Error(`${DIST}: no index.html, expected the built page; run npm run build`)
    }
    sizes = new Map(names.map((name) => [name, compressed(name)]))
  })

  const sum = (wanted: (name: string) => boolean) =>
    [...sizes].filter(([name]) => wanted(name)).reduce((total, [, size]) => total + size, 0)

  it('weighs at most 450 kB in all', () => {
    expect(sum(() => true)).toBeLessThanOrEqual(TOTAL_BUDGET)
  })

  it('has at most 60 kB of own script beside the map library', () => {
    const own = sum((name) => /assets\/(?:index|city-map)-[^/]*\.js$/.test(name))
    expect(own).toBeGreaterThan(10_000)
    expect(own).toBeLessThanOrEqual(OWN_BUDGET)
  })

  it('keeps the map library out of the first script, so that the shell stands before it', () => {
    const html = readFileSync(join(DIST, 'index.html'), 'utf8')
    const scripts = [...html.matchAll(/(?:src|href)="\.\/([^"]+\.js)"/g)].map((m) => m[1])
    expect(scripts.length).toBe(1)
    expect(sizes.get(scripts[0])).toBeLessThanOrEqual(OWN_BUDGET)
  })

  it('asks nobody else for anything', () => {
    for (const name of sizes.keys()) {
      if (!/\.(?:html|css)$/.test(name)) continue
      const text = readFileSync(join(DIST, name), 'utf8')
      expect([name, text.match(/(?:src|href)="https?:|url\(["']?https?:|@import/)]).toEqual([
        name,
        null,
      ])
    }
  })
})
