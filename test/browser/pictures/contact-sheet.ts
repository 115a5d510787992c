// All pictures on one page to look through, and one picture per place that has all of its sizes and looks.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import type { Finding } from './picture-checks.ts'

export type Taken = { place: string; size: string; look: string; file: string; findings: Finding[] }

/** Width of one picture on a sheet of a place, px. */
const THUMB_PX = 640
const SHEET_COLUMNS = 4

export async function writeSheets(browser: Browser, folder: string, all: Taken[]): Promise<void> {
  const places = [...new Set(all.map(({ place }) => place))]
  const sections = places.map((place) => sectionOf(place, all))
  writeFileSync(join(folder, 'index.html'), pageOf(sections.join('\n')))
  const context = await browser.newContext({
    viewport: { width: SHEET_COLUMNS * (THUMB_PX + 12), height: 600 },
  })
  const page = await context.newPage()
  for (const [i, place] of places.entries()) {
    const file = join(folder, `sheet-${place}.html`)
    writeFileSync(file, pageOf(sections[i]))
    await page.goto(pathToFileURL(file).href)
    await page.screenshot({ path: join(folder, `sheet-${place}.png`), fullPage: true })
  }
  await context.close()
}

function sectionOf(place: string, all: Taken[]): string {
  const cells = all
    .filter((taken) => taken.place === place)
    .map(({ size, look, file, findings }) => {
      const errors = findings.filter(({ weight }) => weight === 'error').length
      const told = errors > 0 ? ` · <b>${errors} ▲</b>` : ''
      return `<figure><a href="${file}"><img src="${file}" loading="eager" alt=""></a><figcaption>${size} ${look}${told}</figcaption></figure>`
    })
  return `<h2>${place}</h2><section>${cells.join('')}</section>`
}

const pageOf = (
  body: string,
): string => `<!doctype html><meta charset="utf-8"><title>pictures</title>
<style>
body { margin: 6px; background: #444; color: #fff; font: 13px sans-serif }
section { display: flex; flex-wrap: wrap; gap: 8px; align-items: flex-start }
figure { margin: 0 } img { max-width: ${THUMB_PX}px; max-height: 480px; display: block } b { color: #ffb02e }
</style>
${body}
`
