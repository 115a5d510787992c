// The page from its sources while they are edited: words and views change on the open page, and its state stays.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import type { Plugin } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startDevServer } from '../web-mock/dev-server.ts'
import { type RunningMock, startMock } from '../web-mock/server.ts'
import { launchBrowser } from './chrome.ts'
import { counters, openPage, textOf, until } from './page-harness.ts'

const WEB = join(import.meta.dirname, '../../console/web')
const cacheDir = mkdtempSync(join(tmpdir(), 'huacheng-dev-'))
const EDITED_MS = 20_000

/** Edits as an editor would make them, without touching a file of the tree. */
const edits = new Map<string, [from: string, to: string]>()
const editor: Plugin = {
  name: 'edits',
  enforce: 'pre',
  transform(code, id) {
    const edit = edits.get(id)
    if (!edit) return null
    if (!code.includes(edit[0])) throw new Error(`${id}: no ${edit[0]}`)
    return { code: code.replace(...edit), map: null }
  },
}

let browser: Browser
let mock: RunningMock
let dev: Awaited<ReturnType<typeof startDevServer>>

beforeAll(async () => {
  mock = await startMock({ scale: 0.02 })
  dev = await startDevServer(mock.url, { cacheDir, plugins: [editor], server: { port: 0 } })
  browser = await launchBrowser()
})

afterAll(async () => {
  await browser?.close()
  await dev?.close()
  await mock?.close()
  rmSync(cacheDir, { recursive: true, force: true })
})

function edit(file: string, from: string, to: string): void {
  const path = join(WEB, file)
  edits.set(path, [from, to])
  dev.watcher.emit('change', path)
}

describe('the page in development', () => {
  it('shows an edited word and an edited view without being loaded anew', async () => {
    const { page, faults } = await openPage({ browser, url: dev.url })
    await page.locator('.districts tbody tr').nth(3).click()
    await page.evaluate('window.sameDocument = true')
    const before = await counters(page)

    edit('i18n/plan-zh.ts', "'tile.until': '截至{time}'", "'tile.until': '直到{time}'")
    await until(page, `document.querySelector('.kpi-row').textContent.includes('直到')`, EDITED_MS)
    edit('ui/tiles/kpi-row.tsx', 'class={`kpi-row', 'class={`edited kpi-row')
    await until(page, `document.querySelector('.kpi-row.edited') !== null`, EDITED_MS)
    await until(page, `window.__huacheng.counters().deltas > ${before.deltas}`)

    const after = await counters(page)
    expect(await page.evaluate('window.sameDocument')).toBe(true)
    expect([after.snapshots, after.reconnects]).toEqual([before.snapshots, before.reconnects])
    expect(await textOf(page.locator('.district-chip'))).toContain('丙区')
    expect(faults).toEqual([])
  })
})
