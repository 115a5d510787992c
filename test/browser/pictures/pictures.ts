// `npm run pictures -- [folder] [--size 390x844] [--place map,plan] [--compare <folder>] [--accept <folder>]`: a picture of every
// place of the page in every size, theme and language; what no picture may show is listed, and ends it with 1.
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { RunView } from '../../../console/messages.ts'
import { reportingProblems } from '../../../infra/program/main.ts'
import { named } from '../../../tools/measuring.ts'
import { launchBrowser } from '../chrome.ts'
import { startDemo } from '../demo.ts'
import { type Boxes, boxesOf } from '../page-regions.ts'
import { compareAll } from './compared.ts'
import { type Taken, writeSheets } from './contact-sheet.ts'
import { goRound, PLACE_NAMES, SIZES, type Taker } from './page-looks.ts'
import { findingsOf } from './picture-checks.ts'

/** A storm with a tenth of the assets, where it has something to tell in every panel: the same each time. */
const CITY = ['--scenario', 'rainstorm', '--scale', '0.1', '--speed', '600']
const STANDS_AT = '2025-06-11T17:40:00+08:00'
const POLL_MS = 500
const PHONE_PX = 800
/** Not where a dialog lies over the page. */
const FLOWING = /^(?!lineage|help|search|list|inspector|incident-form)/

async function run(): Promise<void> {
  const text = { type: 'string' } as const
  const { values, positionals } = parseArgs({
    options: { size: text, place: text, url: text, compare: text, accept: text },
    allowPositionals: true,
  })
  const [folder = 'artifacts/pictures'] = positionals
  const sizes = named('--size', values.size, SIZES, sizeName)
  const asked = values.place?.split(',') ?? [undefined]
  const place = (one?: string) => named('--place', one, PLACE_NAMES, (name) => name)
  const wanted = new Set(asked.flatMap(place))
  mkdirSync(folder, { recursive: true })
  const demo = values.url ? { url: values.url, stop() {} } : await startDemo(...CITY)
  const browser = await launchBrowser()
  const all: (Taken & { boxes: Boxes })[] = []
  try {
    if (!values.url) await standStill(demo.url)
    for (const size of sizes) {
      const take: Taker = async (page, place, { lang, theme }) => {
        const look = `${lang}-${theme}`
        const file = `${place}-${sizeName(size)}-${look}.png`
        // A phone's page goes on below the screen.
        const fullPage = size.width <= PHONE_PX && FLOWING.test(place)
        await page.screenshot({ path: join(folder, file), fullPage })
        const findings = await findingsOf(page)
        const boxes = await boxesOf(page)
        all.push({ place, size: sizeName(size), look, file, findings, boxes })
      }
      await goRound({ browser, url: demo.url, size, wanted, take })
    }
    if (values.compare) await compareAll(browser, values.compare, folder, all)
    await writeSheets(browser, folder, all)
  } finally {
    await browser.close()
    demo.stop()
  }
  if (values.accept) cpSync(folder, values.accept, { recursive: true })
  report(folder, all)
}

const sizeName = ({ width, height }: { width: number; height: number }): string =>
  `${width}x${height}`

/** The city goes on to where the pictures are taken, and stands there. */
async function standStill(url: string): Promise<void> {
  const command = { id: 'pictures', name: 'clock.pause', args: { at: STANDS_AT } }
  const ask = { method: 'POST', headers: { 'content-type': 'application/json' } }
  for (let isSent = false; !isSent; await sleep(POLL_MS)) {
    const answer = await fetch(`${url}api/commands`, { ...ask, body: JSON.stringify(command) })
    isSent = answer.status === 200
  }
  for (let status = ''; status !== 'paused'; await sleep(POLL_MS)) {
    const run = (await (await fetch(`${url}api/run`)).json()) as RunView
    status = run.clock.status
  }
}

/** One line per kind of finding and place, with where it is seen. */
function report(folder: string, all: Taken[]): void {
  const rows = new Map<string, { weight: string; seen: Set<string> }>()
  for (const { place, size, look, findings } of all) {
    for (const { kind, weight, what } of findings) {
      const key = `${weight === 'error' ? '▲' : '·'} ${place}: ${kind}: ${what}`
      const row = rows.get(key) ?? { weight, seen: new Set() }
      rows.set(key, row)
      row.seen.add(`${size} ${look}`)
    }
  }
  const lines = [...rows].map(([key, { seen }]) => `${key}  [${[...seen].join(', ')}]`).sort()
  writeFileSync(join(folder, 'findings.txt'), `${lines.join('\n')}\n`)
  const errors = lines.filter((line) => line.startsWith('▲'))
  for (const line of errors) console.log(line)
  console.log(`${all.length} pictures, ${errors.length} findings: ${join(folder, 'index.html')}`)
  if (errors.length > 0) process.exitCode = 1
}

if (import.meta.main) await reportingProblems(run)
