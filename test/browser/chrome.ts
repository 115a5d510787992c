// Finds a browser and starts it with software WebGL and no talk to anybody: $CHROME_PATH, an installed one, or npm's.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium, type LaunchOptions } from 'playwright-core'
import { INSTALLED_BROWSERS } from '../../commands/doctor/browser.ts'

const FLAGS = [
  // WebGL2 without a graphics card
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
  '--no-sandbox',
  '--disable-dev-shm-usage',
  // no talk to anybody but the page under test
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-domain-reliability',
  '--disable-sync',
  // (Playwright's own --disable-features list covers OptimizationHints, MediaRouter and Translate)
  '--metrics-recording-only',
  '--no-first-run',
  '--no-pings',
  '--no-default-browser-check',
  // the page keeps its frame rate although nobody looks
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
  '--font-render-hinting=none',
]

export type FoundBrowser = { path: string; from: string; env: Record<string, string> }

/** The browser that `launchBrowser` would start; throws with what was tried when there is none. */
export async function findBrowser(): Promise<FoundBrowser> {
  const asked = process.env.CHROME_PATH
  if (asked) {
    if (!existsSync(asked)) {
      throw new Error(`CHROME_PATH: no file at ${asked}, expected a browser; correct or unset it`)
    }
    return { path: asked, from: 'CHROME_PATH', env: {} }
  }
  const installed = INSTALLED_BROWSERS.find((path) => existsSync(path))
  if (installed) return { path: installed, from: 'installed', env: {} }
  return bundledBrowser()
}

/** npm's @sparticuz/chromium with the libraries that a bare machine lacks (Linux x64 only). */
export async function bundledBrowser(): Promise<FoundBrowser> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(
      `browser: none at ${INSTALLED_BROWSERS.join(', ')}, and npm's runs on Linux x64 only; ` +
        'install Chrome or Chromium, or set CHROME_PATH',
    )
  }
  const { default: bundled, inflate } = await import('@sparticuz/chromium')
  // It unpacks below the temporary folder; libraries and fonts come as archives beside the program.
  const path = await bundled.executablePath()
  const main = fileURLToPath(import.meta.resolve('@sparticuz/chromium'))
  const libraries = join(tmpdir(), 'al2023', 'lib')
  if (!existsSync(libraries)) {
    // `inflate` takes an existing folder for an unpacked one: an empty rest must go first
    await rm(dirname(libraries), { recursive: true, force: true })
    await inflate(join(dirname(main), '..', 'bin', 'al2023.tar.br'))
  }
  const env = {
    LD_LIBRARY_PATH: [libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter),
    FONTCONFIG_PATH: process.env.FONTCONFIG_PATH ?? join(tmpdir(), 'fonts'),
  }
  return { path, from: '@sparticuz/chromium', env }
}

/** Starts `found` (default: the first browser there is), headless. Close it yourself. */
export async function launchBrowser(
  options: LaunchOptions = {},
  found?: FoundBrowser,
): Promise<Browser> {
  const { path, env } = found ?? (await findBrowser())
  return chromium.launch({
    ...options,
    executablePath: path,
    args: [...FLAGS, ...(options.args ?? [])],
    env: { ...(process.env as Record<string, string>), ...env, ...options.env },
  })
}

/** `Chromium 156.0.…`, for the test log. */
export function browserVersion({ path, env }: FoundBrowser): string {
  return execFileSync(path, ['--version', '--no-sandbox'], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  }).trim()
}
