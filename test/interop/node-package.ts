// A package of npm for other people's tools, kept in .cache/ between runs and out of ours; else a reason why there is none.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { exec } from './python.ts'

const CACHE = join(import.meta.dirname, '../../.cache')
const INSTALL_MS = 120_000

/** The package's exports, or why not. With CI=true none is an error. */
export async function findPackage<T>(
  name: string,
  version: string,
  main: string,
): Promise<T | string> {
  const home = join(CACHE, `node-${name}-${version}`)
  try {
    if (!existsSync(home)) await install(home, `${name}@${version}`)
    return (await import(pathToFileURL(join(home, 'node_modules', name, main)).href)) as T
  } catch (error) {
    const text = `no ${name}@${version} (${(error as Error).message.split('\n')[0]}); allow npm's registry`
    if (process.env.CI === 'true') throw new Error(`Interop lane: ${text}`)
    return text
  }
}

async function install(home: string, what: string): Promise<void> {
  // Moved into place when complete: an interrupted installation leaves nothing that looks like one.
  const draft = `${home}.${process.pid}`
  try {
    mkdirSync(draft, { recursive: true })
    writeFileSync(join(draft, 'package.json'), '{}')
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
    await exec('npm', ['install', ...quiet, what], { cwd: draft, timeout: INSTALL_MS })
    renameSync(draft, home)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}
