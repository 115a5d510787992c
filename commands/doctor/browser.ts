// Check of a browser: an installed Chrome, Chromium or Edge, and whether it draws with WebGL2, asked without anything else installed.
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DoctorCheck, type Finding, outputOf } from './check.ts'

/** Where Debian, Ubuntu, Fedora, Arch, Alpine, macOS and Windows put Chrome, Chromium and Edge. */
export const INSTALLED_BROWSERS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/opt/google/chrome/chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]

/** Writes `webgl2:<renderer>` or `webgl2:` into itself. */
const PAGE = `data:text/html,${encodeURIComponent(`<p></p><script>
const gl = document.createElement('canvas').getContext('webgl2')
const info = gl && gl.getExtension('WEBGL_debug_renderer_info')
document.querySelector('p').textContent =
  'webgl2:' + (gl ? gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER) : '')
</script>`)}`
const IN_SOFTWARE = /swiftshader|llvmpipe|softpipe|basic render/i
const SOFTWARE_FLAGS = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader']
const START_LIMIT_MS = 15_000

export function browser(env: Record<string, string | undefined>): DoctorCheck {
  return {
    name: 'browser',
    isEssential: false,
    limitMs: 2 * START_LIMIT_MS + 1000,
    async run() {
      const asked = env.CHROME_PATH
      if (asked && !existsSync(asked)) {
        const todo = 'correct or unset it'
        return { state: 'wrong', found: `no file at CHROME_PATH ${asked}`, todo }
      }
      const path = asked || INSTALLED_BROWSERS.find((candidate) => existsSync(candidate))
      if (!path) {
        const found = 'not checked: no Chrome, Chromium or Edge in the usual places'
        const todo = 'any browser with WebGL2 shows the page; CHROME_PATH names one to check'
        return { state: 'open', found, todo }
      }
      const renderer = await rendererOf(path, [])
      if (renderer === null) {
        return {
          state: 'open',
          found: `${path}; not checked: it answered without a word on WebGL2`,
        }
      }
      if (renderer) return rendererFinding(path, renderer)
      const software = await rendererOf(path, SOFTWARE_FLAGS)
      const todo = software
        ? `start it with ${SOFTWARE_FLAGS.join(' ')} (slow), or use a machine with a graphics card`
        : 'use a machine with a graphics card, or another browser'
      return { state: 'wrong', found: `${path} has no WebGL2 here`, todo }
    },
  }
}

export function rendererFinding(path: string, renderer: string): Finding {
  const found = `${path}, WebGL2 by ${renderer}`
  if (!IN_SOFTWARE.test(renderer)) return { state: 'fine', found }
  const todo = 'drawn by the processor: it works, but the map moves slowly; a graphics card helps'
  return { state: 'open', found, todo }
}

/** What draws WebGL2; empty = nothing does, null = the browser did not say. */
async function rendererOf(path: string, flags: string[]): Promise<string | null> {
  // A profile of its own: with the user's the page would open in a window that is there already.
  const profile = await mkdtemp(join(tmpdir(), 'huacheng-doctor-'))
  const isRoot = process.getuid?.() === 0
  try {
    const html = await outputOf(
      path,
      [
        '--headless',
        '--no-first-run',
        '--disable-background-networking',
        `--user-data-dir=${profile}`,
        ...(isRoot ? ['--no-sandbox'] : []), // Chrome refuses root otherwise
        ...flags,
        '--dump-dom',
        PAGE,
      ],
      START_LIMIT_MS,
    )
    return /<p>webgl2:([^<]*)<\/p>/.exec(html ?? '')?.[1] ?? null
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}
