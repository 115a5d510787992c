// What a presenter, an engineer and an analyst come for, each by keyboard alone; the mouse is never touched.
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { accessibilityFaults, openPage, textOf, until } from './page-harness.ts'
import { sharedDemo } from './shared-demo.ts'

/** More stops than a page has. */
const MOST_TABS = 150

const shared = sharedDemo('--scale', '0.05')

async function open(): Promise<{ page: Page; faults: string[] }> {
  const permissions = ['clipboard-read', 'clipboard-write']
  const opened = await openPage({
    browser: shared.browser,
    url: shared.demo.url,
    context: { permissions },
  })
  await until(opened.page, 'window.__huacheng.counters().readings >= 10')
  return opened
}

/** Tab until the focus is on what `selector` names. */
async function tabTo(page: Page, selector: string): Promise<void> {
  const isThere = `document.activeElement?.matches(${JSON.stringify(selector)})`
  for (let k = 0; k < MOST_TABS; k++) {
    if (await page.evaluate(isThere)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`${selector}: not reached with ${MOST_TABS} times Tab`)
}

describe('by keyboard alone', () => {
  it('a presenter finds a district and an asset that is out of order, and commands it', async () => {
    const { page, faults } = await open()
    await page.keyboard.press('Slash')
    await page.locator('dialog.search').waitFor()
    await page.keyboard.insertText('增城')
    await until(page, `document.querySelectorAll('.search-hit').length > 0`)
    expect(await accessibilityFaults(page)).toEqual([])
    await page.keyboard.press('Enter')
    expect(await textOf(page.locator('.district-chip'))).toContain('增城区')
    await page.keyboard.press('KeyL')
    await page.locator('.asset-list [role=option]').first().waitFor()
    await until(page, `document.activeElement?.getAttribute('role') === 'listbox'`)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.locator('.inspector h2').waitFor()
    // They come with what the server says of the asset: who tabs on before goes past their place.
    await page.locator('.inspector details.command').first().waitFor()
    await tabTo(page, '.inspector details.command > summary')
    await page.keyboard.press('Enter')
    await tabTo(page, '.inspector .command-send button')
    await page.keyboard.press('Enter')
    await until(page, `/已生效|被拒/.test(document.querySelector('.inspector').textContent)`)
    await page.keyboard.press('Escape')
    await page.locator('.asset-list').waitFor()
    expect(faults).toEqual([])
  })

  it('an engineer stops the processor, sees it recover, and reads the account', async () => {
    const { page, faults } = await open()
    await page.keyboard.press('KeyK', { delay: 800 })
    await until(page, `/追平/.test(document.querySelector('.stage')?.textContent ?? '')`)
    await page.keyboard.press('KeyE')
    await page.locator('.topics tbody tr').first().waitFor()
    await page.keyboard.press('KeyV')
    await page.locator('.truth-grid tbody tr').first().waitFor()
    expect(await textOf(page.locator('.truth-verdict'))).toMatch(/，0 不同$/)
    expect(faults).toEqual([])
  })

  it('an analyst opens a number, goes down to its events, and copies the command that checks it', async () => {
    const { page, faults } = await open()
    await tabTo(page, '.tile-label')
    await page.keyboard.press('Enter')
    await page.locator('dialog.drawer[open]').waitFor()
    await tabTo(page, 'dialog.drawer .raw summary')
    await page.keyboard.press('Enter')
    await page.locator('dialog.drawer .raw[open] pre').first().waitFor()
    await page.keyboard.press('Escape')
    await until(page, `document.activeElement?.matches('.tile-label')`)
    await page.keyboard.press('KeyV')
    await page.locator('.copy').first().waitFor()
    await tabTo(page, '.copy button')
    await page.keyboard.press('Enter')
    await until(page, `/已复制/.test(document.querySelector('.view-proof').textContent)`)
    const copied = (await page.evaluate('navigator.clipboard.readText()')) as string
    expect(copied).toMatch(/huacheng/)
    expect(faults).toEqual([])
  })
})
