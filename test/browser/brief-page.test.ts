// A brief is exactly one sheet of A4 in both languages, with nothing cut off, and asks nobody for anything.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { isoTime } from '../../infra/time.ts'
import type { Alert } from '../../processor/contract/types.ts'
import type { AcceptedCommand } from '../../producers/contract/records.ts'
import { type BriefFacts, briefFacts } from '../../replay/brief/facts.ts'
import { briefPage } from '../../replay/brief/page.ts'
import { ReplayedRun } from '../../replay/player/replayed-run.ts'
import { Recording } from '../../replay/recording/recording.ts'
import { type RecordingVerdict, verifyRecording } from '../../replay/verify/verify.ts'
import { recordSmallRun } from '../replay/small-recording.ts'
import { launchBrowser } from './chrome.ts'

const A4 = { width: 794, height: 1123 }
const scratch = mkdtempSync(join(tmpdir(), 'huacheng-brief-page-'))
let browser: Browser
let facts: BriefFacts
let verdict: RecordingVerdict

beforeAll(async () => {
  browser = await launchBrowser()
  await recordSmallRun(join(scratch, 'run'), 'gz', { for: 'PT4M' })
  const recording = await Recording.open(join(scratch, 'run'))
  const run = await ReplayedRun.open(recording)
  facts = await briefFacts(run, (await run.positions.span()).to)
  verdict = await verifyRecording(recording)
  await recording.close()
})
afterAll(async () => {
  await browser?.close()
  rmSync(scratch, { recursive: true })
})

/** More of everything than fits: a day of alerts and commands, more figures and targets than the plan has, and what is usual. */
function full(): BriefFacts {
  const time = (i: number) => isoTime(facts.at - i * 60_000)
  const { kpis, targets, descriptor } = facts
  const scope = descriptor.scopes![1].code
  const alerts = kpis.flatMap(({ id }, i): Alert[] => [
    {
      ...{ epoch: 0, id: `a-${i}`, kpi: id, scope, severity: 'critical', openedAt: time(i) },
      ...{ closedAt: null, value: 0.5, threshold: 0.9, windows: 3 },
    },
  ])
  const commands = kpis.map((_, i): AcceptedCommand => {
    const target = `asset-440106-${i}`
    return {
      id: `${i}`,
      name: 'x.y',
      target,
      args: {},
      by: 'operator',
      effectiveAt: time(i),
      term: 0,
    }
  })
  return {
    ...{ ...facts, alerts, commands },
    kpis: [...kpis, ...kpis].map((it) => ({ ...it, usual: { ...it.cell, value: 0.1 } })),
    targets: [...targets, ...targets],
  }
}

for (const lang of ['zh', 'en'] as const) {
  for (const much of ['as recorded', 'full'] as const) {
    it(`is one sheet, ${lang}, ${much}`, async () => {
      const path = join(scratch, `${lang}-${much === 'full' ? 'full' : 'plain'}.html`)
      const shown = much === 'full' ? full() : facts
      writeFileSync(path, briefPage({ facts: shown, verdict, lang, landmarks: [] }))
      const page = await browser.newPage({ viewport: A4 })
      const asked: string[] = []
      page.on('request', (request) => asked.push(request.url()))
      const url = pathToFileURL(path).href
      await page.goto(url)
      await page.emulateMedia({ media: 'print' })
      const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true })
      expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)).toHaveLength(1)
      const sheet = await page.evaluate(() => {
        const box = (selector: string) => document.querySelector(selector)!.getBoundingClientRect()
        const main = document.querySelector('main')!
        const over = main.scrollHeight - main.clientHeight
        return {
          over,
          end: box('.end').top,
          proof: box('.proof').bottom,
          foot: box('footer').bottom,
        }
      })
      expect(sheet.over).toBeLessThanOrEqual(0)
      expect(sheet.proof).toBeLessThanOrEqual(sheet.end)
      expect(sheet.foot).toBeLessThan(A4.height)
      expect(asked).toEqual([url])
      await page.close()
    })
  }
}
