// What an operator starts and ends on the page: an incident by its form, from the choice of a place to the city's answer; and a walk's steps.
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type RunningMock, startMock } from '../web-mock/server.ts'
import { launchBrowser } from './chrome.ts'
import { accessibilityFaults, openPage, overflows, textOf, until } from './page-harness.ts'

let browser: Browser
let mock: RunningMock

beforeAll(async () => {
  browser = await launchBrowser()
  mock = await startMock({ scale: 0.05 })
})

afterEach(async () => {
  for (const context of browser.contexts()) await context.close()
})

afterAll(async () => {
  await browser?.close()
  await mock?.close()
})

const says = (page: Page, selector: string, word: string) =>
  until(page, `document.querySelector('${selector}')?.textContent.includes('${word}')`)

describe('incidents', () => {
  it('are listed with kind, place and time, known before the page was opened', async () => {
    const { page, faults } = await openPage({ browser, url: mock.url })
    const item = page.locator('.incident').first()
    expect(await textOf(item)).toMatch(/蜂群 戊区红色 · \d\d:\d\d 起，至 \d\d:\d\d/)
    expect(faults).toEqual([])
  })

  it('are started by keys alone, and ended by a button', async () => {
    const { page, faults } = await openPage({ browser, url: mock.url, hash: 'd=990103' })
    await page.keyboard.press('KeyI')
    const form = page.locator('.incident-form')
    await form.locator('.primary').waitFor()
    expect(await form.locator('#place-district').inputValue()).toBe('990103')
    // Bounds, unit and default stand at the field.
    expect(await textOf(form.locator('.field', { hasText: '蜂数' }))).toContain('1–900 件，默认 40')
    expect(await textOf(form.locator('.field', { hasText: '歇脚' }))).toContain('10 分钟–12 小时')
    // Whoever comes by keys reaches it only once it can be pressed.
    await form.locator('.primary:enabled').waitFor()
    await form.locator('.primary').focus()
    await page.keyboard.press('Enter')
    await says(page, '.incident-form', '已生效')
    await form.locator('.panel-head button').focus()
    await page.keyboard.press('Escape')
    const started = page.locator('.incident', { hasText: '丙区' })
    await started.locator('button', { hasText: '结束' }).click()
    await until(
      page,
      `[...document.querySelectorAll('.incident.is-over')].some((e) => e.textContent.includes('丙区'))`,
    )
    expect(faults).toEqual([])
  })

  it('take a point of the map, and show why the city refuses', async () => {
    const { page } = await openPage({ browser, url: mock.url })
    await page.locator('.incidents .panel-head button').click()
    const form = page.locator('.incident-form')
    await form.getByText('地图取点').click()
    const before = await form.locator('#place-lon').inputValue()
    const box = (await page.locator('.maplibregl-canvas').boundingBox())!
    const [x, y] = [box.x + box.width * 0.7, box.y + box.height * 0.3]
    await until(
      page,
      `(document.querySelector('.maplibregl-canvas').dispatchEvent(new MouseEvent('mousemove', { clientX: ${x}, clientY: ${y}, bubbles: true })), document.querySelector('.maplibregl-canvas').style.cursor === 'crosshair')`,
    )
    await page.mouse.click(x, y)
    await expect.poll(() => form.locator('#place-lon').inputValue()).not.toBe(before)
    expect(await page.locator('.district-chip').count()).toBe(0)
    await form.locator('#place-km').fill('60')
    await form.locator('.primary').click()
    await says(page, '.incident-form .problem', '被拒绝 args/place/km')
  })

  it('along a line ask for two points', async () => {
    const { page } = await openPage({ browser, url: mock.url })
    await page.keyboard.press('KeyI')
    const form = page.locator('.incident-form')
    await form.locator('#inject-kind').selectOption('parade')
    const send = form.locator('.primary')
    await form.locator('#place-route').fill('20.5, 10.4')
    await expect.poll(() => send.isDisabled()).toBe(true)
    await form.locator('#place-route').fill('20.5, 10.4\n20.6, 10.5')
    await send.click()
    await says(page, '.incident-form', '已生效')
  })

  for (const theme of ['dark', 'light']) {
    for (const lang of ['zh', 'en']) {
      it(`have a form that breaks no rule and overflows nowhere in ${theme}, ${lang}`, async () => {
        const hash = `lang=${lang}&theme=${theme}`
        const { page } = await openPage({ browser, url: mock.url, hash })
        expect(await overflows(page)).toEqual([])
        await page.keyboard.press('KeyI')
        await page.locator('.incident-form .primary').waitFor()
        expect(await accessibilityFaults(page)).toEqual([])
        expect(await overflows(page)).toEqual([])
      })
    }
  }
})

describe('a walk', () => {
  it('shows the step that was reached; a click looks there and marks its KPIs until Escape', async () => {
    const { page, faults } = await openPage({ browser, url: mock.url })
    const cues = page.locator('.cues')
    expect(await textOf(cues.locator('.cue-now'))).toContain('第二段看候车时间。')
    const bounds = () => page.evaluate('window.__huacheng.mapBounds().join()')
    const before = await bounds()
    await cues.locator('summary').click()
    expect(await cues.locator('li').count()).toBe(3)
    await cues.locator('li[aria-current] button').click()
    await expect.poll(bounds).not.toBe(before)
    expect(await page.locator('.tile.is-highlighted').allTextContents()).toHaveLength(1)
    expect(await accessibilityFaults(page)).toEqual([])
    await page.keyboard.press('Escape')
    expect(await page.locator('.tile.is-highlighted').count()).toBe(0)
    expect(faults).toEqual([])
  })
})

describe('what is noticed', () => {
  it('is taken up from an alert: the command waits in the form of an asset of the district', async () => {
    const { page, faults } = await openPage({ browser, url: mock.url })
    await page.locator('.alert button', { hasText: '报修' }).first().click()
    const inspector = page.locator('.inspector')
    const form = inspector.locator('details.command[open]')
    await form.waitFor()
    const [about, note] = [0, 1].map((k) => form.locator('input').nth(k))
    expect(await about.inputValue()).toBe('a-1')
    expect(await note.inputValue()).toBe('戊区 可用率 91.4%')
    // What is under way there: the one whose time is past says so.
    expect(await textOf(inspector.locator('.items li').first())).toMatch(
      /w-1 ▲ 超期状态 · 16:31 · 时限 \d\d:\d\dlost/,
    )
    expect(await inspector.locator('.items li', { hasText: '超期' }).count()).toBe(1)
    const before = await textOf(inspector.locator('h2 small'))
    await inspector.getByText('换一个公交站').click()
    await expect.poll(() => textOf(inspector.locator('h2 small'))).not.toBe(before)
    expect(await about.inputValue()).toBe('a-1')
    await form.locator('.primary').click()
    await says(page, '.inspector details[open]', '已生效')
    expect(faults).toEqual([])
  })

  it('meets commands that say what they will do, with bounds at their fields', async () => {
    const { page } = await openPage({ browser, url: mock.url })
    await page.locator('.alert button', { hasText: '报修' }).first().click()
    await page.locator('.command summary', { hasText: '切换方案' }).click()
    const form = page.locator('details.command[open]')
    expect(await textOf(form)).toContain('−5 … −15 %')
    expect(await textOf(form)).toContain('1–6，默认 2')
    expect(await textOf(form)).toContain('5 分钟–4 小时，默认 1 小时')
    expect(await accessibilityFaults(page)).toEqual([])
    expect(await overflows(page)).toEqual([])
  })
})
