// One demo and one browser for a file of tests; apart from `demo.ts`, which programs without a test runner start as well.
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { launchBrowser } from './chrome.ts'
import { type Demo, START_MS, startDemo } from './demo.ts'

/** There once the first test begins; no test leaves a page open behind it. */
export function sharedDemo(...options: string[]): { browser: Browser; demo: Demo } {
  const shared = {} as { browser: Browser; demo: Demo }
  beforeAll(async () => {
    const both = Promise.all([startDemo(...options), launchBrowser()])
    ;[shared.demo, shared.browser] = await both
  }, START_MS)
  afterEach(async () => {
    for (const context of shared.browser.contexts()) await context.close()
  })
  afterAll(async () => {
    await shared.browser?.close()
    shared.demo?.stop()
  })
  return shared
}
