// What goes wrong while the page runs is said, mended by itself where it can be, and never drawn half.
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { encodeState, OP_DELTA } from '../../console/messages.ts'
import { type RunningMock, startMock } from '../web-mock/server.ts'
import { launchBrowser } from './chrome.ts'
import { counters, openPage, textOf, until } from './page-harness.ts'
import { PIXELS_OF } from './pictures/pixels.ts'

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

/** What the page says of its connection and of the city's clock. */
const chip = `document.querySelector('.chip-live b')?.textContent`

describe('sleep', () => {
  it('of the server: the page says why the city stands; of the page: it dials anew at once, whatever its timers still wait for', async () => {
    const { page } = await openPage({ browser, url: mock.url })
    const { snapshots } = await counters(page)
    mock.sleep(3_600_000)
    await until(page, `${chip} === '睡眠后暂停'`)
    expect(await textOf(page.locator('.stage-note'))).toBe(
      '机器睡眠或停顿了 60 分，已暂停；按空格继续',
    )
    await page.keyboard.press('Space')
    await until(page, `${chip} === '实时'`)
    expect(await page.locator('.stage-note').count()).toBe(0)
    mock.mute()
    // As after a closed lid: the wall clock went on, timers did not.
    await page.evaluate('(() => { const now = Date.now; Date.now = () => now() + 600_000 })()')
    await until(page, 'window.__huacheng.counters().reconnects > 0')
    await until(page, `window.__huacheng.counters().snapshots > ${snapshots}`)
    await until(page, `${chip} === '实时'`)
  })
})

describe('a server that ends and begins again', () => {
  it('leaves the last picture, grey and called so, and comes back by itself', async () => {
    const { page } = await openPage({ browser, url: mock.url })
    const { snapshots } = await counters(page)
    const { port } = new URL(mock.url)
    await mock.close()
    await until(
      page,
      `(${banners}).includes('与服务器的连接已断开，正在重试。画面为最后已知状态。')`,
    )
    await page.locator('.map-panel.is-stale').waitFor()
    mock = await startMock({ scale: 0.02, port: Number(port) })
    await until(page, `window.__huacheng.counters().snapshots > ${snapshots}`)
    await until(page, `${chip} === '实时' && (${banners}) === ''`)
    expect(await page.locator('.map-panel.is-stale').count()).toBe(0)
  })
})

describe('a slow line and a slow machine', () => {
  it('show what is still on its way, then the city, and are never called live with old data', async () => {
    const { page } = await openPage({ browser, url: mock.url, ready: false })
    const debug = await page.context().newCDPSession(page)
    await debug.send('Emulation.setCPUThrottlingRate', { rate: 4 })
    await page.route('**/city-map*.js', async (route) => {
      await until(page, `document.querySelector('.map-note')?.textContent === '地图载入中…'`)
      await route.continue()
    })
    await page.reload({ waitUntil: 'commit' })
    await until(page, 'window.__huacheng?.ready === true')
    expect(await page.locator('.map-note').count()).toBe(0)
    const { deltas } = await counters(page)
    await until(page, `window.__huacheng.counters().deltas > ${deltas} + 3`)
    expect(await textOf(page.locator('.chip-live b'))).toBe('实时')
  })
})

describe('graphics that break off', () => {
  it('give way to the simplified map, which says so, and to a map made anew where they do not come back', async () => {
    const { page, faults } = await openPage({ browser, url: mock.url })
    await until(page, 'window.__huacheng.counters().renders >= 8')
    const lose = `document.querySelector('.maplibregl-canvas').getContext('webgl2').getExtension('WEBGL_lose_context').loseContext()`
    await page.evaluate(lose)
    await page.locator('.svg-map').waitFor()
    expect(await textOf(page.locator('.map-note'))).toBe('图形显示中断，正在恢复；暂以简化地图显示')
    await page.locator('.svg-map').waitFor({ state: 'detached' })
    await until(
      page,
      `(({ renders, drawn }) => renders > 0 && drawn === 2180)(window.__huacheng.counters())`,
    )
    expect(await page.locator('.map-note').count()).toBe(0)
    expect(faults.filter((fault) => fault.startsWith('page:'))).toEqual([])
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
  const [{ data: a }, { data: b }] = await (${PIXELS_OF})(pictures)
  let differing = 0
  for (let i = 0; i < a.length; i += 4) {
    if (Math.abs(a[i] - b[i]) + Math.abs(a[i + 1] - b[i + 1]) + Math.abs(a[i + 2] - b[i + 2]) > 30) differing++
  }
  return differing / (a.length / 4)
}`
