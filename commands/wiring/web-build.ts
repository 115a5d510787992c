// Builds the web page when its sources are newer than the last build.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Problem, problemText } from '../../infra/problem.ts'
import { EXIT_FAILED } from '../../infra/program/exit-codes.ts'
import { printLine } from '../../infra/program/standard-output.ts'
import { fileMeaning } from '../../infra/program/system-error.ts'

const ROOT = join(import.meta.dirname, '../..')
export const WEB_ROOT = join(ROOT, 'console', 'web', 'dist')
/** What the page is made of; its contract with the server is part of it. */
const SOURCES = [
  'console/web',
  'console/messages.ts',
  'console/packed-messages.ts',
  'package-lock.json',
]

/** Newest modification time (ms) below `path`, build output left out. */
function newest(path: string): number {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  return readdirSync(path)
    .filter((name) => name !== 'dist' && name !== 'node_modules')
    .reduce((latest, name) => Math.max(latest, newest(join(path, name))), 0)
}

/** A tree without the page's sources, such as the container image, brings the page built: never stale. */
export function isWebStale(root = ROOT): boolean {
  if (!existsSync(join(root, 'console', 'web', 'index.html'))) return false
  const index = join(root, 'console', 'web', 'dist', 'index.html')
  if (!existsSync(index)) return true
  const built = statSync(index).mtimeMs
  return SOURCES.some((source) => newest(join(root, source)) > built)
}

/** Throws a Problem when the page cannot be written to `folder`, before anything is built. */
export function refuseUnwritable(folder: string): void {
  const probe = join(folder, '.probe')
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(probe, '')
    rmSync(probe)
  } catch (error) {
    const { got, exitCode } = fileMeaning(error)
    const expected = 'a folder that can be written: the web page has to be built there'
    const todo = 'run `npm run build` once where it can be, or make it writable'
    throw new Problem(problemText(folder, got, expected, todo), exitCode)
  }
}

/** Runs Vite in a process of its own, so that the city's process stays small. */
export async function buildWebIfStale(): Promise<void> {
  if (!isWebStale()) return
  refuseUnwritable(WEB_ROOT)
  printLine('Building the web page (once, a few seconds) ...')
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js')
  // The native loader reads the configuration where it lies; the others write a copy into node_modules first.
  const config = join(ROOT, 'console/web/vite.config.ts')
  const args = [vite, 'build', '--config', config, '--configLoader', 'native']
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] })
  // A bundler has opinions on its own speed; what it says counts only when there is no page in the end.
  let said = ''
  child.stderr!.on('data', (chunk: Buffer) => {
    said += chunk
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) {
    process.stderr.write(said)
    throw new Problem(
      `web page: vite ended with ${code}, expected 0; run \`npm run build\` to see why`,
      EXIT_FAILED,
    )
  }
}
