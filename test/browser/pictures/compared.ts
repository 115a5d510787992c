// Two pictures of one place, part by part of the page and without the map: which share of each part is other than it was.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import type { Boxes } from '../page-regions.ts'
import type { Taken } from './contact-sheet.ts'
import type { Finding } from './picture-checks.ts'
import { PIXELS_OF } from './pixels.ts'

/** Edges of type and lines come out a little other each time. */
const CHANNELS_MAY_DIFFER = 60
/** Of a part's pixels. */
const MAY_DIFFER = 0.005

/** Adds a finding to every picture that shows a part of the page other than the accepted one of the same name. */
export async function compareAll(
  browser: Browser,
  accepted: string,
  folder: string,
  all: (Taken & { boxes: Boxes })[],
): Promise<void> {
  const page = await browser.newPage()
  for (const { file, boxes, findings } of all) {
    const before = join(accepted, file)
    if (!existsSync(before))
      findings.push({ kind: 'new', weight: 'note', what: 'nothing accepted yet' })
    else findings.push(...(await differences(page, [before, join(folder, file)], boxes)))
  }
  await page.close()
}

async function differences(page: Page, files: string[], boxes: Boxes): Promise<Finding[]> {
  const pictures = files.map((file) => readFileSync(file).toString('base64'))
  const { '.map-panel': _map, ...regions } = boxes
  const shares = (await page.evaluate(
    `(${inPage})(${JSON.stringify({ pictures, regions, CHANNELS_MAY_DIFFER })})`,
  )) as [string, number][]
  return shares
    .filter(([, share]) => share > MAY_DIFFER)
    .map(([name, share]) => ({
      ...{ kind: 'changed', weight: 'error' },
      what: `${name} by ${(share * 100).toFixed(1)} %`,
    }))
}

/** Runs in an empty page, as text. Pictures of different sizes differ everywhere. */
const inPage = `async ({ pictures, regions, CHANNELS_MAY_DIFFER }) => {
  const [a, b] = await (${PIXELS_OF})(pictures)
  return Object.entries(regions).map(([name, { x, y, width, height }]) => {
    if (a.width !== b.width || a.height !== b.height) return [name, 1]
    let [differing, seen] = [0, 0]
    for (let row = Math.max(0, y); row < Math.min(a.height, y + height); row++) {
      for (let column = Math.max(0, x); column < Math.min(a.width, x + width); column++) {
        const i = 4 * (row * a.width + column)
        const by = [0, 1, 2].reduce((sum, k) => sum + Math.abs(a.data[i + k] - b.data[i + k]), 0)
        if (by > CHANNELS_MAY_DIFFER) differing++
        seen++
      }
    }
    return [name, seen === 0 ? 0 : differing / seen]
  })
}`
