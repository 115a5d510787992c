// A shared stretch plays from a disk: the same screen, its last readings those that were recorded, and nothing asked of anybody.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gunzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readValues } from '../../commands/options/options.ts'
import { share } from '../../commands/replay/share/share.ts'
import type { Tape } from '../../commands/replay/share/tape.ts'
import { isoTime } from '../../infra/time.ts'
import type { KpiReading } from '../../processor/contract/types.ts'
import { finalsOf } from '../../replay/diff/final-cells.ts'
import { Recording } from '../../replay/recording/recording.ts'
import { recordSmallRun } from '../replay/small-recording.ts'
import { launchBrowser } from './chrome.ts'

const scratch = mkdtempSync(join(tmpdir(), 'huacheng-share-'))
const file = join(scratch, 'demo.html')
const MOST_BYTES = 12e6
const PATIENT = { timeout: 20_000 }
let browser: Browser
let page: Page
let finals: Map<string, KpiReading>
let end: number
const asked: string[] = []
const errors: string[] = []

beforeAll(async () => {
  const { world } = await recordSmallRun(join(scratch, 'run'), 'gz', { for: 'PT6M' })
  const from = world.scenario.start + 120_000
  end = from + 150_000
  const times = ['--from', isoTime(from), '--to', isoTime(end), '--speed', '10']
  await share.run(readValues(share, [join(scratch, 'run'), ...times, '--out', file]))
  const recording = await Recording.open(join(scratch, 'run'))
  finals = await finalsOf(recording)
  await recording.close()
  browser = await launchBrowser()
  page = await browser.newPage({ viewport: { width: 1366, height: 768 } })
  page.on('request', (request) => asked.push(request.url()))
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  await page.goto(`${pathToFileURL(file).href}?test=1`)
})
afterAll(async () => {
  await browser?.close()
  rmSync(scratch, { recursive: true })
})

it('is one file of a few megabytes', () => {
  expect(statSync(file).size).toBeLessThan(MOST_BYTES)
  expect(statSync(file).size).toBeGreaterThan(500_000)
})

it('shows the map and plays up to its end, where the clock stands', async () => {
  await page.locator('canvas.maplibregl-canvas').waitFor()
  await page.waitForFunction(
    (time) => document.querySelector('.sim-time')?.textContent?.includes(time),
    new Date(end + 8 * 3_600_000).toISOString().slice(11, 16),
    { timeout: 60_000 },
  )
  expect(await page.locator('.tile').count()).toBeGreaterThan(4)
})

it('carries final readings as they were recorded, cell by cell', () => {
  const packed = /id="shared-tape">([^<]+)/.exec(readFileSync(file, 'utf8'))![1]
  const tape = JSON.parse(gunzipSync(Buffer.from(packed, 'base64')).toString()) as Tape
  const said = tape.messages.flatMap(([, message]) =>
    typeof message === 'string' ? readingsIn(JSON.parse(message)) : [],
  )
  const windows = said.filter(({ final, window }) => final && window.kind === 'window')
  expect(windows.length).toBeGreaterThan(50)
  for (const { kpi, window, scopes } of windows) {
    expect(scopes, kpi).toEqual(finals.get(`${kpi} ${window.kind} ${window.start}`)!.scopes)
  }
})

/** Wherever they stand in a message. */
function readingsIn(message: unknown): KpiReading[] {
  if (typeof message !== 'object' || message === null) return []
  if ('kpi' in message && 'window' in message && 'scopes' in message) return [message as KpiReading]
  return Object.values(message).flatMap(readingsIn)
}

it('asks nobody, fails nowhere, and stays alive when it is over', async () => {
  await page.waitForTimeout(7_000)
  expect(await page.locator('.app').textContent()).not.toMatch(/disconnected|已断开|stale|停滞/)
  expect(asked.filter((url) => !/^(?:blob|data):/.test(url))).toEqual([
    `${pathToFileURL(file).href}?test=1`,
  ])
  expect(errors).toEqual([])
})

/** Seconds of the city's clock since the stretch began, as the header says it. */
const second = () =>
  page.evaluate(() => {
    const [h, m, s] = document.querySelector('.sim-time')!.textContent!.split(':').map(Number)
    return 3600 * h + 60 * m + s
  })
const isPlaying = async () => (await page.locator('.play').textContent()) === '❚❚'
const secondOf = (time: number) => ((time + 8 * 3_600_000) / 1000) % 86_400

it('pauses, seeks back and forward, goes at another speed and plays to its end again', async () => {
  const start = end - 150_000
  expect(await isPlaying()).toBe(false)
  const track = page.locator('.replay-track')
  // Back to the beginning, where it stands: what comes later is not known there.
  await track.press('Home')
  await expect.poll(second, PATIENT).toBe(secondOf(start))
  const windowOf = () => page.locator('.tile-foot .tile-age').first().textContent()
  await page.keyboard.press('KeyC')
  await expect.poll(second, PATIENT).toBe(secondOf(start + 60_000))
  expect(await isPlaying()).toBe(false)
  const there = await second()
  await page.waitForTimeout(1_500)
  expect(await second()).toBe(there)
  expect(await windowOf()).not.toBe('')
  // A click in the middle of the track.
  const box = (await track.boundingBox())!
  await page.mouse.click(box.x + box.width * 0.2, box.y + 8)
  await expect.poll(second, PATIENT).toBeLessThan(there)
  expect(Math.abs((await second()) - secondOf(start + 30_000))).toBeLessThanOrEqual(3)
  await page.locator('.speeds select').selectOption('60')
  await page.keyboard.press('Space')
  await expect.poll(isPlaying, PATIENT).toBe(true)
  await expect.poll(second, PATIENT).toBeGreaterThan(secondOf(start + 90_000))
  await page.keyboard.press('Space')
  await expect.poll(isPlaying, PATIENT).toBe(false)
  expect(await second()).toBeLessThanOrEqual(secondOf(end))
  await page.keyboard.press('Comma')
  await expect
    .poll(() => page.locator('.speeds-note').textContent(), PATIENT)
    .toContain('single events')
  // At its end it begins again.
  await track.press('End')
  await expect.poll(second, PATIENT).toBe(secondOf(end))
  await page.keyboard.press('Space')
  await expect.poll(second, PATIENT).toBeLessThan(secondOf(start + 100_000))
  expect(await page.locator('.tile').count()).toBeGreaterThan(4)
  expect(errors).toEqual([])
}, 120_000)
