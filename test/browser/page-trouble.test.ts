// What goes wrong while the page runs is said, mended by itself where it can be, and never drawn half.
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { encodeState, OP_DELTA } from '../../console/messages.ts'
import { type RunningMock, startMock } from '../web-mock/server.ts'
import { launchBrowser } from './chrome.ts'
import { counters, openPage, textOf, until } from './page-harness.ts'

let browser: Browser
let mock: RunningMock

beforeAll(async () => {
  browser = await launchBrowser()
})
beforeEach(async () => {
  mock = await startMock({ scale: 0.02 })
})
afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
  await mock.close()
})
afterAll(() => browser?.close())

const banners = `[...document.querySelectorAll('.banner')].map((b) => b.textContent).join()`

describe('first reads that fail', () => {
  it('are tried again, not before the server said, and what could not be drawn in between is not acknowledged', async () => {
    const busy = { status: 503, headers: { 'retry-after': '2' } }
    mock.fail('/api/catalogue/mock', busy, busy)
    mock.fail('/api/city', { status: 429, headers: { 'retry-after': '1' } })
    mock.fail('/api/opening', { status: 500 })
    const { page } = await openPage({ browser, url: mock.url, ready: false })
    await until(page, `(${banners}).includes('正在重试：GET api/catalogue/mock')`)
    // The server sends no more than two frames to a page that acknowledges none.
    expect((await counters(page)).frames).toBeLessThanOrEqual(3)
    await until(page, 'window.__huacheng.ready')
    const { drawn, snapshots, reconnects } = await counters(page)
    expect([drawn, snapshots, reconnects]).toEqual([2_180, 1, 0])
    await until(page, `!(${banners}).includes('正在重试')`)
    await page.locator('.alerts li').first().waitFor()
    await until(page, 'window.__huacheng.counters().deltas >= 3')
  })
})

describe('a message that cannot be drawn', () => {
  it('is shown, and the page goes on from a fresh snapshot', async () => {
    const { page } = await openPage({ browser, url: mock.url })
    const before = await counters(page)
    mock.sayToAll(
      encodeState({
        ...{ op: OP_DELTA, epoch: 41, seq: 9_999, simTime: 0 },
        number: Uint32Array.of(1_000_000),
        value: Uint16Array.of(0),
        state: Uint8Array.of(1),
      }),
    )
    await until(page, `(${banners}).includes('delta: asset 1000000, expected below ')`)
    await until(page, `window.__huacheng.counters().snapshots > ${before.snapshots}`)
    await until(page, `window.__huacheng.counters().deltas > ${before.deltas} + 3`)
    expect(await textOf(page.locator('.chip-live b'))).toBe('实时')
  })
})

describe('a screen of another density', () => {
  it('gets a map of its own density, and dots of the size they had', async () => {
    const { page } = await openPage({ browser, url: mock.url })
    await page.keyboard.press('Space')
    await until(page, `document.querySelector('.chip-live b').textContent === '已暂停'`)
    const debug = await page.context().newCDPSession(page)
    /** Share of the map that dots cover: what differs from the map without them. */
    const covered = async () => {
      const shot = async () => {
        const box = (await page.locator('.maplibregl-canvas').boundingBox())!
        const clip = { ...box, scale: 1 }
        return (await debug.send('Page.captureScreenshot', { clip, format: 'png' })).data
      }
      const settle = async (drawn: number) => {
        await until(page, `window.__huacheng.counters().drawn === ${drawn}`)
        await page.waitForTimeout(500)
      }
      await settle(2_180)
      const full = await shot()
      for (const key of ['Digit1', 'Digit2', 'Digit3', 'Digit4']) await page.keyboard.press(key)
      await settle(0)
      const bare = await shot()
      for (const key of ['Digit1', 'Digit2', 'Digit3', 'Digit4']) await page.keyboard.press(key)
      return (await page.evaluate(`(${SHARE_THAT_DIFFERS})('${full}', '${bare}')`)) as number
    }
    const canvas = () =>
      page.evaluate(`document.querySelector('.maplibregl-canvas').width`) as Promise<number>
    const [width, share] = [await canvas(), await covered()]
    expect(share).toBeGreaterThan(0.001)
    const metrics = { width: 1366, height: 768, mobile: false }
    await debug.send('Emulation.setDeviceMetricsOverride', { ...metrics, deviceScaleFactor: 2 })
    await until(page, `document.querySelector('.maplibregl-canvas').width === ${2 * width}`)
    // Four times the area if they had kept their size in pixels of the canvas.
    const ratio = (await covered()) / share
    expect(ratio).toBeGreaterThan(0.6)
    expect(ratio).toBeLessThan(1.6)
  })
})

const SHARE_THAT_DIFFERS = `async (...pictures) => {
  const [a, b] = await Promise.all(pictures.map(async (data) => {
    const image = new Image()
    image.src = 'data:image/png;base64,' + data
    await image.decode()
    const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height })
    const context = canvas.getContext('2d')
    context.drawImage(image, 0, 0)
    return context.getImageData(0, 0, canvas.width, canvas.height).data
  }))
  let differing = 0
  for (let i = 0; i < a.length; i += 4) {
    if (Math.abs(a[i] - b[i]) + Math.abs(a[i + 1] - b[i + 1]) + Math.abs(a[i + 2] - b[i + 2]) > 30) differing++
  }
  return differing / (a.length / 4)
}`
