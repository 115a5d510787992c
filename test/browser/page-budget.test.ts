// What a browser downloads before the city moves stays small: measured on the built page, brotli.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  builtSizes,
  DIST,
  isBesideScript,
  isOtherEngineScript,
  isOwnScript,
  isRecordScript,
  isReplayScript,
  sizeOf,
} from './built-page.ts'

const TOTAL_BUDGET = 480_000
const OWN_BUDGET = 90_000
const REPLAY_BUDGET = 8_000
const RECORD_BUDGET = 2_000
const BESIDE_BUDGET = 9_000
const OTHER_ENGINE_BUDGET = 2_000

describe('built page', () => {
  let sizes: Map<string, number>

  beforeAll(() => {
    sizes = builtSizes()
  })

  it('weighs at most 480 kB in all', () => {
    expect(sizeOf(sizes, () => true)).toBeLessThanOrEqual(TOTAL_BUDGET)
  })

  /** What the page's file names: scripts that run, and scripts that are fetched beside them. */
  const named = (tag: RegExp) => {
    const tags = readFileSync(join(DIST, 'index.html'), 'utf8').match(/<(?:script|link)[^>]*>/g)
    return (tags ?? [])
      .filter((it) => tag.test(it))
      .map((it) => /"\.\/([^"]+)"/.exec(it)?.[1] ?? '')
  }
  /** What runs first, with all that it waits for; the map follows, and later the parts that nobody waits for. */
  const firstScripts = () => {
    const files = new Set(named(/<script/))
    for (const file of files) {
      const text = readFileSync(join(DIST, file), 'utf8')
      for (const [, it] of text.matchAll(/(?:import|from)"\.\/([^"]+\.js)"/g)) {
        files.add(`assets/${it}`)
      }
    }
    return [...files]
  }

  it('has at most 90 kB of own script that a live page can ever load, with the parts that come later', () => {
    const own = sizeOf(sizes, isOwnScript)
    expect(own).toBeGreaterThan(10_000)
    expect(own).toBeLessThanOrEqual(OWN_BUDGET)
  })

  it('has at most 8 kB that only a page over a recording loads, in files of its own', () => {
    const replay = [...sizes.keys()].filter(isReplayScript)
    expect(replay.length).toBeGreaterThan(0)
    expect(sizeOf(sizes, isReplayScript)).toBeLessThanOrEqual(REPLAY_BUDGET)
    // No other file waits for it: one expression of the page's script asks for it, when a replay is shown.
    for (const name of [...sizes.keys()].filter(isOwnScript)) {
      const text = readFileSync(join(DIST, name), 'utf8')
      expect([name, text.match(/(?:from|import)"[^"]*\/replay/)]).toEqual([name, null])
    }
    expect(firstScripts().filter(isReplayScript)).toEqual([])
  })

  it('has at most 2 kB that only a page over a demo loads, to record, in files of its own', () => {
    const record = [...sizes.keys()].filter(isRecordScript)
    expect(record.length).toBeGreaterThan(0)
    expect(sizeOf(sizes, isRecordScript)).toBeLessThanOrEqual(RECORD_BUDGET)
    for (const name of [...sizes.keys()].filter(isOwnScript)) {
      const text = readFileSync(join(DIST, name), 'utf8')
      expect([name, text.match(/(?:from|import)"[^"]*\/record/)]).toEqual([name, null])
    }
    expect(firstScripts().filter(isRecordScript)).toEqual([])
  })

  it('has at most 2 kB that only a page over readings of another engine loads, in files of its own', () => {
    const other = [...sizes.keys()].filter(isOtherEngineScript)
    expect(other.length).toBeGreaterThan(0)
    expect(sizeOf(sizes, isOtherEngineScript)).toBeLessThanOrEqual(OTHER_ENGINE_BUDGET)
    for (const name of [...sizes.keys()].filter(isOwnScript)) {
      const text = readFileSync(join(DIST, name), 'utf8')
      expect([name, text.match(/(?:from|import)"[^"]*\/other-engine/)]).toEqual([name, null])
    }
    expect(firstScripts().filter(isOtherEngineScript)).toEqual([])
  })

  it('has at most 9 kB that only a page over two recordings loads, in files of its own that a replay asks for', () => {
    const beside = [...sizes.keys()].filter(isBesideScript)
    expect(beside.length).toBeGreaterThan(0)
    expect(sizeOf(sizes, isBesideScript)).toBeLessThanOrEqual(BESIDE_BUDGET)
    for (const name of [...sizes.keys()].filter(isOwnScript)) {
      const text = readFileSync(join(DIST, name), 'utf8')
      expect([
        name,
        text.match(/[^"`]*assets\/beside|(?:from|import)\(?["`][^"`]*\/beside/),
      ]).toEqual([name, null])
    }
  })

  it('keeps the map library out of the first script, so that the shell stands before it', () => {
    const first = firstScripts()
    expect(first.length).toBeGreaterThan(0)
    expect(first.filter((name) => name.includes('maplibre'))).toEqual([])
  })

  it('asks for the map with the page, behind it', () => {
    const ahead = named(/rel="modulepreload".*fetchpriority="low"/)
    const map = [...sizes.keys()].filter((name) => /city-map.*\.js$/.test(name))
    expect([map.length, ahead.sort()]).toEqual([3, map.sort()])
  })

  it('carries the map library once: page and worker load the same file of what both need', () => {
    const files = [...sizes].filter(([name]) => /maplibre.*\.js$/.test(name))
    const total = files.reduce((sum, [, size]) => sum + size, 0)
    expect([files.length > 1, total < 290_000]).toEqual([true, true])
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
