// The record button of a demo: keeps the last minutes and records what comes, says where it lies, and what lies there is proved.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { afterAll, describe, expect, it } from 'vitest'
import { Recording } from '../../replay/recording/recording.ts'
import { isProved, verifyRecording } from '../../replay/verify/verify.ts'
import { keepRunning } from '../bench/page/observed-page.ts'
import { accessibilityFaults, openPage, overflows } from './page-harness.ts'
import { sharedDemo } from './shared-demo.ts'

const ARTIFACTS = join(import.meta.dirname, '../../artifacts')
const folder = mkdtempSync(join(tmpdir(), 'huacheng-record-'))
const shared = sharedDemo('--scale', '0.02', '--speed', '60', '--recordings', folder)
const WIDE = { width: 1366, height: 768 }
const LONG_MS = 90_000
const SMALLEST_PX = 12
/** Each language and each theme; `npm run axe` takes all four. */
const LOOKS = ['lang=zh&theme=dark', 'lang=en&theme=light']
const ALL_LOOKS = [...LOOKS, 'lang=zh&theme=light', 'lang=en&theme=dark']

afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function opened(hash: string): Promise<{ page: Page; panel: Locator; errors: string[] }> {
  const { page } = await openPage({ browser: shared.browser, url: shared.demo.url, hash, ...WIDE })
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  await page.locator('.record-button').waitFor({ timeout: LONG_MS })
  // A machine that is busy for more than five seconds has slept to the city, which then stands.
  await keepRunning(page)
  await page.locator('.record-button').focus()
  await page.keyboard.press('Enter')
  const panel = page.locator('.record-panel')
  await panel.waitFor()
  return { page, panel, errors }
}

/** Of what the page says plays it. */
async function provedOf(panel: Locator): Promise<boolean> {
  const command = (await panel.locator('.record-command').textContent()) ?? ''
  const [, at] = /^npx huacheng replay "(.+)"$/.exec(command.trim()) ?? []
  expect(at).toContain(folder)
  const recording = await Recording.open(at)
  try {
    return recording.manifest.closed && isProved(await verifyRecording(recording))
  } finally {
    await recording.close()
  }
}

describe('the record button', () => {
  it('keeps what the log holds, records on, and says where both lie', async () => {
    const { page, panel, errors } = await opened('lang=zh&theme=dark')
    const said = panel.locator('.record-said')
    const last = panel.getByRole('button', { name: '保留最近' })
    await panel.getByText('日志可回溯到').waitFor({ timeout: LONG_MS })
    await last.click()
    await said.getByText('已写入').waitFor({ timeout: LONG_MS })
    expect(await panel.locator('.record-figures').textContent()).toMatch(/[1-9].*条记录.*B/)
    expect(await provedOf(panel)).toBe(true)
    await panel.getByRole('button', { name: '从现在开始录制' }).click()
    await said.getByText('正在录制').waitFor()
    expect(await last.isDisabled()).toBe(true)
    await page.waitForTimeout(3_000)
    await panel.getByRole('button', { name: '结束录制' }).click()
    await said.getByText('已写入').waitFor({ timeout: LONG_MS })
    expect(await provedOf(panel)).toBe(true)
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
    expect(await page.evaluate('document.activeElement.className')).toBe('record-button')
    expect(errors).toEqual([])
  }, 300_000)

  it('can be read and used in both languages and themes', async () => {
    mkdirSync(ARTIFACTS, { recursive: true })
    for (const hash of process.env.AXE === 'all' ? ALL_LOOKS : LOOKS) {
      const { page, panel } = await opened(hash)
      await panel.locator('.record-command').waitFor({ timeout: LONG_MS })
      await page.screenshot({
        path: join(ARTIFACTS, `record-${hash.replace(/[^a-z]+/g, '-')}.png`),
      })
      expect(await accessibilityFaults(page)).toEqual([])
      expect(await overflows(page)).toEqual([])
      const sizes = (await panel.evaluate((it) =>
        [...it.querySelectorAll('*')].map((e) => Number.parseFloat(getComputedStyle(e).fontSize)),
      )) as number[]
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(SMALLEST_PX)
      const box = (await panel.boundingBox())!
      expect(box.x).toBeGreaterThanOrEqual(0)
      expect(box.y).toBeGreaterThanOrEqual(0)
      expect(box.x + box.width).toBeLessThanOrEqual(WIDE.width)
      await page.context().close()
    }
  }, 300_000)
})
